import type { LoadedConfig } from '../config/resolve-pod.ts';
import { socketPathOf } from '../control/socket-folder.ts';
import { claimPod, findPod, type PodRecord, removeSocketOf } from '../runtime/pod-record.ts';
import { openStateFolder, stateFolderPath } from '../runtime/state-folder.ts';
import { messageOf } from '../runtime/volumes/storage-failure.ts';
import type { Preparation, Prepared } from './prepare-pod.ts';

/** Where a pod is found by others while it runs. */
export interface PodPlace {
  /** Null: it is not found, as its config is no file's, or it does not run. */
  readonly socket: string | null;
  release(): void;
}

type Taken = { readonly ok: true; readonly place: PodPlace } | Extract<Prepared, { readonly ok: false }>;

const NOWHERE: PodPlace = { socket: null, release: () => undefined };

/** The pod that runs already in the place of one that is to run; null: its place is free. */
export const findHolder = (
  { file }: LoadedConfig,
  { origin, purpose, label }: Preparation,
): PodRecord | null =>
  origin.kind === 'given' || purpose === 'look' ? null : findPod({ configFile: file, label });

/** A pod of a config file runs once; others are told who has its place before anything is asked for or started. */
export const takePlace = async (
  { file, folder, name }: LoadedConfig,
  { runId, stop }: Pick<PodRecord, 'runId' | 'stop'>,
  { origin, purpose, label }: Preparation,
): Promise<Taken> => {
  if (origin.kind === 'given' || purpose === 'look') return { ok: true, place: NOWHERE };
  const opened = await openStateFolder(folder);
  if (!opened.ok) return { ok: false, failure: { kind: 'storage', failures: [opened.failure] } };
  const socket = socketPathOf(runId);
  try {
    const claim = claimPod({
      configFile: file,
      label,
      runId,
      name,
      socket,
      ...(stop === undefined ? {} : { stop }),
    });
    if (!claim.ok) return { ok: false, failure: { kind: 'runs-already', holder: claim.holder } };
    if (claim.replaced !== null) removeSocketOf(claim.replaced);
    return { ok: true, place: { socket, release: claim.release } };
  } catch (error) {
    const path = stateFolderPath(folder);
    const message = `${path} cannot be used (${messageOf(error)}); it must be a folder this user can write to`;
    return {
      ok: false,
      failure: { kind: 'storage', failures: [{ kind: 'state-folder-unusable', path, message }] },
    };
  }
};
