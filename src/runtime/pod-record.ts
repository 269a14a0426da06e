import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { stateFolderPath } from './state-folder.ts';
import { isSupervisorAlive, ownIdentity, type SupervisorIdentity } from './volumes/supervisor-alive.ts';

/** Which pod of a folder: those of other configs, and those of other labels, run beside it. */
export interface PodKey {
  /** Absolute. */
  readonly configFile: string;
  /** From `--name`; null without it. */
  readonly label: string | null;
}

/** A pod that runs, for those who look for it: `.sidecarctl/pods/<config file>[@<label>].json`. */
export interface PodRecord extends SupervisorIdentity, PodKey {
  readonly version: 1;
  readonly runId: string;
  /** The pod's. */
  readonly name: string;
  /** Where it listens: a path, on Windows a pipe's name. */
  readonly socket: string;
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
export const claimPod = (facts: Omit<PodRecord, 'version' | keyof SupervisorIdentity>): Claim => {
  const path = recordPath(facts);
  const record: PodRecord = { version: 1, ...ownIdentity(), ...facts };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let replaced: PodRecord | null = null;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (createWhole(path, record)) return { ok: true, release: () => release(path, record), replaced };
    const holder = readRecord(path);
    if (holder !== null && isSupervisorAlive(holder)) return { ok: false, holder };
    replaced = holder ?? replaced;
    putAside(path, holder);
  }
  throw new Error(`${path} is written by somebody else again and again`);
};

/** The pod that runs under a key; null: none does. */
export const findPod = (key: PodKey): PodRecord | null => livingRecord(recordPath(key));

/** All pods that run for a config file, whatever their labels. */
export const findPodsOf = (configFile: string): readonly PodRecord[] => {
  const folder = dirname(recordPath({ configFile, label: null }));
  return entriesOf(folder)
    .map((entry) => livingRecord(join(folder, entry)))
    .filter((record) => record !== null && basename(record.configFile) === basename(configFile))
    .filter((record) => record !== null);
};

const recordPath = ({ configFile, label }: PodKey): string => {
  const name = label === null ? basename(configFile) : `${basename(configFile)}@${label}`;
  return join(stateFolderPath(dirname(configFile)), 'pods', `${name}.json`);
};

/** Linked into place, so that nobody ever reads half a record; false when there is one already. */
const createWhole = (path: string, record: PodRecord): boolean => {
  const own = `${path}.${record.runId}.tmp`;
  writeFileSync(own, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
};

/** Moved before it is removed: another who does the same may have put a record of its own there meanwhile. */
const putAside = (path: string, seen: PodRecord | null): void => {
  const aside = `${path}.${process.pid}.old`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readRecord(aside)?.runId !== seen?.runId) putBack(aside, path);
  rmSync(aside, { force: true });
};

const putBack = (aside: string, path: string): void => {
  try {
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

const release = (path: string, { runId }: PodRecord): void => {
  if (readRecord(path)?.runId === runId) rmSync(path, { force: true });
};

const livingRecord = (path: string): PodRecord | null => {
  const record = readRecord(path);
  return record !== null && isSupervisorAlive(record) ? record : null;
};

const readRecord = (path: string): PodRecord | null => {
  try {
    const record: unknown = JSON.parse(readFileSync(path, 'utf8'));
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

const entriesOf = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter((entry) => entry.endsWith('.json'));
  } catch {
    return [];
  }
};
