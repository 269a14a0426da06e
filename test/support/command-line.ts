import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { withDeadline } from './deadline.ts';

/** The built command, as a user runs it. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** What stands before the arguments, and who runs it: by default the tests' own user. */
export interface StartedAs {
  readonly words: readonly [string, ...string[]];
  readonly user?: { readonly uid: number; readonly gid: number };
}

const BY_NODE: StartedAs = { words: [process.execPath, CLI] };

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One line of `--ui json`. */
export type JsonEvent = Readonly<Record<string, unknown>> & { readonly type: string; readonly seq: number };

/** What a test inherits must not decide it: the runner's own settings and npm's are taken out. */
export const cleanEnvironment = (): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    const drop = /^(npm_|NODE_|VITEST|CI$|FORCE_COLOR$|NO_COLOR$|SIDECARCTL_|TEST$|PORT)/i.test(name);
    if (!drop && value !== undefined) kept[name] = value;
  }
  return kept;
};

/** A running `sidecarctl`; killed at the end of the test if it is still there. */
export class CommandLine {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  #wake: Array<() => void> = [];
  #isOver = false;

  constructor(
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>> = {},
    command: StartedAs = BY_NODE,
  ) {
    const [file, ...before] = command.words;
    this.child = spawn(file, [...before, ...args], {
      ...command.user,
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout.setEncoding('utf8').on('data', (text) => this.#grow('stdout', text));
    this.child.stderr.setEncoding('utf8').on('data', (text) => this.#grow('stderr', text));
    this.ended = this.#untilEnded();
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Its end, within the limit of a test's patience. */
  exit(): Promise<Ended> {
    return withDeadline('sidecarctl to end', this.ended, () => this.transcript());
  }

  async exitCode(): Promise<number | null> {
    return (await this.exit()).code;
  }

  /** The events of `--ui json` so far. */
  get events(): JsonEvent[] {
    const whole = this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** The first event that fits, now or later. */
  async event(what: string, fits: (event: JsonEvent) => boolean): Promise<JsonEvent> {
    let found: JsonEvent | undefined;
    await this.until(`the event "${what}"`, () => {
      found = this.events.find(fits);
      return found !== undefined;
    });
    return found as JsonEvent;
  }

  /** The first report that the named process is in this state. */
  state(name: string, state: string): Promise<JsonEvent> {
    return this.event(`${name} is ${state}`, (event) => event['name'] === name && event['state'] === state);
  }

  async output(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpMatchArray> {
    await this.until(`${pattern} on ${stream}`, () => pattern.test(this[stream]));
    return this[stream].match(pattern) as RegExpMatchArray;
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const wait = async () => {
      while (!holds()) {
        if (this.#isOver) throw new Error(`sidecarctl ended without ${what}\n${this.transcript()}`);
        await new Promise<void>((wake) => this.#wake.push(wake));
      }
    };
    await withDeadline(what, wait(), () => this.transcript());
  }

  transcript(): string {
    return `--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) this.child.kill('SIGTERM');
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    await this.ended;
    clearTimeout(killer);
  }

  async #untilEnded(): Promise<Ended> {
    const [code, signal] = (await once(this.child, 'close')) as [number | null, NodeJS.Signals | null];
    this.#isOver = true;
    for (const wake of this.#wake.splice(0)) wake();
    return { code, signal };
  }

  #grow(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text;
    for (const wake of this.#wake.splice(0)) wake();
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
