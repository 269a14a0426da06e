import { lstatSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Milliseconds } from '../core/pod-spec.ts';
import { HeldFolder } from '../files/held-folder.ts';
import { isMaybeAlive, ownIdentity, type ProcessIdentity } from './process-tree/process-identity.ts';
import { stateFolderPath } from './state-folder.ts';

/** Which pod of a folder: those of other configs, and those of other labels, run beside it. */
export interface PodKey {
  /** Absolute. */
  readonly configFile: string;
  /** From `--name`; null without it. */
  readonly label: string | null;
}

/** A pod that runs, for those who look for it: `.sidecarctl/pods/<config file>[@<label>].json`. */
export interface PodRecord extends ProcessIdentity, PodKey {
  readonly version: 1;
  readonly runId: string;
  /** The pod's. */
  readonly name: string;
  /** Where it listens: a path, on Windows a pipe's name. */
  readonly socket: string;
  /** What a stop of it takes at most. */
  readonly stop?: { readonly grace: Milliseconds; readonly minimumGrace: Milliseconds };
}

export type Claim =
  | { readonly ok: true; readonly release: () => void; readonly replaced: PodRecord | null }
  /** That pod runs already. */
  | { readonly ok: false; readonly holder: PodRecord };

const TRIES = 10;

/**
 * Takes the place of the one pod that may run under a key; of two that try at the same time one gets it. The record of a
 * supervisor that is gone is replaced. The state folder must be there; throws where nothing can be written.
 */
export const claimPod = (facts: Omit<PodRecord, 'version' | keyof ProcessIdentity>): Claim => {
  const record: PodRecord = { version: 1, ...ownIdentity(), ...facts };
  using pods = holdPods(facts.configFile, { make: true });
  const name = recordName(facts);
  let replaced: PodRecord | null = null;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (createWhole(pods, name, record)) return { ok: true, release: () => release(record), replaced };
    const holder = readRecord(pods, name);
    if (holder !== null && isMaybeAlive(holder)) return { ok: false, holder };
    replaced = holder ?? replaced;
    putAside(pods, name, holder);
  }
  throw new Error(`${join(pods.path, name)} is written by somebody else again and again`);
};

/** The pod that runs under a key; null: none does. */
export const findPod = (key: PodKey): PodRecord | null =>
  inPods(key.configFile, null, (pods) => livingRecord(pods, recordName(key)));

/** All pods that run for a config file, whatever their labels. */
export const findPodsOf = (configFile: string): readonly PodRecord[] =>
  inPods(configFile, [], (pods) =>
    pods
      .list()
      .filter((entry) => entry.endsWith('.json'))
      .map((entry) => livingRecord(pods, entry))
      .filter((record) => record !== null)
      .filter((record) => basename(record.configFile) === basename(configFile)),
  );

/** Removes what dead supervisors have left of their pods' records in a config's folder, and their sockets. */
export const removeDeadPods = (configFolder: string): void =>
  inPods(join(configFolder, 'any'), undefined, (pods) => {
    for (const name of pods.list()) {
      const record = readRecord(pods, name);
      if (record === null || isMaybeAlive(record)) continue;
      if (name.endsWith('.json')) putAside(pods, name, record);
      else pods.remove(name);
      removeSocketOf(record);
    }
  });

/** A pipe of Windows goes with its process. A record may name anything: what is no socket of its own run stays. */
export const removeSocketOf = ({ socket, runId, pid }: PodRecord): void => {
  if (process.platform === 'win32' || basename(socket) !== `${runId}-${pid}.sock`) return;
  const entry = lstatSync(socket, { throwIfNoEntry: false });
  if (entry?.isSocket() === true && entry.uid === process.getuid?.()) rmSync(socket, { force: true });
};

const recordName = ({ configFile, label }: PodKey): string =>
  label === null ? `${basename(configFile)}.json` : `${basename(configFile)}@${label}.json`;

/** No symlink in the config's folder is followed to the records. */
const holdPods = (configFile: string, options: { readonly make?: boolean } = {}): HeldFolder => {
  const folder = dirname(configFile);
  return HeldFolder.open(folder, join(stateFolderPath(folder), 'pods'), options);
};

/** `none` where there are no records, or none that can be read. */
const inPods = <T>(configFile: string, none: T, look: (pods: HeldFolder) => T): T => {
  try {
    using pods = holdPods(configFile);
    return look(pods);
  } catch {
    return none;
  }
};

/** Linked into place, so that nobody ever reads half a record; false when there is one already. */
const createWhole = (pods: HeldFolder, name: string, record: PodRecord): boolean => {
  const own = `${name}.${record.runId}.tmp`;
  pods.create(own, `${JSON.stringify(record)}\n`);
  try {
    return pods.link(own, name);
  } finally {
    pods.remove(own);
  }
};

/** Moved before it is removed: another who does the same may have put a record of its own there meanwhile. */
const putAside = (pods: HeldFolder, name: string, seen: PodRecord | null): void => {
  const aside = `${name}.${process.pid}.old`;
  try {
    pods.rename(name, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readRecord(pods, aside)?.runId !== seen?.runId) pods.link(aside, name);
  pods.remove(aside);
};

const release = (record: PodRecord): void =>
  inPods(record.configFile, undefined, (pods) => {
    const name = recordName(record);
    if (readRecord(pods, name)?.runId === record.runId) pods.remove(name);
  });

const livingRecord = (pods: HeldFolder, name: string): PodRecord | null => {
  const record = readRecord(pods, name);
  return record !== null && isMaybeAlive(record) ? record : null;
};

const readRecord = (pods: HeldFolder, name: string): PodRecord | null => {
  try {
    const record: unknown = JSON.parse(pods.read(name));
    return isRecord(record) ? record : null;
  } catch {
    return null;
  }
};

const isRecord = (value: unknown): value is PodRecord => {
  if (typeof value !== 'object' || value === null) return false;
  const { version, pid, startTime, ...rest } = value as Partial<Record<keyof PodRecord, unknown>>;
  const identified = Number.isInteger(pid) && (startTime === null || Number.isInteger(startTime));
  const texts = [rest.runId, rest.name, rest.configFile, rest.socket];
  return version === 1 && identified && texts.every((text) => typeof text === 'string');
};
