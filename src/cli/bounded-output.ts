import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';

/** A pod that runs for weeks, with a process that crashes again and again, writes about 20 MB a day. */
const MOST_BYTES = 1024 * 1024;
const KEPT_BYTES = MOST_BYTES / 2;

const NEWLINE = 0x0a;

/** Keeps a file that is written through its descriptor from growing without bound: the newest bytes stay. */
export class BoundedOutput {
  readonly #fd: number;
  #unlooked = 0;

  /** `fd` is open for reading and appending. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Reports that bytes have been written. */
  wrote(bytes: number): void {
    this.#unlooked += bytes;
    if (this.#unlooked < MOST_BYTES / 16) return;
    this.#unlooked = 0;
    try {
      this.#cut();
    } catch {
      // On a full disk, or with a file of another kind, it stays as it is.
    }
  }

  #cut(): void {
    const stats = fstatSync(this.#fd);
    if (!stats.isFile() || stats.size <= MOST_BYTES) return;
    const newest = Buffer.alloc(KEPT_BYTES);
    const read = readSync(this.#fd, newest, 0, KEPT_BYTES, stats.size - KEPT_BYTES);
    const kept = newest.subarray(newest.indexOf(NEWLINE) + 1, read);
    ftruncateSync(this.#fd, 0);
    writeSync(this.#fd, kept);
  }
}
