import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '../../../time/timers.ts';
import type { SourceFields } from '../options.ts';
import { readText, SETTLES_WITHIN, signatureOf } from './file.ts';
import { namedValues } from './named-values.ts';
import { type Found, MOST_BYTES, type Source } from './source.ts';

/** What a kubelet swaps when it replaces all files of a folder at once. */
const DATA = '..data';

/** The files of a folder, without its folders. A folder that is being changed at the moment is read the next time. */
export class DirSource implements Source {
  readonly #path: string;
  readonly #fields: Pick<SourceFields, 'parse'>;
  #seen: string | null = null;

  constructor(path: string, fields: Pick<SourceFields, 'parse'>) {
    this.#path = path;
    this.#fields = fields;
  }

  async read(signal: AbortSignal): Promise<Found> {
    const before = await this.#look();
    if (before.signature === this.#seen) return 'same';
    await sleep(SETTLES_WITHIN, signal);
    const texts = await this.#texts(before.names);
    if (texts === null || (await this.#look()).signature !== before.signature) return 'same';
    const value = await namedValues(texts, this.#fields.parse);
    this.#seen = before.signature;
    return { value };
  }

  /** A file that goes at this moment is not there. */
  async #look(): Promise<{ readonly names: readonly string[]; readonly signature: string }> {
    const entries = await readdir(this.#path).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? new Error(`there is no folder ${this.#path}`) : error;
    });
    const target = await readlink(join(this.#path, DATA)).catch(() => '');
    const found: (readonly [string, string])[] = [];
    for (const name of entries.filter((entry) => !entry.startsWith('..')).sort()) {
      const signature = await signatureOf(join(this.#path, name)).catch(() => null);
      if (signature !== null) found.push([name, signature]);
    }
    return { names: found.map(([name]) => name), signature: JSON.stringify([target, found]) };
  }

  /** `null`: something has changed meanwhile. */
  async #texts(names: readonly string[]): Promise<readonly (readonly [string, string])[] | null> {
    const texts: (readonly [string, string])[] = [];
    let bytes = 0;
    for (const name of names) {
      const text = await readText(join(this.#path, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (text === null) return null;
      bytes += text.length;
      if (bytes > MOST_BYTES) throw new Error(`${this.#path} has more than ${MOST_BYTES} bytes`);
      texts.push([name, text]);
    }
    return texts;
  }
}
