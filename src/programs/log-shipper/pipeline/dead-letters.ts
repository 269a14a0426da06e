import { mkdirSync } from 'node:fs';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LogEntry } from '../outputs/output.ts';

/** Size at which the file is put aside as `<file>.1`, in place of an older one. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Entries that a destination will never take, as JSON lines with the reason: for somebody to look at. */
export class DeadLetters {
  readonly path: string;
  readonly #mostBytes: number;

  constructor(path: string, mostBytes = MOST_BYTES) {
    this.path = path;
    this.#mostBytes = mostBytes;
  }

  /** They are on the disk once it resolves. Rejects if they cannot be written; then none of them is. */
  async add(output: string, entries: readonly LogEntry[], why: string, now: number): Promise<void> {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    await this.#putAside();
    const file = await open(this.path, 'a', 0o600);
    try {
      await append(file, Buffer.from(entries.map((entry) => letter(output, entry, why, now)).join('')));
    } finally {
      await file.close();
    }
  }

  async #putAside(): Promise<void> {
    const size = await stat(this.path).then(
      (stats) => stats.size,
      () => 0,
    );
    if (size >= this.#mostBytes) await rename(this.path, `${this.path}.1`);
  }
}

/** On a full disk, a part of the letters would be there twice once they are written again. */
const append = async (file: FileHandle, bytes: Buffer): Promise<void> => {
  const { size } = await file.stat();
  let written = 0;
  try {
    while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
    await file.datasync();
  } catch (error) {
    // Unless another destination has written behind them.
    if ((await file.stat()).size === size + written) await file.truncate(size);
    throw error;
  }
};

const letter = (
  output: string,
  { time, body, severity, offset, source, parsed }: LogEntry,
  why: string,
  now: number,
): string => {
  const entry = { time: isoOf(time), message: body, severity, offset, ...source.fields, parsed };
  return `${JSON.stringify({ output, why, at: isoOf(now), entry })}\n`;
};

const isoOf = (time: number): string | null => {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
};
