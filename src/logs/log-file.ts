import { close, closeSync, constants, fstatSync, unlink, write, writeSync } from 'node:fs';
import { sep } from 'node:path';
import { HeldFolder } from '../files/held-folder.ts';
import type { Backpressure } from './backpressure.ts';
import { removeOldRuns } from './log-folder.ts';
import { BETWEEN_TIMES_MS, noteLogTime, noteLogTimeLater } from './log-times.ts';

export interface LogLimits {
  /** Size in bytes at which the next file is begun. */
  readonly fileBytes: number;
  /** Number of files for each run; the oldest is removed. */
  readonly files: number;
  /** Number of runs of a process whose logs are kept, this one included. */
  readonly runs: number;
  /** Three writes in a row that each take longer than this, in milliseconds, show that the disk cannot keep up. */
  readonly slowMs: number;
}

/** A write into the page cache takes about 0.03 ms. */
export const LOG_LIMITS: LogLimits = { fileBytes: 10 * 1024 * 1024, files: 3, runs: 5, slowMs: 20 };

interface LogFileOptions {
  /** Absolute path that is not checked. Everything between it and `folder` must be real folders, not symlinks. */
  readonly within: string;
  /** Absolute path of the process's own folder; created with its first output. */
  readonly folder: string;
  /** Base name of its files. */
  readonly run: string;
  /** Returns the runs in the order they began, this one last. */
  readonly order: () => readonly string[];
  readonly backpressure: Backpressure;
  readonly limits: LogLimits;
  /** Number of files that an earlier log of the same process has begun in this run, before the process left the pod. */
  readonly begunBefore?: number;
  /** Called at most once; after that nothing is written. */
  readonly onFailure: (failure: LogFailure) => void;
}

export interface LogFailure {
  readonly path: string;
  readonly message: string;
}

/**
 * Moves the bytes at hand from their source into an open file in one system call, so that a crash cannot lose them in
 * between. Returns the number of bytes moved, or null if they must be written; throws as a write does.
 */
export type MoveToFile = (file: number, bytes: number) => number | null;

/** Absolute path of the newest file of a process in a run. */
export const newestLogPath = (folder: string, run: string): string =>
  // `join` goes through it letter by letter, and a start asks for that of every process.
  `${folder}${sep}${run}.log`;

const NEWLINE = 0x0a;
/** A single slow write may just have waited for its turn on a busy machine. */
const SLOW_WRITES = 3;
/** Time for which a slow disk is then written to by a thread. */
const SLOW_FOR_MS = 10_000;
/** Number of queued bytes at which the process is paused; it resumes at the lower mark. */
const HIGH_WATER = 1024 * 1024;
const LOW_WATER = 256 * 1024;

/**
 * The output of a process in one run of a pod, byte by byte as it came.
 *
 * A write is done before `append` returns: output that is still on its way to a thread is lost when the supervisor is
 * killed, and handing it over costs more than the write. Only on a slow disk are writes queued for a thread, so that
 * they do not block the loop again. The process is paused when the thread cannot keep up.
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

  /** Number of files begun in this run, including those of earlier logs. */
  get filesBegun(): number {
    return this.#filesBegun;
  }

  /** True once a file exists. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Absolute path of the newest file. */
  get path(): string {
    const { folder, run } = this.#options;
    return newestLogPath(folder, run);
  }

  /**
   * Appends bytes, by `move` if it is given. `move` is not called after this returns, and the bytes are not kept.
   */
  append(bytes: Buffer, move: MoveToFile | null = null): void {
    if (this.#isOver || bytes.length === 0) return;
    if (this.#queuedBytes > 0 || Date.now() < this.#slowUntil) return this.#enqueue(Buffer.from(bytes));
    this.#move = move;
    this.#guarded(() => this.#writeTimed(bytes));
    this.#move = null;
  }

  /** A process has ended: the output of the next one begins on a line of its own. */
  endLine(): void {
    const last = this.#queue.at(-1);
    const isEnded = last === undefined ? this.#isAtLineStart : last.at(-1) === NEWLINE;
    if (!isEnded) this.append(Buffer.from('\n'));
  }

  /** Begins a new file if this one has been deleted. Without this call, the log notices within a second. */
  reopenIfLost(): void {
    this.#guarded(() => {
      if (this.#fd === null) return;
      using folder = this.#hold();
      if (this.#isLost(folder)) this.#closeFile();
    });
  }

  /** Resolves when nothing waits for the disk any more and the logs of old runs are removed. */
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

  /** Called before the write, so that nothing is written later than its noted time. */
  #noteTime(time: number, note = noteLogTime): void {
    // A file that is about to be opened notes its time itself.
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

  /** Completes the last line of a full file; returns the rest, for the next file. */
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
    // Removed by a thread, because freeing 10 MiB takes 2 ms. Renaming over the oldest file would make ext4 write the
    // new one to the disk.
    unlink(folder.at(this.#name(this.#options.limits.files)), () => folder.close());
  }

  #shift(folder: HeldFolder): void {
    const { files } = this.#options.limits;
    for (let part = files; part > 0; part -= 1) {
      if (folder.look(this.#name(part - 1)) !== null) folder.rename(this.#name(part - 1), this.#name(part));
    }
  }

  /** True if the file was deleted or its folder was moved away: nobody could read what is written to it. */
  #isLost(folder: HeldFolder): boolean {
    return folder.look(this.#name(0))?.ino !== this.#inode;
  }

  #name(part: number): string {
    const { run } = this.#options;
    return part === 0 ? `${run}.log` : `${run}.${part}.log`;
  }

  /** The folder is opened again each time: somebody may have put a symlink in its place. */
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
    // The file is from this run, of a process that was removed from the config and has come back.
    if (folder.look(this.#name(0)) !== null) this.#shift(folder);
    // The file is not opened for appending, because nothing can be moved into such a file.
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
    if (this.#queuedBytes > HIGH_WATER) this.#options.backpressure.pause(this);
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
        if (this.#queuedBytes < LOW_WATER) this.#options.backpressure.resume(this);
        this.#writeQueued();
      });
    });
  }

  #emptied(): void {
    this.#options.backpressure.resume(this);
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

/** True for an error of the disk or the folder. Any other error is a bug, and must not be taken for a full disk. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error;
