import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

/** The place in a file up to which rsyslog has delivered it. */
interface Position {
  /** Absolute path of the position's own file. */
  readonly at: string;
  readonly path: string;
  readonly inode: number;
  readonly offset: number;
  /** Bytes before that of an event that may go on. */
  readonly pending: number;
}

export interface ReadFile {
  readonly path: string;
  readonly size: number;
  readonly delivered: number;
}

/** Name of the file that is there after an end at which rsyslog had delivered everything. */
const SETTLED = 'settled';

const STATE = /^imfile-state:(\d+)/;

/** A file is known by its inode, and by its first bytes once it has as many. */
const IDENTITY = 512;

/** More than an event of several lines has, as a rule. */
const LARGE_EVENT = 64 * 1024;

/** The files that rsyslog reads, with what it has delivered of them. */
export const readFiles = (folder: string): readonly ReadFile[] =>
  positionsIn(folder).flatMap((position) => {
    const { path, offset, pending } = position;
    const size = sizeOf(position);
    return size === null ? [] : [{ path, size, delivered: Math.max(0, Math.min(offset - pending, size)) }];
  });

/** Bytes that are still to be delivered. */
export const lagOf = (folder: string): number =>
  readFiles(folder).reduce((sum, { size, delivered }) => sum + size - delivered, 0);

export const tellSettled = (folder: string): void =>
  writeFileSync(join(folder, SETTLED), '', { mode: 0o600 });

/** Folder with copies of positions. */
const KEPT = 'kept';

/**
 * Keeps a copy of every position: rsyslog writes each in its place, so that nothing is left of one if it ends within that, and
 * it would read the whole file again.
 */
export const keepCopies = (folder: string): void => {
  const kept = join(folder, KEPT);
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  const names = namesIn(folder);
  for (const name of readdirSync(kept)) if (!names.includes(name)) rmSync(join(kept, name), { force: true });
  for (const name of names) {
    const text = textAt(join(folder, name));
    if (positionIn(text, join(folder, name)) === null) continue;
    writeFileSync(join(folder, COPY), text, { mode: 0o600 });
    renameSync(join(folder, COPY), join(kept, name));
  }
};

/** A copy that is being written. */
const COPY = 'copy';

/**
 * Mends positions after an end that was none in order, before rsyslog reads them: those that it has not written to their end,
 * and those that say too much. It writes a position when a line was delivered, but once in each file before that: when 512
 * bytes of it are read, by which it knows the file from then on.
 */
export const mendPositions = (folder: string): void => {
  const settled = join(folder, SETTLED);
  const wasSettled = existsSync(settled);
  rmSync(settled, { force: true });
  if (wasSettled) return;
  for (const name of namesIn(folder)) if (positionAt(join(folder, name)) === null) restore(folder, name);
  for (const position of positionsIn(folder)) if (isEarly(position)) rmSync(position.at, { force: true });
};

const restore = (folder: string, name: string): void => {
  const [at, copy] = [join(folder, name), join(folder, KEPT, name)];
  if (existsSync(copy)) copyFileSync(copy, at);
  else rmSync(at, { force: true });
};

const isEarly = (position: Position): boolean => {
  const { offset, pending } = position;
  if (offset < IDENTITY || sizeOf(position) === null) return false;
  return pending > 0 ? offset - pending < LARGE_EVENT : !hasNewline(position);
};

/** Whether a line that was read after the first bytes has an end before the last one. */
const hasNewline = ({ path, offset }: Position): boolean => {
  const part = Buffer.alloc(Math.min(offset - IDENTITY, LARGE_EVENT));
  const descriptor = openSync(path, 'r');
  try {
    const read = readSync(descriptor, part, 0, part.length, IDENTITY - 1);
    return offset > IDENTITY + LARGE_EVENT || part.subarray(0, read).includes('\n');
  } finally {
    closeSync(descriptor);
  }
};

/** `null`: the file has gone, or has another name. */
const sizeOf = ({ path, inode }: Position): number | null => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.ino === inode ? found.size : null;
};

const positionsIn = (folder: string): readonly Position[] =>
  namesIn(folder).flatMap((name) => positionAt(join(folder, name)) ?? []);

const namesIn = (folder: string): readonly string[] => readdirSync(folder).filter((name) => STATE.test(name));

const positionAt = (at: string): Position | null => positionIn(textAt(at), at);

/** Empty: rsyslog has removed it meanwhile. */
const textAt = (at: string): string => {
  try {
    return readFileSync(at, 'utf8');
  } catch {
    return '';
  }
};

/** `null`: it is not written to its end. */
const positionIn = (text: string, at: string): Position | null => {
  try {
    const state = JSON.parse(text) as WrittenState;
    const pending = state.prev_msg_segment;
    return {
      ...{ at, inode: Number(STATE.exec(basename(at))?.[1]), path: state.filename, offset: state.curr_offs },
      pending: pending === undefined ? 0 : Buffer.byteLength(pending) + 1,
    };
  } catch {
    return null;
  }
};

/** rsyslog's own names. */
interface WrittenState {
  readonly filename: string;
  readonly curr_offs: number;
  readonly prev_msg_segment?: string;
}
