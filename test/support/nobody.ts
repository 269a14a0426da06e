import { chmodSync, copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { chown, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CLI, type StartedAs } from './command-line.ts';
import type { Project } from './project.ts';

const NOBODY = { uid: 65534, gid: 65534 };

/**
 * The built command as a user without any rights runs it. The tests may run as root, in a folder that no other user can
 * enter: then the command and its Node are copied to one that everybody can.
 */
export class Nobody {
  readonly command: StartedAs;
  readonly #copy: string | null;

  private constructor(copy: string | null) {
    this.#copy = copy;
    const words =
      copy === null
        ? ([process.execPath, CLI] as const)
        : ([join(copy, 'node'), join(copy, 'dist/cli.js')] as const);
    this.command = process.geteuid?.() === 0 ? { words, user: NOBODY } : { words };
  }

  static create(): Nobody {
    return process.geteuid?.() === 0 ? Nobody.withCopy() : new Nobody(null);
  }

  /** With a Node and a package of its own, which may be broken or removed. */
  static withCopy(): Nobody {
    const copy = mkdtempSync(join(tmpdir(), 'sidecarctl-nobody-'));
    chmodSync(copy, 0o755);
    copyFileSync(process.execPath, join(copy, 'node'));
    cpSync(dirname(CLI), join(copy, 'dist'), { recursive: true });
    copyFileSync(join(dirname(CLI), '../package.json'), join(copy, 'package.json'));
    return new Nobody(copy);
  }

  /** In the copy; throws where there is none. */
  path(...parts: string[]): string {
    if (this.#copy === null) throw new Error('this is the built command itself');
    return join(this.#copy, ...parts);
  }

  /** Node and the package are gone, as after `npm ci` or `nvm uninstall`. */
  remove(): void {
    rmSync(this.path(), { recursive: true });
  }

  /** Gives a project to this user. */
  async own({ folder }: Project): Promise<void> {
    const { user } = this.command;
    if (user === undefined) return;
    const below = await readdir(folder, { recursive: true });
    await Promise.all(['.', ...below].map((path) => chown(join(folder, path), user.uid, user.gid)));
  }

  [Symbol.dispose](): void {
    if (this.#copy !== null) rmSync(this.#copy, { recursive: true, force: true });
  }
}
