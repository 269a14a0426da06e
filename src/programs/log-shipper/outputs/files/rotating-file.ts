import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whoever made a symlink in the file's place is not written through. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

interface Rotation {
  /** Bytes after which a file is rotated. */
  readonly size: number;
  /** Number of rotated files that are kept: `app.log.1` is the newest. */
  readonly keep: number;
}

/** A file that whole batches are added to. What was acknowledged is on the disk. */
export class RotatingFile {
  readonly #path: string;
  readonly #rotation: Rotation;
  #file: FileHandle | null = null;

  constructor(path: string, rotation: Rotation) {
    this.#path = path;
    this.#rotation = rotation;
  }

  /** Resolves once the bytes are on the disk. Rejects if not; then the file is as long as before. */
  async append(bytes: Buffer): Promise<void> {
    const file = await this.#opened();
    const { size } = await file.stat();
    if (size > 0 && size + bytes.length > this.#rotation.size) {
      await this.#rotate();
      return this.append(bytes);
    }
    try {
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
      await file.datasync();
    } catch (error) {
      // On a full disk, a part of a batch would be there twice once the batch is sent again.
      await file.truncate(size).catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  async #rotate(): Promise<void> {
    await this.close();
    const { keep } = this.#rotation;
    if (keep === 0) return rm(this.#path, { force: true });
    for (let number = keep; number > 1; number -= 1)
      await moveIfThere(`${this.#path}.${number - 1}`, `${this.#path}.${number}`);
    await moveIfThere(this.#path, `${this.#path}.1`);
  }

  async #opened(): Promise<FileHandle> {
    if (this.#file !== null && (await isAt(this.#path, this.#file))) return this.#file;
    await this.close();
    const folder = dirname(this.#path);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.#file = await open(this.#path, FLAGS, 0o600);
    await synced(folder);
    return this.#file;
  }
}

/** False: somebody has deleted or moved the file, and what is written to it would be lost. */
const isAt = async (path: string, file: FileHandle): Promise<boolean> => {
  const there = await lstat(path).catch(() => null);
  const { ino, dev } = await file.stat();
  return there?.ino === ino && there.dev === dev;
};

const moveIfThere = (from: string, to: string): Promise<void> =>
  rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });

/** The name of a new file is on the disk, too. */
const synced = async (folder: string): Promise<void> => {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
