import { open, stat } from 'node:fs/promises';
import { sleep } from '../../../time/timers.ts';
import type { SourceFields } from '../options.ts';
import { formatOf, parseText } from './parse.ts';
import { type Found, MOST_BYTES, type Source } from './source.ts';

/** A writer that has paused for so long has finished, or has not begun. */
export const SETTLES_WITHIN = 50;

/** A file. What is being written at the moment is read the next time. */
export class FileSource implements Source {
  readonly #path: string;
  readonly #fields: Pick<SourceFields, 'parse'>;
  #seen: string | null = null;

  constructor(path: string, fields: Pick<SourceFields, 'parse'>) {
    this.#path = path;
    this.#fields = fields;
  }

  async read(signal: AbortSignal): Promise<Found> {
    const before = await signatureOf(this.#path);
    if (before === this.#seen) return 'same';
    await sleep(SETTLES_WITHIN, signal);
    const text = await readText(this.#path);
    if ((await signatureOf(this.#path)) !== before) return 'same';
    const value = await parseText(text, this.#fields.parse ?? formatOf(this.#path) ?? 'text');
    this.#seen = before;
    return { value };
  }
}

/** Differs after each write, and after each replacement. Rejects if there is no file. */
export const signatureOf = async (path: string): Promise<string> => {
  const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Error(`there is no file ${path}`) : error;
  });
  if (!found.isFile()) throw new Error(`${path} is no file`);
  const { dev, ino, size, mtimeNs, ctimeNs } = found;
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
};

export const readText = async (path: string): Promise<string> => {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MOST_BYTES) throw new Error(`${path} has more than ${MOST_BYTES} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
};
