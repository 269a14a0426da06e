import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CLI, cleanEnvironment } from './command-line.ts';
import { eventually, withDeadline } from './deadline.ts';

export const CTRL_C = '\u0003';
export const CTRL_Z = '\u001a';

/**
 * A terminal with a shell in it that knows job control, as a user has it: script(1) gives it a pseudo-terminal, and what
 * is typed comes through a pipe.
 */
export class Terminal {
  /** All that the terminal has shown. */
  screen = '';
  readonly #script: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor(folder: string, env: Readonly<Record<string, string>> = {}) {
    this.#script = spawn('script', ['-qefc', 'bash --norc --noprofile -i', '/dev/null'], {
      cwd: folder,
      env: {
        ...cleanEnvironment(),
        ...env,
        PS1: '$ ',
        TERM: 'dumb',
        NODE: process.execPath,
        SIDECARCTL: CLI,
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#script.stdout?.setEncoding('utf8').on('data', (text: string) => (this.screen += text));
    this.#script.stdin?.on('error', () => undefined);
    this.#closed = once(this.#script, 'close');
  }

  type(keys: string): void {
    this.#script.stdin?.write(keys);
  }

  /** Waits until it is on the screen, after what was there at the time given. */
  shows(pattern: RegExp, from = 0): Promise<void> {
    return withScreen(this, `${pattern} on the screen`, () => pattern.test(this.screen.slice(from)));
  }

  /** As when its window is closed: who is left in it gets SIGHUP, and what they write fails with EIO. */
  async close(): Promise<void> {
    this.#script.kill('SIGKILL');
    await withDeadline('the end of the terminal', this.#closed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

const withScreen = async (terminal: Terminal, what: string, holds: () => boolean): Promise<void> => {
  try {
    await eventually(what, holds);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n--- screen\n${terminal.screen}`);
  }
};
