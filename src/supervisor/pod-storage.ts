import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import { filesNotWrittenText } from '../report/launch-failures.ts';
import { storageFailureText } from '../report/storage-failures.ts';
import type { WriteFiles } from '../runtime/runner-context.ts';
import { filesWriter } from '../runtime/state/process-files.ts';
import {
  type ContainerPlace,
  openStateFolder,
  recordMore,
  recordRun,
  recordRunAnew,
  removeRun,
  runFolderPath,
  type StateFolder,
} from '../runtime/state/state-folder.ts';
import {
  createMounts,
  foldersToMake,
  isInPlace,
  type MadeMounts,
  mountsOf,
  removeMounts,
} from '../runtime/volumes/mounts.ts';
import { createVolumes } from '../runtime/volumes/volumes.ts';

/** The files of a running pod. */
export interface PodStorage {
  /**
   * Creates what another config of the same run needs in addition: all of it or nothing. Things that are no longer
   * needed stay until the end.
   */
  extend(spec: PodSpec): readonly StorageFailure[];
  /** Writes files for a launch, or while a process runs. */
  readonly writeFiles: WriteFiles;
  /** True if the record of this run is on disk. */
  isWhole(): boolean;
  /** Creates again what others have deleted, and returns the volumes that are empty now. Throws if it cannot. */
  restore(spec: PodSpec): Promise<readonly string[]>;
  /** Removes mounts and volumes, and returns failures. */
  /** `keepsRun`: what the next run here has to end needs the record of this one. */
  close(keepsRun: boolean): Promise<readonly StorageFailure[]>;
}

type Opened =
  | { readonly ok: true; readonly storage: PodStorage }
  | { readonly ok: false; readonly failures: readonly StorageFailure[] };

interface RunIdentity {
  readonly runId: string;
  /** Absolute path, or null if the run has none. */
  readonly cgroup: string | null;
  /** Where its containers are; null: it has none. */
  readonly containers: () => ContainerPlace | null;
}

/** `state` is the state folder, if it is already open. */
interface StorageOptions extends RunIdentity {
  readonly state: StateFolder | null;
}

/** Creates this pod's volumes and mounts: all of them or none. */
export const openPodStorage = async (spec: PodSpec, { state, ...run }: StorageOptions): Promise<Opened> => {
  if (state !== null) return makeStorage(spec, run, state);
  const opened = await openStateFolder(spec.folder);
  return opened.ok ? makeStorage(spec, run, opened.folder) : { ok: false, failures: [opened.failure] };
};

const makeStorage = async (
  spec: PodSpec,
  { runId, cgroup, containers }: RunIdentity,
  state: StateFolder,
): Promise<Opened> => {
  const mounts = mountsOf(spec);
  const unrecorded = recordRun(state, {
    runId,
    name: spec.name,
    mounts,
    folders: foldersToMake(mounts),
    cgroup,
    containers: containers(),
  });
  if (unrecorded !== null) return { ok: false, failures: [unrecorded] };
  const close = async (made: MadeMounts | null, keepsRun = false) => {
    const left = made === null ? [] : removeMounts(made);
    const kept = keepsRun ? null : await removeRun(state, runId);
    return kept === null ? left : [...left, kept];
  };
  const unmade = createVolumes(spec.volumes.values(), state, hasContainers(spec));
  if (unmade.length > 0) return { ok: false, failures: [...unmade, ...(await close(null))] };
  const mounted = createMounts(mounts, state);
  if (!mounted.ok) return { ok: false, failures: [...mounted.failures, ...(await close(null))] };
  let { made } = mounted;
  const writeFiles = filesWriter(state, runId);
  const extend = (next: PodSpec): readonly StorageFailure[] => {
    const more = extendStorage(next, { runId, state, containers: containers(), links: made.links });
    if (more.ok)
      made = { links: [...made.links, ...more.made.links], folders: [...made.folders, ...more.made.folders] };
    return more.ok ? [] : more.failures;
  };
  const restore = async (now: PodSpec): Promise<readonly string[]> => {
    const lost = [...now.volumes.values()].filter(({ path }) => !existsSync(path)).map(({ name }) => name);
    const opened = await openStateFolder(spec.folder);
    const known = mountsOf(now);
    const run = {
      runId,
      name: now.name,
      mounts: known,
      folders: foldersToMake(known),
      cgroup,
      containers: containers(),
    };
    const failures = opened.ok ? present(recordRunAnew(state, run)) : [opened.failure];
    failures.push(...extend(now));
    const [failed] = [
      ...failures.map(storageFailureText),
      ...rewriteFiles(now, writeFiles).map(filesNotWrittenText),
    ];
    if (failed !== undefined) throw new Error(failed);
    return lost;
  };
  const isWhole = (): boolean => existsSync(join(runFolderPath(state.path, runId), 'run.json'));
  return {
    ok: true,
    storage: { extend, writeFiles, isWhole, restore, close: (keepsRun) => close(made, keepsRun) },
  };
};

/** Writes the files of all processes again; those that run find theirs. */
const rewriteFiles = ({ processes }: PodSpec, writeFiles: WriteFiles): readonly StorageFailure[] =>
  [...processes.values()]
    .filter(({ files }) => files.length > 0)
    .flatMap((process) => writeFiles(process) ?? []);

interface Extension {
  readonly runId: string;
  readonly state: StateFolder;
  readonly containers: ContainerPlace | null;
  /** Those that the run has made. */
  readonly links: MadeMounts['links'];
}

/** Recorded before they are created: whatever is recorded is removed after a crash. */
const extendStorage = (
  spec: PodSpec,
  { runId, state, containers, links }: Extension,
): ReturnType<typeof createMounts> => {
  const mounts = mountsOf(spec);
  const unrecorded = recordMore(state, runId, { mounts, folders: foldersToMake(mounts), containers });
  if (unrecorded !== null) return { ok: false, failures: [unrecorded] };
  const unmade = createVolumes(spec.volumes.values(), state, hasContainers(spec));
  if (unmade.length > 0) return { ok: false, failures: unmade };
  return createMounts(
    mounts.filter((mount) => !isInPlace(mount)),
    state,
    links,
  );
};

const hasContainers = ({ processes }: PodSpec): boolean =>
  [...processes.values()].some(({ launch }) => launch.command.kind === 'container');

const present = (failure: StorageFailure | null): StorageFailure[] => (failure === null ? [] : [failure]);
