import { chmodSync, existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { HeldFolder } from '../../files/held-folder.ts';
import { CONTAINER_ENGINES, type ContainerEngineName } from '../../model/container-engines.ts';
import { errorMessage } from '../../model/error-message.ts';
import type { StorageFailure, UnrealDirectory } from '../../model/failures/storage-failure.ts';
import { isMaybeAlive, ownIdentity, type ProcessIdentity } from '../process-tree/process-identity.ts';
import { userName } from '../process-tree/user-name.ts';
import { type Mount, unlinkMount } from '../volumes/unlink-mount.ts';
import { type FolderProof, isProvenBy, proofOf } from './folder-proof.ts';
import { holdStateFolder, type StateFolder } from './hold-state-folder.ts';
import { findUnrealDirectory, isInside, notADirectory, removeInside } from './remove-inside.ts';

export type { StateFolder };

export interface RunRecord extends ProcessIdentity {
  readonly version: 1;
  /** Name of the pod. */
  readonly name: string;
  readonly mounts: readonly Mount[];
  /**
   * Folders created on the way to them, outermost first: absolute, without symlinks. Missing in records of older
   * versions.
   */
  readonly folders?: readonly string[];
  /** ISO 8601 time. */
  readonly startedAt: string;
  /** Absolute path; missing if the run has none. */
  readonly cgroup?: string;
  /** Where its containers are; missing if it has none. */
  readonly containers?: ContainerPlace;
  /** Proof of the run's folder: a copied record names another folder, and is ignored. */
  readonly madeIn: FolderProof;
}

/** A container engine, and the variables that say where it is. */
export interface ContainerPlace {
  readonly engine: ContainerEngineName;
  readonly env: Readonly<Record<string, string>>;
}

/** A run whose supervisor has gone, with the facts to find its processes. */
export interface DeadRun {
  readonly runId: string;
  /** Start time of its supervisor, in clock ticks since the machine started. */
  readonly since: number;
  /** Absolute path, or null if the run had none. */
  readonly cgroup: string | null;
  /** Where its containers are, or null if it had none. */
  readonly containers: ContainerPlace | null;
}

export const stateFolderPath = (configFolder: string): string => join(resolve(configFolder), '.sidecarctl');

/** Folder for logs, crash reports or kept volumes, separate for each label. */
export const keptFolderPath = (
  stateFolder: string,
  what: 'logs' | 'volumes' | 'dossiers',
  label: string | null,
): string => join(stateFolder, label === null ? what : `${what}@${label}`);

export const runFolderPath = (stateFolder: string, runId: string): string => join(stateFolder, 'runs', runId);

/**
 * Creates `.sidecarctl/` in `configFolder` if it is missing, closed to other users and ignored by git.
 *
 * @example
 * const opened = await openStateFolder(pod.folder);
 * if (opened.ok) await removeDeadRuns(opened.folder);
 */
export const openStateFolder = async (
  configFolder: string,
): Promise<
  | { readonly ok: true; readonly folder: StateFolder }
  | { readonly ok: false; readonly failure: StorageFailure }
> => {
  const path = stateFolderPath(configFolder);
  try {
    const folder = stateFolderOf(configFolder);
    using held = makeOwnFolder(folder, path);
    chmodSync(held.at('.'), 0o700);
    ignoreForGit(held);
    return { ok: true, folder };
  } catch (error) {
    return { ok: false, failure: unreal(error) ?? unusableFolder(path, error) };
  }
};

export const unusableFolder = (path: string, error: unknown): StorageFailure => {
  const code = (error as NodeJS.ErrnoException).code ?? null;
  const uid = lstatSync(path, { throwIfNoEntry: false })?.uid;
  const owner = uid === undefined || uid === process.geteuid?.() ? null : userName(uid);
  return { kind: 'state-folder-unusable', path, cause: errorMessage(error), code, owner };
};

/** State folder of a config's folder, which must exist; `.sidecarctl` itself need not. */
export const stateFolderOf = (configFolder: string): StateFolder => ({
  path: stateFolderPath(configFolder),
  configFolder: resolve(configFolder),
  realConfigFolder: realpathSync(configFolder),
});

/**
 * Records a run of this supervisor, including its mounts, before any of them is created. The run's folder appears with
 * its record in it or not at all, so a folder without a record is never one that is just being created.
 */
export const recordRun = (state: StateFolder, run: RecordedRun): StorageFailure | null =>
  writeRun(state, run, 'create');

/** Does the same for a run that continues, whose record may still be there, or be wrong. */
export const recordRunAnew = (state: StateFolder, run: RecordedRun): StorageFailure | null =>
  writeRun(state, run, 'replace');

interface RecordedRun {
  readonly runId: string;
  readonly name: string;
  readonly mounts: readonly Mount[];
  /** Folders that will be created on the way to them. */
  readonly folders?: readonly string[];
  readonly cgroup?: string | null;
  readonly containers?: ContainerPlace | null;
}

const writeRun = (state: StateFolder, run: RecordedRun, how: 'create' | 'replace'): StorageFailure | null => {
  const path = runFolderPath(state.path, run.runId);
  const identity = ownIdentity();
  const { name, mounts, folders = [], cgroup = null, containers = null } = run;
  const startedAt = new Date().toISOString();
  const held = {
    ...(cgroup === null ? {} : { cgroup }),
    ...(containers === null ? {} : { containers: placeOf(containers) }),
  };
  try {
    using runs = makeOwnFolder(state, join(state.path, 'runs'));
    const isThere = runs.look(run.runId) !== null;
    // Others may have emptied or filled the folder while the run continues: a process may write to its volumes at any
    // time.
    const made = isThere ? run.runId : unfinishedName(run.runId, identity);
    if (!isThere) runs.makeFolder(made);
    using own = holdStateFolder(state, ['runs', made]);
    const madeIn = proofOf(own);
    const record: RunRecord = { version: 1, ...identity, name, mounts, folders, startedAt, ...held, madeIn };
    own[how]('run.json', recordText(record));
    if (!isThere) runs.rename(made, run.runId);
    return null;
  } catch (error) {
    return unreal(error) ?? { kind: 'run-not-recorded', path, cause: errorMessage(error), step: 'make' };
  }
};

interface MoreOfRun extends Pick<RecordedRun, 'mounts' | 'containers'> {
  /** On the way to the mounts. */
  readonly folders: readonly string[];
}

/** Adds to a run's record what another config brings. */
export const recordMore = (
  state: StateFolder,
  runId: string,
  { mounts, folders, containers = null }: MoreOfRun,
): StorageFailure | null => {
  const path = join(runFolderPath(state.path, runId), 'run.json');
  try {
    using own = holdStateFolder(state, ['runs', runId]);
    const record = JSON.parse(own.read('run.json')) as RunRecord;
    const others = mounts.filter(
      ({ path, target }) => !record.mounts.some((known) => known.path === path && known.target === target),
    );
    const known = record.folders ?? [];
    const ways = folders.filter((folder) => !known.includes(folder));
    // A full disk is no reason to refuse a reload that adds no mounts.
    const isNew = containers !== null && record.containers === undefined;
    if (others.length === 0 && ways.length === 0 && !isNew) return null;
    const held = isNew ? { containers: placeOf(containers) } : {};
    const more = { mounts: [...record.mounts, ...others], folders: [...known, ...ways], ...held };
    own.replace('run.json', recordText({ ...record, ...more }));
    return null;
  } catch (error) {
    return { kind: 'run-not-recorded', path, cause: errorMessage(error), step: 'write' };
  }
};

/** Removes the run's folder with its content; its mounts must have been removed before. */
export const removeRun = async (state: StateFolder, runId: string): Promise<StorageFailure | null> => {
  const path = runFolderPath(state.path, runId);
  const blocked = findUnrealDirectory(state, path);
  if (blocked !== null) return blocked.found === 'nothing' ? null : blocked;
  const unfinished = unfinishedName(runId, ownIdentity());
  try {
    using runs = holdStateFolder(state, ['runs']);
    // Renamed first: of two that remove it one succeeds, and half of a run is never taken for a run.
    runs.rename(runId, unfinished);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return await removeInside(state, path);
  }
  return await removeInside(state, runFolderPath(state.path, unfinished));
};

/**
 * Removes the remains of runs whose supervisor has gone: their mounts, then their folders. Living runs are not touched.
 * `kept`: paths of those whose folders something else still needs.
 */
export const removeDeadRuns = async (
  state: StateFolder,
  kept: ReadonlySet<string> = new Set(),
): Promise<{ readonly removed: readonly string[]; readonly failures: readonly StorageFailure[] }> => {
  const removed: string[] = [];
  const failures: StorageFailure[] = [];
  const runs = join(state.path, 'runs');
  const blocked = findUnrealDirectory(state, runs);
  if (blocked !== null) return { removed, failures: blocked.found === 'nothing' ? [] : [blocked] };
  for (const entry of readdirSync(runs, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) failures.push(notADirectory(join(runs, entry.name), 'a symlink'));
    if (!entry.isDirectory() || kept.has(join(runs, entry.name))) continue;
    const outcome = await removeIfDead(state, entry.name);
    failures.push(...outcome.failures);
    if (outcome.dead && outcome.failures.length === 0) removed.push(entry.name);
  }
  return { removed, failures };
};

/** True if there is anything to remove; nothing is created. */
export const hasRuns = (stateFolder: string): boolean => runEntries(stateFolder).length > 0;

/** Runs whose processes may have outlived their supervisor. Copied records do not count. */
export const findDeadRuns = (state: StateFolder): readonly DeadRun[] =>
  runEntries(state.path).flatMap((runId) => {
    const found = RUN_ID.test(runId) ? readRecord(state, runId) : null;
    if (found === null || !found.isProven) return [];
    const { record } = found;
    if (record.startTime === null || isMaybeAlive(record)) return [];
    const { startTime: since, cgroup = null, containers = null } = record;
    return [{ runId, since, cgroup, containers }];
  });

/** True if a run of ours may still be active; `false` only if its supervisor, or all trace of it, has gone. */
export const isRunAlive = (state: StateFolder, runId: string): boolean => {
  const found = readRecord(state, runId);
  return found === null ? existsSync(runFolderPath(state.path, runId)) : isMaybeAlive(found.record);
};

const RUN_ID = /^[0-9a-f]{8}$/;

const runEntries = (stateFolder: string): readonly string[] => {
  try {
    return readdirSync(join(stateFolder, 'runs'));
  } catch {
    return [];
  }
};

type Removal = { readonly dead: boolean; readonly failures: readonly StorageFailure[] };

const removeIfDead = async (state: StateFolder, entry: string): Promise<Removal> => {
  const path = join(state.path, 'runs', entry);
  const owner = ownerOfUnfinished(entry);
  if (owner !== null) {
    if (isMaybeAlive(owner)) return { dead: false, failures: [] };
    return { dead: true, failures: present(await removeInside(state, path)) };
  }
  const found = readRecord(state, entry);
  if (found === null) return { dead: false, failures: existsSync(path) ? [unreadableRecord(path)] : [] };
  if (isMaybeAlive(found.record)) return { dead: false, failures: [] };
  const mounts = found.record.mounts.filter((mount) => isOwnMount(mount, state, entry, found.isProven));
  const mountFailures = mounts.flatMap((mount) => present(unlinkMount(mount)));
  if (found.isProven) removeEmptyFolders(found.record.folders ?? []);
  return { dead: true, failures: [...mountFailures, ...present(await removeRun(state, entry))] };
};

/**
 * A record may have come with a checkout, or have been edited. A link into the run's own folder can only be its mount;
 * one that leads elsewhere must be within the config's folder, and its record must be original.
 */
const isOwnMount = (mount: Mount, state: StateFolder, runId: string, isProven: boolean): boolean => {
  const isHere = isInside(state.realConfigFolder, realPlaceOf(mount.path));
  const isOfRun = [state.path, join(state.realConfigFolder, '.sidecarctl')].some((path) =>
    isInside(runFolderPath(path, runId), resolve(mount.target)),
  );
  return isProven ? isHere || isOfRun : isHere && isOfRun;
};

/**
 * Innermost first. A folder that is not empty, or that is reached through a symlink by now, belongs to somebody else.
 */
const removeEmptyFolders = (folders: readonly string[]): void => {
  for (const folder of folders.toReversed()) {
    try {
      using parent = HeldFolder.open('/', dirname(folder));
      parent.removeEmptyFolder(basename(folder));
    } catch {
      // Somebody put something there, or removed it.
    }
  }
};

/** Path of an entry whose folder may be reached through symlinks; the path itself if that folder has gone. */
const realPlaceOf = (path: string): string => {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
};

/**
 * Opens `.sidecarctl` or a folder in it. Throws `UnrealFolder` if something else is in the way: only then each level is
 * checked by its name, which takes about 0.3 ms.
 */
const makeOwnFolder = (state: StateFolder, path: string): HeldFolder => {
  try {
    return holdStateFolder(state, namesOf(relative(state.path, path)), { make: true });
  } catch (error) {
    const found = findUnrealDirectory(state, path);
    // If nothing is in the way, it could not be created, and the error says why.
    throw found === null || found.found === 'nothing' ? error : new UnrealFolder(found);
  }
};

const namesOf = (below: string): readonly string[] => (below === '' ? [] : below.split(sep));

class UnrealFolder extends Error {
  readonly failure: UnrealDirectory;

  constructor(failure: UnrealDirectory) {
    super(failure.kind);
    this.failure = failure;
  }
}

const unreal = (error: unknown): StorageFailure | null =>
  error instanceof UnrealFolder ? error.failure : null;

/** The user's own file is kept. */
const ignoreForGit = (held: HeldFolder): void => {
  if (held.look('.gitignore') !== null) return;
  try {
    held.create('.gitignore', '*\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

/** Name of a run's folder while it is created or removed, with the process that does so. */
const unfinishedName = (runId: string, by: ProcessIdentity): string => `.${ownerText(by)},${runId}`;

const ownerText = ({ pid, startTime, pidNamespace, bootId, host = '' }: ProcessIdentity): string =>
  [pid, startTime ?? '', pidNamespace ?? '', bootId ?? '', encodeURIComponent(host)].join(',');

const ownerOfUnfinished = (entry: string): ProcessIdentity | null => {
  const match = /^\.(\d+),(\d*),(\d*),([-0-9a-f]*),([^,]*),/.exec(entry);
  if (match === null) return null;
  const [, pid, startTime, pidNamespace, bootId, host = ''] = match;
  return {
    pid: Number(pid),
    startTime: startTime === '' ? null : Number(startTime),
    ...(pidNamespace === '' ? {} : { pidNamespace: Number(pidNamespace) }),
    ...(bootId === undefined || bootId === '' ? {} : { bootId }),
    host: decoded(host),
  };
};

/** A folder may have any name: one that we have not written is kept as it is. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const recordText = (record: RunRecord): string => `${JSON.stringify(record, null, 2)}\n`;

interface FoundRecord {
  readonly record: RunRecord;
  /** True if it was written into the folder where it is found, and not copied there. */
  readonly isProven: boolean;
}

const readRecord = (state: StateFolder, runId: string): FoundRecord | null => {
  try {
    using own = holdStateFolder(state, ['runs', runId]);
    const record: unknown = JSON.parse(own.read('run.json'));
    return isRunRecord(record) ? { record, isProven: isProvenBy(own, record.madeIn) } : null;
  } catch {
    return null;
  }
};

const isRunRecord = (value: unknown): value is RunRecord => {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Partial<Record<keyof RunRecord, unknown>>;
  const { version, pid, startTime, mounts, folders = [], cgroup, containers } = record;
  const identified = Number.isInteger(pid) && (startTime === null || Number.isInteger(startTime));
  const located = cgroup === undefined || typeof cgroup === 'string';
  const hasMounts = Array.isArray(mounts) && mounts.every(isMount);
  const hasFolders = Array.isArray(folders) && folders.every(isAbsolutePath);
  const hasContainers = containers === undefined || isContainerPlace(containers);
  return version === 1 && identified && located && hasMounts && hasFolders && hasContainers;
};

const isContainerPlace = (value: unknown): value is ContainerPlace => {
  const { engine, env } = (value ?? {}) as Partial<Record<keyof ContainerPlace, unknown>>;
  const isKnown = CONTAINER_ENGINES.some((name) => name === engine);
  return isKnown && Object.values(Object(env)).every((text) => typeof text === 'string');
};

/** Variables that tell where an engine is; the others of its client may be secret. */
const PLACE =
  /^(?:PATH|HOME|XDG_RUNTIME_DIR|XDG_CONFIG_HOME|XDG_DATA_HOME|DOCKER_(?:HOST|CONTEXT|CONFIG)|CONTAINER_HOST|CONTAINERS_CONF|CONTAINERS_STORAGE_CONF|CONTAINERD_(?:ADDRESS|NAMESPACE))$/;

const placeOf = ({ engine, env }: ContainerPlace): ContainerPlace => ({
  engine,
  env: Object.fromEntries(Object.entries(env).filter(([name]) => PLACE.test(name))),
});

const isAbsolutePath = (value: unknown): boolean => typeof value === 'string' && isAbsolute(value);

const isMount = (value: unknown): value is Mount => {
  const { path, target } = (value ?? {}) as Partial<Record<keyof Mount, unknown>>;
  return typeof path === 'string' && isAbsolute(path) && typeof target === 'string';
};

const unreadableRecord = (path: string): StorageFailure => ({ kind: 'run-record-unreadable', path });

const present = (failure: StorageFailure | null): readonly StorageFailure[] =>
  failure === null ? [] : [failure];
