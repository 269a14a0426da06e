import { lstatSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HeldFolder } from '../../files/held-folder.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { isMaybeAlive, ownIdentity, type ProcessIdentity } from '../process-tree/process-identity.ts';
import { sendSignal } from '../process-tree/send-signal.ts';
import { userName } from '../process-tree/user-name.ts';
import { isOwnSocket, leaveSocketFolder } from './socket-folder.ts';
import {
  readJson,
  readSocketRecord,
  removeSocketRecord,
  socketRecordPaths,
  writeSocketRecord,
} from './socket-records.ts';
import { stateFolderPath } from './state-folder.ts';

/** The key of a pod in a folder: pods of other configs, and of other labels, run beside it. */
export interface PodKey {
  /** Absolute path. */
  readonly configFile: string;
  /** Label from `--name`, or null. */
  readonly label: string | null;
}

/** Record of a running pod, for those who look for it: `.sidecarctl/pods/<config file>[@<label>].json`. */
export interface PodRecord extends ProcessIdentity, PodKey {
  readonly version: 1;
  readonly runId: string;
  /** Name of the pod. */
  readonly name: string;
  /** Absolute path of its socket, on Windows a pipe's name; empty if it listens nowhere. */
  readonly socket: string;
  /** Maximum duration of its stop. */
  readonly stop?: { readonly grace: Milliseconds; readonly minimumGrace: Milliseconds };
}

export type Claim =
  | { readonly ok: true; readonly claim: PodClaim; readonly replaced: PodRecord | null }
  /** That pod is already running. */
  | { readonly ok: false; readonly holder: PodRecord };

/** The records by which this supervisor's pod is found. */
export interface PodClaim {
  /** True if its records are in place. */
  isWhole(): boolean;
  /** Writes them again; throws if it cannot. */
  restore(): void;
  /** Writes changed facts into the records. */
  change(change: Partial<Pick<PodRecord, 'socket' | 'stop'>>): void;
  release(): void;
}

export type FoundPod =
  | { readonly kind: 'pod'; readonly record: PodRecord }
  | { readonly kind: 'none' }
  /** Only `owner`, to whom `path` belongs, can tell whether a pod runs. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly owner: string };

/** A folder has the name of a record, and its content is not ours to remove. */
export class RecordBlocked extends Error {
  /** Absolute path. */
  readonly path: string;

  constructor(path: string) {
    super('record-blocked');
    this.name = 'RecordBlocked';
    this.path = path;
  }
}

const TRIES = 10;

/**
 * Claims the key of a pod, of which only one may run; of two attempts at the same time one succeeds. The record of a
 * dead supervisor is replaced. The state folder must exist. Throws `RecordBlocked` if a folder has the record's name,
 * and the file system's error if nothing can be written.
 */
export const claimPod = (facts: Omit<PodRecord, 'version' | keyof ProcessIdentity>): Claim => {
  const record: PodRecord = { version: 1, ...ownIdentity(), ...facts };
  const living = livingOf(facts, pathsSeen(facts));
  if (living !== null) return { ok: false, holder: living };
  using pods = holdPods(facts.configFile, { make: true });
  const name = recordName(facts);
  let replaced: PodRecord | null = null;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (createWhole(pods, name, record)) {
      const hasSocketRecord = writeSocketRecord(record.socket, record);
      return { ok: true, claim: new OwnClaim(record, hasSocketRecord), replaced };
    }
    const holder = readRecord(pods, name);
    if (holder !== null && isMaybeAlive(holder)) return { ok: false, holder };
    replaced = holder ?? replaced;
    putAside(pods, name, holder);
  }
  throw new Error(`${join(pods.path, name)} is written by somebody else again and again`);
};

class OwnClaim implements PodClaim {
  #record: PodRecord;
  /** A record that could not be written, as on a full disk, cannot be lost. */
  #hadSocketRecord: boolean;

  constructor(record: PodRecord, hasSocketRecord: boolean) {
    this.#record = record;
    this.#hadSocketRecord = hasSocketRecord;
  }

  isWhole(): boolean {
    try {
      return this.#stands() && (!this.#hadSocketRecord || this.#hasSocketRecord());
    } catch (error) {
      return cannotLook(error);
    }
  }

  restore(): void {
    const record = this.#record;
    using pods = holdPods(record.configFile, { make: true });
    const name = recordName(record);
    const standing = readRecord(pods, name);
    if (standing === null || !isMaybeAlive(standing)) putAside(pods, name, standing);
    createWhole(pods, name, record);
    this.#hadSocketRecord = writeSocketRecord(record.socket, record);
  }

  change(change: Partial<Pick<PodRecord, 'socket' | 'stop'>>): void {
    const before = this.#record;
    const record = { ...before, ...change };
    if (textOf(before) === textOf(record)) return;
    this.#record = record;
    inPods(record.configFile, undefined, (pods) => {
      const name = recordName(record);
      if (readRecord(pods, name)?.runId === record.runId) pods.replace(name, textOf(record));
    });
    if (before.socket !== record.socket) removeSocketRecord(before.socket);
    this.#hadSocketRecord = writeSocketRecord(record.socket, record);
  }

  release(): void {
    const record = this.#record;
    inPods(record.configFile, undefined, (pods) => {
      const name = recordName(record);
      if (readRecord(pods, name)?.runId === record.runId) pods.remove(name);
    });
    removeSocketRecord(record.socket);
  }

  /** Throws if it cannot be read. */
  #stands(): boolean {
    const { configFile, runId } = this.#record;
    using pods = holdPods(configFile);
    const own = parsed(pods.read(recordName(this.#record)));
    return own !== null && (own.runId === runId || isMaybeAlive(own));
  }

  #hasSocketRecord(): boolean {
    const { socket, runId } = this.#record;
    const record = readSocketRecord(socket);
    return isRecord(record) && record.runId === runId;
  }
}

/** Without a descriptor or memory, a file cannot be checked: it may well be there. */
const cannotLook = (error: unknown): boolean =>
  ['EMFILE', 'ENFILE', 'ENOMEM'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Finds the running pod of a key, and whether that can be known: its record may be in another user's folder. */
export const lookForPod = (key: PodKey): FoundPod => {
  const found = lookInPods(key);
  if (found.kind === 'pod') return found;
  const paths = new Set(socketRecordPaths());
  const living = livingOf(key, NONE, paths);
  seen = living === null ? { key, paths } : null;
  return living === null ? found : { kind: 'pod', record: living };
};

/** Running pod of a key, or null if there is none that this user can see. */
export const findPod = (key: PodKey): PodRecord | null => {
  const found = lookForPod(key);
  return found.kind === 'pod' ? found.record : null;
};

/** All running pods of a config file, with any label. */
export const findPodsOf = (configFile: string): readonly PodRecord[] => {
  const inFolder = inPods(configFile, [], (pods) =>
    pods
      .list()
      .filter((entry) => entry.endsWith('.json'))
      .map((entry) => livingRecord(pods, entry))
      .filter((record) => record !== null)
      .filter((record) => basename(record.configFile) === basename(configFile)),
  );
  const known = new Set(inFolder.map(({ runId }) => runId));
  return [...inFolder, ...socketRecordsOf(configFile).filter(({ runId }) => !known.has(runId))];
};

const lookInPods = (key: PodKey): FoundPod => {
  const name = recordName(key);
  try {
    using pods = holdPods(key.configFile);
    const record = parsed(pods.read(name));
    return record !== null && isMaybeAlive(record) ? { kind: 'pod', record } : { kind: 'none' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? unreadable(key) : { kind: 'none' };
  }
};

const unreadable = (key: PodKey): FoundPod => {
  const folder = stateFolderPath(dirname(key.configFile));
  const paths = [folder, join(folder, 'pods'), join(folder, 'pods', recordName(key))];
  const foreign = paths.find((path) => ownerOf(path) !== null && ownerOf(path) !== process.geteuid?.());
  const path = foreign ?? folder;
  return { kind: 'unreadable', path, owner: userName(ownerOf(path) ?? 0) };
};

const ownerOf = (path: string): number | null => {
  try {
    return lstatSync(path).uid;
  } catch {
    return null;
  }
};

const NONE: ReadonlySet<string> = new Set();

/**
 * Records that the last search has read. A start searches twice within milliseconds, and no record becomes another
 * pod's.
 */
let seen: { readonly key: PodKey; readonly paths: ReadonlySet<string> } | null = null;

const pathsSeen = ({ configFile, label }: PodKey): ReadonlySet<string> =>
  seen?.key.configFile === configFile && seen.key.label === label ? seen.paths : NONE;

const livingOf = (
  key: PodKey,
  known: ReadonlySet<string>,
  paths: Iterable<string> = socketRecordPaths(),
): PodRecord | null =>
  livingIn(
    [...paths].filter((path) => !known.has(path)),
    key.configFile,
  ).find(({ label }) => label === key.label) ?? null;

const socketRecordsOf = (configFile: string): readonly PodRecord[] =>
  livingIn(socketRecordPaths(), configFile);

/** Records of a config file. Those of dead supervisors are removed. */
const livingIn = (paths: readonly string[], configFile: string): readonly PodRecord[] => {
  const records = paths
    .map(readJson)
    .filter(isRecord)
    .filter((record) => isSameFile(record.configFile, configFile));
  const living = records.filter(isMaybeAlive);
  for (const record of records) if (!living.includes(record)) removeSocketOf(record);
  return living;
};

/** The folder may have several names. */
const isSameFile = (one: string, other: string): boolean =>
  one === other ||
  (basename(one) === basename(other) && realFolderOf(one) === (realFolderOf(other) ?? dirname(other)));

const realFolderOf = (file: string): string | null => {
  try {
    return realpathSync(dirname(file));
  } catch {
    return null;
  }
};

/** Removes the records and sockets of dead supervisors in a config's folder. Returns true if there were any. */
export const removeDeadPods = (configFolder: string): boolean =>
  inPods(join(configFolder, 'any'), false, (pods) => {
    const names = pods.list();
    for (const name of names.filter(isHalfWritten)) if (readRecord(pods, name) === null) pods.remove(name);
    const dead = names.flatMap((name) => {
      const record = readRecord(pods, name);
      return record === null || isMaybeAlive(record) ? [] : [{ name, record }];
    });
    for (const { name, record } of dead) {
      if (name.endsWith('.json')) putAside(pods, name, record);
      else pods.remove(name);
      removeSocketOf(record);
    }
    return dead.length > 0;
  });

/**
 * Removes the socket and the record beside it. A pipe of Windows disappears with its process. A record may name
 * anything: a socket or file of another run stays.
 */
export const removeSocketOf = ({ socket, runId, pid }: PodRecord): void => {
  if (process.platform === 'win32' || basename(socket) !== `${runId}-${pid}.sock`) return;
  if (isOwnSocket(socket)) rmSync(socket, { force: true });
  const record = readSocketRecord(socket);
  if (isRecord(record) && record.runId === runId) removeSocketRecord(socket);
  leaveSocketFolder(dirname(socket));
};

/** Removes the record and the socket of a run whose supervisor has gone, even if its config's folder went with it. */
export const removeSocketOfRun = (runId: string): void => {
  for (const path of socketRecordPaths().filter((one) => basename(one).startsWith(`${runId}-`))) {
    const record = recordIn(path);
    if (record?.runId === runId && !isMaybeAlive(record)) removeSocketOf(record);
  }
};

/** Absolute path of a pod's record. */
export const recordPathOf = (key: PodKey): string =>
  join(stateFolderPath(dirname(key.configFile)), 'pods', recordName(key));

const recordName = ({ configFile, label }: PodKey): string =>
  label === null ? `${basename(configFile)}.json` : `${basename(configFile)}@${label}.json`;

/** No symlink in the config's folder is followed to the records. */
const holdPods = (configFile: string, options: { readonly make?: boolean } = {}): HeldFolder => {
  const folder = dirname(configFile);
  return HeldFolder.open(folder, join(stateFolderPath(folder), 'pods'), options);
};

/** Returns `none` if there are no readable records. */
const inPods = <T>(configFile: string, none: T, look: (pods: HeldFolder) => T): T => {
  try {
    using pods = holdPods(configFile);
    return look(pods);
  } catch {
    return none;
  }
};

const textOf = (record: PodRecord): string => `${JSON.stringify(record)}\n`;

/** The beginning of a record by a supervisor that has gone: only the pid in its name is known. */
const isHalfWritten = (name: string): boolean => {
  const [, pid] = /\.(\d+)\.(?:tmp|old)$/.exec(name) ?? [];
  return pid !== undefined && Number(pid) > 0 && sendSignal(Number(pid), 0) === 'gone';
};

/** Links the file into place, so that nobody reads half a record; returns false if there is one already. */
const createWhole = (pods: HeldFolder, name: string, record: PodRecord): boolean => {
  const own = `${name}.${record.runId}.${record.pid}.tmp`;
  pods.create(own, textOf(record));
  try {
    return pods.link(own, name);
  } finally {
    pods.remove(own);
  }
};

/** Moves the record before it is removed: another supervisor may have put its own there meanwhile. */
const putAside = (pods: HeldFolder, name: string, seen: PodRecord | null): void => {
  if (pods.look(name)?.isDirectory()) throw new RecordBlocked(join(pods.path, name));
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

const livingRecord = (pods: HeldFolder, name: string): PodRecord | null => {
  const record = readRecord(pods, name);
  return record !== null && isMaybeAlive(record) ? record : null;
};

const readRecord = (pods: HeldFolder, name: string): PodRecord | null => {
  try {
    return parsed(pods.read(name));
  } catch {
    return null;
  }
};

const parsed = (text: string): PodRecord | null => {
  try {
    const record: unknown = JSON.parse(text);
    return isRecord(record) ? record : null;
  } catch {
    return null;
  }
};

/** Record in a file beside a socket; null if it is not a record. */
export const recordIn = (path: string): PodRecord | null => {
  const value = readJson(path);
  return isRecord(value) ? value : null;
};

const isRecord = (value: unknown): value is PodRecord => {
  if (typeof value !== 'object' || value === null) return false;
  const { version, pid, startTime, ...rest } = value as Partial<Record<keyof PodRecord, unknown>>;
  const identified = Number.isInteger(pid) && (startTime === null || Number.isInteger(startTime));
  const texts = [rest.runId, rest.name, rest.configFile, rest.socket];
  return version === 1 && identified && texts.every((text) => typeof text === 'string');
};
