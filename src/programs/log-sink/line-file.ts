import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whoever made a symlink in the file's place is not written through. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/** A file that gets every line, one JSON object a line. */
export class LineFile {
  readonly path: string;
  #file: FileHandle | null = null;
  #last: Promise<void> = Promise.resolve();
  /** The file ends in part of a line: the disk was full. */
  #isTorn = false;

  constructor(path: string) {
    this.path = path;
  }

  /** Resolves once the bytes are written, one call after the other. Rejects if they are not, as on a full disk. */
  append(bytes: Buffer): Promise<void> {
    const written = this.#last.then(() => this.#append(bytes));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file?.close();
    this.#file = null;
  }

  async #append(bytes: Buffer): Promise<void> {
    const file = await this.#opened();
    const whole = this.#isTorn ? Buffer.concat([NEW_LINE, bytes]) : bytes;
    let at = 0;
    try {
      while (at < whole.length) at += (await file.write(whole, at)).bytesWritten;
      this.#isTorn = false;
    } catch (error) {
      this.#isTorn ||= at > 0;
      throw error;
    }
  }

  async #opened(): Promise<FileHandle> {
    if (this.#file !== null) return this.#file;
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    this.#file = await open(this.path, FLAGS, 0o600);
    return this.#file;
  }
}

const NEW_LINE = Buffer.from('\n');
