import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { WAIT_LIMIT_MS } from './deadline.ts';
import { type Ended, Run } from './run.ts';

export type { Ended, JsonEvent } from './run.ts';

/** The built command, as a user runs it. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** What stands before the arguments, and who runs it: by default the tests' own user. */
export interface StartedAs {
  readonly words: readonly [string, ...string[]];
  readonly user?: { readonly uid: number; readonly gid: number };
}

const BY_NODE: StartedAs = { words: [process.execPath, CLI] };

/** What a test inherits must not decide it: the runner's own settings and npm's are taken out. */
export const cleanEnvironment = (): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    const drop =
      /^(npm_|NODE_|VITEST|CI$|GITHUB_ACTIONS$|GITLAB_CI$|FORCE_COLOR$|NO_COLOR$|SIDECARCTL_|TEST$|PORT)/i.test(
        name,
      );
    if (!drop && value !== undefined) kept[name] = value;
  }
  return kept;
};

/** A running `sidecarctl`; killed at the end of the test if it is still there. */
export class CommandLine extends Run {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<Ended>;

  constructor(
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>> = {},
    command: StartedAs = BY_NODE,
  ) {
    super();
    const [file, ...before] = command.words;
    this.child = spawn(file, [...before, ...args], {
      ...command.user,
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout.setEncoding('utf8').on('data', (text) => this.grow('stdout', text));
    this.child.stderr.setEncoding('utf8').on('data', (text) => this.grow('stderr', text));
    this.ended = this.#untilEnded();
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isOver) this.child.kill('SIGTERM');
    const killer = setTimeout(() => this.child.kill('SIGKILL'), WAIT_LIMIT_MS);
    await this.ended;
    clearTimeout(killer);
  }

  async #untilEnded(): Promise<Ended> {
    const [code, signal] = (await once(this.child, 'close')) as [number | null, NodeJS.Signals | null];
    this.over();
    return { code, signal };
  }
}

/** Whether a process is there, zombies aside. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
