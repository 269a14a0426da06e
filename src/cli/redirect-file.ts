import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A file of this user's alone that leads a browser to an address. The arguments of a browser are for all users of a
 * machine to see, and an address with a token must not be among them.
 */
export class RedirectFile {
  readonly url: string;
  readonly #folder: string;

  private constructor(folder: string, url: string) {
    this.#folder = folder;
    this.url = url;
  }

  static async create(address: string): Promise<RedirectFile> {
    const folder = await mkdtemp(join(tmpdir(), 'sidecarctl-web-'));
    const file = join(folder, 'open.html');
    await writeFile(file, pageTo(address), { mode: 0o600, flag: 'wx' });
    return new RedirectFile(folder, pathToFileURL(file).href);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const pageTo = (address: string): string =>
  `<!doctype html><meta charset="utf-8"><title>sidecarctl</title><meta http-equiv="refresh" content="0; url=${address}">`;
