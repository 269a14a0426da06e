import { join } from 'node:path';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import {
  claimPod,
  type FoundPod,
  lookForPod,
  type PodClaim,
  type PodRecord,
  RecordBlocked,
  removeSocketOf,
} from '../runtime/state/pod-record.ts';
import { findUnrealDirectory } from '../runtime/state/remove-inside.ts';
import { socketPathsOf } from '../runtime/state/socket-folder.ts';
import { openStateFolder, type StateFolder, unusableFolder } from '../runtime/state/state-folder.ts';
import type { Preparation, PreparationFailure } from './preparation.ts';
import type { ReadPod } from './reading/messages.ts';

/** The place at which others find a running pod. */
export interface PodPlace {
  /** Sockets at which it may listen, the best first; empty if there is none. */
  readonly sockets: readonly string[];
  /** Claim, or null if the pod cannot be found, because its config is not a file, or because it does not run. */
  readonly claim: PodClaim | null;
  /** State folder, opened for the claim; null without one. */
  readonly state: StateFolder | null;
}

type Taken =
  | { readonly ok: true; readonly place: PodPlace }
  | { readonly ok: false; readonly failure: PreparationFailure };

const NOWHERE: PodPlace = { sockets: [], claim: null, state: null };

/** Finds a pod that has the place already, or one that this user cannot inspect; null if there is none. */
export const findHolder = (
  { file }: ReadPod,
  { origin, purpose, label }: Preparation,
): PreparationFailure | null =>
  origin.kind === 'given' || purpose === 'look' ? null : failureOf(lookForPod({ configFile: file, label }));

const failureOf = (found: FoundPod): PreparationFailure | null => {
  switch (found.kind) {
    case 'pod':
      return { kind: 'runs-already', holder: found.record };
    case 'unreadable':
      return { kind: 'storage', failures: [{ ...found, kind: 'record-unreadable' }] };
    case 'none':
      return null;
    default:
      return found satisfies never;
  }
};

/**
 * Claims the place of a pod. A pod of a config file runs once; a second one learns of the first before any ports are
 * requested or processes started.
 */
export const takePlace = async (
  { file, folder, name }: ReadPod,
  { runId, stop }: Pick<PodRecord, 'runId' | 'stop'>,
  { origin, purpose, label }: Preparation,
): Promise<Taken> => {
  if (origin.kind === 'given' || purpose === 'look') return { ok: true, place: NOWHERE };
  const opened = await openStateFolder(folder);
  if (!opened.ok) return { ok: false, failure: { kind: 'storage', failures: [opened.failure] } };
  const sockets = socketPathsOf(runId);
  const [socket = ''] = sockets;
  try {
    const facts = { configFile: file, label, runId, name, socket };
    const claimed = claimPod(stop === undefined ? facts : { ...facts, stop });
    if (!claimed.ok) return { ok: false, failure: { kind: 'runs-already', holder: claimed.holder } };
    if (claimed.replaced !== null) removeSocketOf(claimed.replaced);
    return { ok: true, place: { sockets, claim: claimed.claim, state: opened.folder } };
  } catch (error) {
    return { ok: false, failure: { kind: 'storage', failures: [unclaimed(opened.folder, error)] } };
  }
};

/** Reason why no record could be written. */
const unclaimed = (state: StateFolder, error: unknown): StorageFailure => {
  if (error instanceof RecordBlocked) return { kind: 'record-blocked', path: error.path };
  const blocked = findUnrealDirectory(state, join(state.path, 'pods'));
  return blocked !== null && blocked.found !== 'nothing' ? blocked : unusableFolder(state.path, error);
};
