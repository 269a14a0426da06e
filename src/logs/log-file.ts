import { close, closeSync, constants, fstatSync, unlink, write, writeSync } from 'node:fs';
import { join } from 'node:path';
import { HeldFolder } from '../files/held-folder.ts';
import type { Flow } from './flow.ts';
import { removeOldRuns } from './log-folder.ts';
import { BETWEEN_TIMES_MS, noteLogTime, noteLogTimeLater } from './log-times.ts';

export interface LogLimits {
  /** A file that has grown to this size is followed by a new one. */
  readonly fileBytes: number;
  /** Per run; the oldest goes. */
  readonly files: number;
  /** The newest runs of a process whose logs are kept, this one among them. */
  readonly runs: number;
  /** Three writes in a row that take longer than this many milliseconds have met a disk that cannot keep up. */
  readonly slowMs: number;
}

/** A write into the page cache takes some 0.03 ms. */
export const LOG_LIMITS: LogLimits = { fileBytes: 10 * 1024 * 1024, files: 3, runs: 5, slowMs: 20 };

export interface LogFileOptions {
  /** Absolute, and taken as it is: what lies between it and `folder` must be real folders, and no symlinks. */
  readonly within: string;
  /** The process's own, absolute; made when its first output comes. */
  readonly folder: string;
  /** What its files are called. */
  readonly run: string;
  /** The runs as they began, this one last. */
  readonly order: () => readonly string[];
  readonly flow: Flow;
  readonly limits: LogLimits;
  /** How many files of this run another log of the same process has begun before, which had left meanwhile. */
  readonly begunBefore?: number;
  /** Called once; from then on nothing is written. */
  readonly onFailure: (failure: LogFailure) => void;
}

export interface LogFailure {
  readonly path: string;
  readonly message: string;
}

/**
 * Brings the bytes at hand into an open file from where else they stand, in one step of the kernel: nobody has them
 * alone in between. The number that went, or null where they must be written; throws as a write would.
 */
export type MoveToFile = (file: number, bytes: number) => number | null;

const NEWLINE = 0x0a;
/** One alone may just have waited for its turn on a busy machine. */
const SLOW_WRITES = 3;
/** How long a disk is then written to by thread. */
const SLOW_FOR_MS = 10_000;
/** Queued bytes at which the process is held back, and at which it goes on. */
const HIGH_WATER = 1024 * 1024;
const LOW_WATER = 256 * 1024;

/**
 * A process's output in a pod's run, byte by byte as it came.
 *
 * A write is done before `append` returns: what is on its way to a thread is lost when the supervisor is killed, and
 * handing it over costs more than the write. Only when the disk turns out to be slow are writes queued for a thread,
 * so that it does not block the loop again, and the processes are held back when it cannot keep up.
 */
export class LogFile {
  readonly #options: LogFileOptions;
  #fd: number | null = null;
  #inode = 0;
  #isBegun = false;
  #size = 0;
  #isOver = false;
  #isAtLineStart = true;
  #slowWrites = 0;
  #slowUntil = 0;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #onEmptied: (() => void) | null = null;
  #move: MoveToFile | null = null;
  #removal: Promise<unknown> = Promise.resolve();
  #filesBegun: number;
  #timeNoted = 0;

  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#filesBegun = options.begunBefore ?? 0;
  }

  /** In this run, those of earlier logs included. */
  get filesBegun(): number {
    return this.#filesBegun;
  }

  /** Whether it is there. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Absolute: where what is newest goes. */
  get path(): string {
    return join(this.#options.folder, this.#name(0));
  }

  /** With `move`, in place of a write; it is not called later than this returns. */
  append(bytes: Buffer, move: MoveToFile | null = null): void {
    if (this.#isOver || bytes.length === 0) return;
    if (this.#queuedBytes > 0 || Date.now() < this.#slowUntil) return this.#enqueue(bytes);
    this.#move = move;
    this.#guarded(() => this.#writeTimed(bytes));
    this.#move = null;
  }

  /** A process has ended: what the next one writes begins on a line of its own. */
  endLine(): void {
    const last = this.#queue.at(-1);
    const isEnded = last === undefined ? this.#isAtLineStart : last.at(-1) === NEWLINE;
    if (!isEnded) this.append(Buffer.from('\n'));
  }

  /** What comes next begins a new file where this one has been deleted; without being told it notices within a second. */
  reopenIfLost(): void {
    this.#guarded(() => {
      if (this.#fd === null) return;
      using folder = this.#hold();
      if (this.#isLost(folder)) this.#closeFile();
    });
  }

  /** Resolves when nothing waits for the disk any more, and the logs of old runs are gone. */
  async close(): Promise<void> {
    if (this.#queuedBytes > 0) await new Promise<void>((resolve) => (this.#onEmptied = resolve));
    this.#isOver = true;
    this.#closeFile();
    await this.#removal;
  }

  #writeTimed(bytes: Buffer): void {
    const from = Date.now();
    const rest = this.#startNextFile(bytes);
    this.#noteTime(from);
    this.#writeWhole(rest);
    const to = Date.now();
    this.#slowWrites = to - from > this.#options.limits.slowMs ? this.#slowWrites + 1 : 0;
    if (this.#slowWrites >= SLOW_WRITES) this.#slowUntil = to + SLOW_FOR_MS;
  }

  /** Before the write, so that nothing is ever written later than it says. */
  #noteTime(time: number, note = noteLogTime): void {
    // A file that is about to be opened notes it itself.
    if (this.#fd === null || Math.abs(time - this.#timeNoted) < BETWEEN_TIMES_MS) return;
    this.#timeNoted = time;
    using folder = this.#hold();
    if (this.#isLost(folder)) return this.#closeFile();
    note(folder, `${this.#options.run}.times`, { file: this.#filesBegun, offset: this.#size, time });
  }

  #writeWhole(bytes: Buffer): void {
    for (let rest = bytes; rest.length > 0; ) rest = this.#took(rest, this.#writeSome(rest));
  }

  #writeSome(bytes: Buffer): number {
    return this.#move?.(this.#file(), bytes.length) ?? writeSync(this.#file(), bytes);
  }

  #took(bytes: Buffer, written: number): Buffer {
    this.#size += written;
    this.#isAtLineStart = bytes[written - 1] === NEWLINE;
    return bytes.subarray(written);
  }

  /** A file that is full gets the end of its last line; what comes after that is for the next one. */
  #startNextFile(bytes: Buffer): Buffer {
    if (this.#size < this.#options.limits.fileBytes) return bytes;
    const end = this.#isAtLineStart ? 0 : bytes.indexOf(NEWLINE) + 1;
    this.#writeWhole(bytes.subarray(0, end));
    this.#rotate();
    return bytes.subarray(end);
  }

  #rotate(): void {
    this.#closeFile();
    const folder = this.#hold();
    this.#shift(folder);
    // In a thread, as freeing 10 MiB takes 2 ms. Renaming over the oldest would make ext4 write the new one to the disk.
    unlink(folder.at(this.#name(this.#options.limits.files)), () => folder.close());
  }

  #shift(folder: HeldFolder): void {
    const { files } = this.#options.limits;
    for (let part = files; part > 0; part -= 1) {
      if (folder.look(this.#name(part - 1)) !== null) folder.rename(this.#name(part - 1), this.#name(part));
    }
  }

  /** It was deleted, or its folder was moved away: what is written to it nobody can read. */
  #isLost(folder: HeldFolder): boolean {
    return folder.look(this.#name(0))?.ino !== this.#inode;
  }

  #name(part: number): string {
    const { run } = this.#options;
    return part === 0 ? `${run}.log` : `${run}.${part}.log`;
  }

  /** Anew each time: by then somebody may have put a symlink in its place. */
  #hold(): HeldFolder {
    const { within, folder } = this.#options;
    return HeldFolder.open(within, folder, { make: true });
  }

  #file(): number {
    this.#fd ??= this.#open();
    return this.#fd;
  }

  #open(): number {
    const { limits, order } = this.#options;
    const folder = this.#hold();
    // Of this run, of a process that was taken out of the config and has come back.
    if (folder.look(this.#name(0)) !== null) this.#shift(folder);
    // Not to append: nothing can be moved into such a file.
    const { O_WRONLY, O_CREAT, O_EXCL } = constants;
    const fd = folder.openFile(this.#name(0), O_WRONLY | O_CREAT | O_EXCL);
    this.#fd = fd;
    this.#inode = fstatSync(fd).ino;
    this.#size = 0;
    this.#isBegun = true;
    this.#filesBegun += 1;
    this.#timeNoted = Number.NEGATIVE_INFINITY;
    this.#noteTime(Date.now());
    this.#removal = removeOldRuns(folder, limits.runs, order()).finally(() => folder.close());
    return fd;
  }

  #closeFile(): void {
    const fd = this.#fd;
    this.#fd = null;
    if (fd !== null) closeSync(fd);
  }

  #enqueue(bytes: Buffer): void {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (this.#queuedBytes > HIGH_WATER) this.#options.flow.hold(this);
    if (this.#queue.length === 1) this.#writeQueued();
  }

  #writeQueued(): void {
    const [first] = this.#queue;
    if (first === undefined) return this.#emptied();
    this.#guarded(() => {
      const bytes = this.#startNextFile(first);
      this.#queuedBytes -= first.length - bytes.length;
      this.#noteTime(Date.now(), noteLogTimeLater);
      write(this.#file(), bytes, (error, written) => {
        if (error !== null) return this.#fail(error);
        const rest = this.#took(bytes, written);
        this.#queue.splice(0, 1, ...(rest.length > 0 ? [rest] : []));
        this.#queuedBytes -= written;
        if (this.#queuedBytes < LOW_WATER) this.#options.flow.release(this);
        this.#writeQueued();
      });
    });
  }

  #emptied(): void {
    this.#options.flow.release(this);
    this.#onEmptied?.();
  }

  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#fail(error);
    }
  }

  #fail({ message }: Error): void {
    this.#isOver = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#emptied();
    // Closing may report the same failure once more.
    if (this.#fd !== null) close(this.#fd, () => undefined);
    this.#fd = null;
    this.#options.onFailure({ path: this.path, message });
  }
}

/** What the disk or the folder is to blame for; anything else is a bug, and not to be taken for a full disk. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error;
