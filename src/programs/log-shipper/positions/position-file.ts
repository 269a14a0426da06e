import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Head, Mark } from '../tailing/mark.ts';

/** How far a file was delivered. */
export interface FileRecord {
  /** Absolute path of its log. */
  readonly original: string;
  /** Device and inode. */
  readonly id: string;
  readonly head: Head;
  readonly mark: Mark;
}

/** What is kept for an output from one start to the next. */
export interface Positions {
  readonly files: readonly FileRecord[];
  /** Older parts of logs that were there before the first start, as `<id>@<time of birth>`. */
  readonly ignored: readonly string[];
}

const VERSION = 2;

/** The positions of one output, in a file. */
export class PositionFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** `null`: this is the first start. Throws if the file cannot be read, or makes no sense. */
  load(): Positions | null {
    const text = textOf(this.#path);
    return text === null ? null : readPositions(text);
  }

  /**
   * Replaces the file. It is on the disk before it gets its name, so that a loss of power leaves this one or the one before,
   * and a line that was delivered in between is delivered again.
   */
  async save({ files, ignored }: Positions): Promise<void> {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const beside = `${this.#path}.new`;
    const file = await open(beside, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify({ version: VERSION, files: files.map(written), ignored }));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(beside, this.#path);
  }
}

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

interface WrittenRecord {
  readonly original: string;
  readonly id: string;
  readonly head: readonly [length: number, crc: number];
  readonly position: number;
  /** Base64. */
  readonly before: string;
}

const written = ({ original, id, head, mark }: FileRecord): WrittenRecord => ({
  ...{ original, id, head: [head.length, head.crc], position: mark.position },
  before: mark.before.toString('base64'),
});

const readPositions = (text: string): Positions => {
  const { version, files, ignored } = JSON.parse(text) as {
    readonly version: unknown;
    readonly files: readonly WrittenRecord[];
    readonly ignored: readonly string[];
  };
  if (version !== VERSION) throw new Error(`it has version ${version}, and this program knows ${VERSION}`);
  return {
    ignored,
    files: files.map(({ original, id, head: [length, crc], position, before }) => ({
      ...{ original, id, head: { length, crc } },
      mark: { position, before: Buffer.from(before, 'base64') },
    })),
  };
};
