import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { CommandLine, type Ended, type JsonEvent } from './command-line.ts';
import { eventually, withDeadline } from './deadline.ts';
import { PodHere, type PodHereOptions } from './pod-here.ts';
import { configFile, Project } from './project.ts';
import type { Run } from './run.ts';
import { type SteeredChild, Steering } from './steering.ts';

/** The fields of a process that the test steers, together with those it wants besides. */
export type Steered = (name: string, fields?: object) => object;

/** Inherited by all that a run starts, whatever the supervisor marks its processes with. */
const RIG_VARIABLE = 'E2E_RIG';

/** A folder with a config, the runs of the built command in it, and every process these have started. */
export class PodRig {
  readonly project: Project;
  readonly steering: Steering;
  readonly #mark = randomUUID();
  readonly #runs: CommandLine[] = [];
  readonly #here: PodHere[] = [];
  #config: object = {};
  #crashed = false;

  private constructor(project: Project, steering: Steering) {
    this.project = project;
    this.steering = steering;
  }

  static async open(
    config: object | ((steered: Steered) => object) | null,
    files: Readonly<Record<string, string>> = {},
  ): Promise<PodRig> {
    const project = await Project.create(files);
    const rig = new PodRig(project, await Steering.open(project.folder));
    if (config !== null) await rig.configure(config);
    return rig;
  }

  async configure(config: object | ((steered: Steered) => object)): Promise<void> {
    const steered: Steered = (name, fields = {}) => ({ command: this.steering.command(name), ...fields });
    const data = typeof config === 'function' ? config(steered) : config;
    this.#config = { name: 'shop', ...data };
    await this.project.write('sidecars.config.mjs', configFile(this.#config));
  }

  /** The same in this process, for a test that asks nothing of the command line. */
  here({ env = {}, ...options }: PodHereOptions = {}): PodHere {
    const pod = new PodHere(this.#config, this.project.folder, {
      ...options,
      env: { ...this.environment, ...env },
    });
    this.#here.push(pod);
    return pod;
  }

  /** `sidecarctl up --ui json`. */
  up(...args: readonly string[]): CommandLine {
    return this.run(['up', '--ui', 'json', ...args]);
  }

  run(args: readonly string[], { cwd = this.project.folder, env = {} } = {}): CommandLine {
    const run = new CommandLine(args, cwd, { ...this.environment, ...env });
    this.#runs.push(run);
    return run;
  }

  /** What a supervisor that the test starts by itself needs in its environment. */
  get environment(): Record<string, string> {
    return { [RIG_VARIABLE]: this.#mark, STEERING_SOCKET: this.steering.socketPath };
  }

  child(name: string): Promise<SteeredChild> {
    return this.steering.next(name);
  }

  /** Everything that the runs have started and that is still there, zombies aside. */
  processes(): number[] {
    const supervisors = this.#runs.map(({ pid }) => pid);
    return processesWith(`${RIG_VARIABLE}=${this.#mark}`).filter((pid) => !supervisors.includes(pid));
  }

  /** What is in a file that some process is about to write. */
  async fileText(path: string): Promise<string> {
    await eventually(`text in the file ${path}`, () => textOf(this.project.path(path)) !== '');
    return textOf(this.project.path(path));
  }

  /** Waits for a file, empty or not. */
  fileExists(path: string): Promise<void> {
    return eventually(`the file ${path}`, () => existsSync(this.project.path(path)));
  }

  remove(path: string): Promise<void> {
    return rm(this.project.path(path), { recursive: true });
  }

  /** As a crash or the kernel's memory killer would: nobody is left to clean up. */
  async crash(run: CommandLine): Promise<void> {
    this.#crashed = true;
    run.signal('SIGKILL');
    await run.exit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of [...this.#runs, ...this.#here]) await run[Symbol.asyncDispose]();
    const left = this.processes();
    const commands = left.map((pid) => `${pid} ${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);
    for (const pid of left) kill(pid);
    await eventually('what was left behind to be gone', () => this.processes().length === 0);
    await this.steering[Symbol.asyncDispose]();
    await this.project[Symbol.asyncDispose]();
    if (left.length > 0 && !this.#crashed)
      throw new Error(`left behind by sidecarctl: ${commands.join('; ')}`);
  }
}

/** Pids whose environment at their start holds the text; a zombie has none any more. */
export const processesWith = (text: string): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => textOf(`/proc/${pid}/environ`).includes(text))
    .map(Number);

/** Whether a process is there and not just waiting to be reaped. */
export const isAlive = (pid: number): boolean => {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat !== '' && !/\) [ZX] /.test(stat);
};

/** When the child's connection broke, in the test's own clock. */
export const goneAt = (child: SteeredChild): Promise<number> =>
  withDeadline(`${child.name} to go`, child.gone);

/** A child that has been told to stop goes with an exit code of its own. */
export const exitWhenAsked = async (
  child: SteeredChild,
  code: number,
  signal: NodeJS.Signals = 'SIGTERM',
) => {
  await child.ignore(signal);
  void child
    .signalled(signal)
    .then(() => child.exit(code))
    .catch(() => undefined);
};

/** Stops the pod as a terminal or a service manager would, and gives how it ended. */
export const stop = (run: Run, signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
  run.signal(signal);
  return run.exit();
};

/** The states that a process went through, in order. */
export const statesOf = (events: readonly JsonEvent[], name: string): unknown[] =>
  events.filter((event) => event.type === 'process' && event['name'] === name).map((event) => event['state']);

/** Where a state was reported: events are numbered in the order things happened. */
export const seqOf = (events: readonly JsonEvent[], name: string, state: string): number => {
  const found = events.find((event) => event['name'] === name && event['state'] === state);
  if (found === undefined) throw new Error(`${name} was never ${state}`);
  return found.seq;
};

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
};

/** Empty for what is not there, or may not be read. */
const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
