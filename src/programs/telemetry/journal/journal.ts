import { constants, type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file is renamed when it is larger. Two of them are kept. */
const LARGEST_FILE = 64 * 1024 * 1024;

/** Lines that wait for the disk have so many bytes at most. */
const MOST_WAITING = 32 * 1024 * 1024;

const LINE_BREAK = Buffer.from('\n');

interface Waiting {
  readonly line: Buffer;
  readonly settle: (error: Error | null) => void;
}

/** There is no room: the disk is full, or slower than what comes. */
export class JournalIsFull extends Error {
  override readonly name = 'JournalIsFull';
}

/**
 * A file of lines. A line is on the disk when `append` resolves, whatever happens to this process or the machine: all lines
 * that wait are written together and synchronized once.
 */
export class Journal {
  readonly path: string;
  readonly #largest: number;
  #file: FileHandle;
  #size: number;
  #waiting: Waiting[] = [];
  #bytesWaiting = 0;
  #isWriting = false;
  #whenIdle: (() => void) | undefined;

  private constructor(path: string, file: FileHandle, size: number, largest: number) {
    this.path = path;
    this.#file = file;
    this.#size = size;
    this.#largest = largest;
  }

  /** Opens a file, and makes its folder if that is missing. What a crash has left of a line is cut off. */
  static async open(path: string, largest: number = LARGEST_FILE): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await openFile(path);
    try {
      const size = await endOfLastLine(file);
      await file.truncate(size);
      return new Journal(path, file, size, largest);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.#size;
  }

  /** Appends a line, and a line break. Rejects with `JournalIsFull`; the line is not in the file then. */
  append(line: Buffer): Promise<void> {
    if (this.#bytesWaiting + line.length + 1 > MOST_WAITING)
      return Promise.reject(new JournalIsFull('the disk is slower than what comes'));
    this.#bytesWaiting += line.length + 1;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ line, settle: (error) => (error === null ? resolve() : reject(error)) });
    if (!this.#isWriting) void this.#write();
    return promise;
  }

  /** Resolves once everything is on the disk. */
  async close(): Promise<void> {
    if (this.#isWriting) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#whenIdle = resolve;
      await promise;
    }
    await this.#file.close();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      this.#bytesWaiting = 0;
      const error = await this.#writeGroup(group.flatMap(({ line }) => [line, LINE_BREAK])).then(
        () => null,
        (failure: Error) => new JournalIsFull(failure.message),
      );
      for (const { settle } of group) settle(error);
    }
    this.#isWriting = false;
    this.#whenIdle?.();
  }

  async #writeGroup(lines: readonly Buffer[]): Promise<void> {
    if (this.#size > this.#largest) await this.#rotate();
    const bytes = Buffer.concat(lines);
    try {
      for (let written = 0; written < bytes.length; )
        written += (await this.#file.write(bytes, written, bytes.length - written, this.#size + written))
          .bytesWritten;
      await this.#file.datasync();
      this.#size += bytes.length;
    } catch (error) {
      // A part may have been written, and must not stand before the next line.
      await this.#file.truncate(this.#size).catch(() => undefined);
      throw error;
    }
  }

  async #rotate(): Promise<void> {
    await rename(this.path, olderPath(this.path));
    const before = this.#file;
    this.#file = await openFile(this.path);
    this.#size = 0;
    await before.close();
    await syncFolder(dirname(this.path));
  }
}

export const olderPath = (path: string): string => `${path}.1`;

const openFile = async (path: string): Promise<FileHandle> => {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  // Until its folder is, a new file is not on the disk.
  await syncFolder(dirname(path));
  return file;
};

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const PIECE = 64 * 1024;

/** Place after the last line break of a file; 0 if it has none. */
const endOfLastLine = async (file: FileHandle): Promise<number> => {
  const piece = Buffer.alloc(PIECE);
  let { size: end } = await file.stat();
  while (end > 0) {
    const from = Math.max(0, end - PIECE);
    const { bytesRead } = await file.read(piece, 0, end - from, from);
    const found = piece.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (found !== -1) return from + found + 1;
    end = from;
  }
  return 0;
};
