import { mkdir, rm } from 'node:fs/promises';
import { posix } from 'node:path';
import type { GitOptions, SourceFields } from '../options.ts';
import { runCommand } from '../run-command.ts';
import { namedValues } from './named-values.ts';
import { formatOf, parseText } from './parse.ts';
import { type Found, MOST_BYTES, type Source } from './source.ts';

/** Nobody is there who could type a password, and a URL must not run a program. */
const QUIET = { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', SSH_ASKPASS: 'true' };
const SAFE = ['-c', 'protocol.ext.allow=never', '-c', 'core.hooksPath=/dev/null', '-c', 'gc.auto=0'];

/** A file or folder of a repository, fetched into a folder that is the sidecar's alone. */
export class GitSource implements Source {
  readonly #git: GitOptions;
  readonly #store: string;
  readonly #fields: Pick<SourceFields, 'parse' | 'timeout'>;
  #commit: string | null = null;
  #hasStore = false;

  /** @param store a folder for the repository; it need not be there */
  constructor(git: GitOptions, store: string, fields: Pick<SourceFields, 'parse' | 'timeout'>) {
    this.#git = git;
    this.#store = store;
    this.#fields = fields;
  }

  async read(signal: AbortSignal): Promise<Found> {
    await this.#open(signal);
    const { url, ref } = this.#git;
    await this.#run(signal, 'fetch', '--quiet', '--depth=1', '--no-tags', '--force', '--', url, ref);
    const commit = (await this.#run(signal, 'rev-parse', 'FETCH_HEAD^{commit}')).trim();
    if (commit === this.#commit) return 'same';
    const value = await this.#valueIn(commit, signal);
    this.#commit = commit;
    return { value };
  }

  async close(): Promise<void> {
    await rm(this.#store, { recursive: true, force: true });
  }

  /** What is left of an earlier launch may be broken. */
  async #open(signal: AbortSignal): Promise<void> {
    if (this.#hasStore) return;
    await this.close();
    await mkdir(this.#store, { recursive: true, mode: 0o700 });
    await this.#run(signal, 'init', '--quiet', '--bare');
    this.#hasStore = true;
  }

  async #valueIn(commit: string, signal: AbortSignal): Promise<unknown> {
    const path = posix.normalize(this.#git.path).replace(/^\/+|\/+$/g, '');
    const object = path === '.' || path === '' ? `${commit}^{tree}` : `${commit}:${path}`;
    const kind = (await this.#run(signal, 'cat-file', '-t', object)).trim();
    if (kind === 'blob') {
      const text = await this.#run(signal, 'cat-file', 'blob', object);
      return parseText(text, this.#fields.parse ?? formatOf(path) ?? 'text');
    }
    if (kind !== 'tree') throw new Error(`'${path}' is no file and no folder of the repository`);
    return this.#folderAt(object, signal);
  }

  async #folderAt(tree: string, signal: AbortSignal): Promise<unknown> {
    const listed = await this.#run(signal, 'ls-tree', '-r', '-z', '-l', tree);
    const texts: (readonly [string, string])[] = [];
    let bytes = 0;
    for (const line of listed.split('\0')) {
      const [, kind, blob = '', size, name = ''] = /^\d+ (\w+) (\w+) +(\S+)\t(.*)$/s.exec(line) ?? [];
      if (kind !== 'blob') continue;
      bytes += Number(size);
      if (bytes > MOST_BYTES) throw new Error(`the folder has more than ${MOST_BYTES} bytes`);
      texts.push([name, await this.#run(signal, 'cat-file', 'blob', blob)]);
    }
    return namedValues(texts, this.#fields.parse);
  }

  async #run(signal: AbortSignal, ...args: readonly string[]): Promise<string> {
    const [verb = ''] = args;
    const { timeout } = this.#fields;
    const options = { folder: this.#store, timeout, limit: MOST_BYTES, signal, env: environment() };
    const output = await runCommand({ words: ['git', ...SAFE, ...args] }, options).catch((error: Error) => {
      throw new Error(`git ${verb} ${error.message}`);
    });
    return output.toString();
  }
}

/** A variable of whoever has started the pod, such as in a hook of git, would lead to another repository. */
const environment = (): Readonly<Record<string, string>> => ({
  ...QUIET,
  GIT_DIR: '.',
  GIT_SSH_COMMAND: process.env['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes',
});
