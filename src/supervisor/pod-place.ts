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

/** Where a pod is found by others while it runs. */
export interface PodPlace {
  /** Where it may listen, the best place first; empty where there is none. */
  readonly sockets: readonly string[];
  /** Null: it is not to be found, as its config is no file's, or it does not run. */
  readonly claim: PodClaim | null;
  /** Opened for the claim; null without one. */
  readonly state: StateFolder | null;
}

type Taken =
  | { readonly ok: true; readonly place: PodPlace }
  | { readonly ok: false; readonly failure: PreparationFailure };

const NOWHERE: PodPlace = { sockets: [], claim: null, state: null };

/** What keeps a pod from its place: another that has it, or one that this user cannot know of; null: nothing. */
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

/** A pod of a config file runs once; others are told who has its place before anything is asked for or started. */
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

/** Why no record could be written. */
const unclaimed = (state: StateFolder, error: unknown): StorageFailure => {
  if (error instanceof RecordBlocked) return { kind: 'record-blocked', path: error.path };
  const blocked = findUnrealDirectory(state, join(state.path, 'pods'));
  return blocked !== null && blocked.found !== 'nothing' ? blocked : unusableFolder(state.path, error);
};
