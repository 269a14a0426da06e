import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { openProcessTable } from '../../../src/runtime/engines/process/open-process-table.ts';
import { cleanEnvironment } from '../../support/command-line.ts';
import { processesWith } from '../../support/pod-rig.ts';
import { Project } from '../../support/project.ts';
import { wallClock } from '../measure.ts';
import type { Tool, Work } from './tool.ts';

/** What every process of the work does: it notes when it runs, and stays. */
export const WORKER = 'date +%s%N >started/$1.$$\nexec sleep 100000\n';
const LIMIT_MS = 20_000;
/** More for each process that is started: supervisord takes 60 ms for one. */
const LIMIT_OF_EACH_MS = 100;
const LEFT_MS = 3_000;
/** sidecarctl remembers no config that has just been written. */
const OLD_ENOUGH_MS = 200;
const ignore = (): void => undefined;

export const sleepingWork = (count: number, restart = false): Work => ({
  lines: new Map(Array.from({ length: count }, (_, index) => [`p${index}`, `sh worker.sh p${index}`])),
  restart,
  output: false,
});

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Where what a tool prints goes: to a file, or through a pipe as for whoever pipes it on. */
export interface Stdout {
  /** An absolute path, or one in the folder of the run. */
  readonly file: string;
  readonly throughCat: boolean;
}

export interface RunOptions {
  /** A folder in which the tool has run before, as it has in a folder of a user's. It stays. */
  readonly kept?: Project;
  readonly stdout?: Stdout;
  readonly files?: Readonly<Record<string, string>>;
}

interface RunOf {
  readonly tool: Tool;
  /** In the environment of all that it starts. */
  readonly mark: string;
  readonly isKept: boolean;
  readonly throughCat: boolean;
}

export interface Cost {
  /** Milliseconds, of all that are still there. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
  readonly processes: number;
}

/** The work itself, and what stands before or behind a tool. */
const NO_HELPER = /^(sleep|script|cat|perl|sh -c "\$@" \| cat)( |$)/;

/** One run of a tool, in a folder of its own; nothing of it is left when it has been disposed of. */
export class Run {
  readonly project: Project;
  readonly startedAt: number;
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly #mark: string;
  readonly #tool: Tool;
  readonly #isKept: boolean;
  readonly #throughCat: boolean;

  private constructor(project: Project, of: RunOf, child: ChildProcess, startedAt: number) {
    this.project = project;
    this.startedAt = startedAt;
    this.child = child;
    this.exited = once(child, 'exit');
    this.#mark = of.mark;
    this.#tool = of.tool;
    this.#isKept = of.isKept;
    this.#throughCat = of.throughCat;
  }

  static async start(tool: Tool, work: Work, { kept, stdout, files = {} }: RunOptions = {}): Promise<Run> {
    const project = kept ?? (await Project.create());
    for (const [path, text] of Object.entries({ 'worker.sh': WORKER, ...files }))
      await project.write(path, text);
    rmSync(project.path('started'), { recursive: true, force: true });
    mkdirSync(project.path('started'));
    const { file, args, env = {} } = await tool.prepare(project, work);
    if (kept !== undefined) await pause(OLD_ENOUGH_MS);
    const mark = `BENCH_RUN=${randomUUID()}`;
    const [name = '', value = ''] = mark.split('=');
    const output = stdout === undefined ? 'ignore' : openSync(resolve(project.folder, stdout.file), 'w');
    const words: readonly [string, ...string[]] = stdout?.throughCat
      ? throughCat(file, args)
      : [file, ...args];
    const startedAt = wallClock();
    const child = spawn(words[0], words.slice(1), {
      cwd: project.folder,
      env: { ...cleanEnvironment(), ...env, [name]: value },
      stdio: ['ignore', output, 'ignore'],
      // A shell that is told to end its group must not end the bench.
      detached: true,
    });
    if (typeof output === 'number') closeSync(output);
    return new Run(
      project,
      { tool, mark, isKept: kept !== undefined, throughCat: stdout?.throughCat === true },
      child,
      startedAt,
    );
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Resolves with when they ran, by their own clocks, once so many have. */
  async started(count: number): Promise<readonly number[]> {
    let stamps: readonly number[] = [];
    const hasThem = () => {
      stamps = this.#stamps(count);
      return stamps.length >= count;
    };
    await this.until(`${count} processes`, hasThem, LIMIT_MS + count * LIMIT_OF_EACH_MS);
    return stamps;
  }

  /** The pids of the processes that are the work. */
  workers(): readonly number[] {
    return processesWith(this.#mark).filter((pid) => commandOf(pid).startsWith('sleep 100000'));
  }

  /** The newest process of the work. */
  newest(): number {
    const files = readdirSync(this.project.path('started')).map((file) => Number(file.split('.')[1]));
    return this.#found(files.find((pid) => commandOf(pid).startsWith('sleep')));
  }

  /** Everything else that the tool consists of. */
  async helpers(): Promise<readonly number[]> {
    const rows = (await (await openProcessTable())?.rows()) ?? [];
    const found = new Set([
      ...(this.isOver || this.child.pid === undefined ? [] : [this.child.pid]),
      ...processesWith(this.#mark),
    ]);
    for (let size = 0; size < found.size; ) {
      size = found.size;
      for (const { pid, parentPid } of rows) if (found.has(parentPid)) found.add(pid);
    }
    return [...found].filter((pid) => commandOf(pid) !== '' && !NO_HELPER.test(commandOf(pid)));
  }

  /** What the tool has cost until now, and what it holds. */
  async cost(): Promise<Cost> {
    const helpers = await this.helpers();
    const sum = (of: (pid: number) => number) => helpers.reduce((all, pid) => all + of(pid), 0);
    return { cpu: sum(cpuOf), memory: sum(pssOf), processes: helpers.length };
  }

  /** The tool's own process. */
  async main(): Promise<number> {
    const { behind } = this.#tool;
    if (behind !== undefined)
      return this.#found((await this.helpers()).find((pid) => commandOf(pid).startsWith(behind)));
    if (!this.#throughCat) return this.#found(this.isOver ? undefined : this.child.pid);
    const rows = (await (await openProcessTable())?.rows()) ?? [];
    const inPipe = rows.filter(({ parentPid }) => parentPid === this.child.pid).map(({ pid }) => pid);
    return this.#found(inPipe.find((pid) => commandOf(pid) !== 'cat'));
  }

  /** Resolves with how many of its processes are left when it and, if need be, some time more have gone. */
  async stop(): Promise<number> {
    process.kill(await this.main(), this.#tool.stopSignal);
    await this.#withLimit('its end', this.exited);
    await this.until('the end of its processes', () => this.workers().length === 0, LEFT_MS).catch(ignore);
    return this.workers().length;
  }

  async until(what: string, holds: () => boolean, limit = LIMIT_MS): Promise<void> {
    const deadline = wallClock() + limit;
    while (!holds()) {
      if (wallClock() > deadline) throw new Error(`${this.#tool.name}: still waiting for ${what}`);
      await pause(5);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...(await this.helpers()), ...processesWith(this.#mark)];
    for (const pid of new Set(all)) killIfThere(pid);
    await this.until('the last of it', () => {
      for (const pid of processesWith(this.#mark)) killIfThere(pid);
      return processesWith(this.#mark).length === 0;
    });
    if (!this.#isKept) await this.project[Symbol.asyncDispose]();
  }

  /** Never a number that kill(2) takes for a group or for everybody. */
  #found(pid: number | undefined): number {
    if (pid === undefined || pid <= 1) throw new Error(`${this.#tool.name}: the process is not there`);
    return pid;
  }

  async #withLimit(what: string, fact: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${this.#tool.name}: still waiting for ${what}`)), LIMIT_MS);
    });
    await Promise.race([fact, late]).finally(() => clearTimeout(timer));
  }

  /** Files are read only when there are enough of them: looking must not take the time from what is looked at. */
  #stamps(count: number): readonly number[] {
    const folder = this.project.path('started');
    const files = readdirSync(folder);
    if (files.length < count) return [];
    return files
      .map((file) => readFileSync(`${folder}/${file}`, 'latin1'))
      .filter((text) => text.endsWith('\n'))
      .map((text) => Number(text) / 1e6);
  }
}

const throughCat = (file: string, args: readonly string[]): readonly [string, ...string[]] => [
  'sh',
  '-c',
  '"$@" | cat',
  'sh',
  file,
  ...args,
];

export const commandOf = (pid: number): string => textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();

/** Milliseconds of CPU time of all its threads, to the nanosecond. */
export const cpuOf = (pid: number): number =>
  listOf(`/proc/${pid}/task`).reduce(
    (sum, thread) => sum + Number(textOf(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]) / 1e6,
    0,
  );

/** Bytes of memory of a process, with all that it shares with others. */
export const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;

/** Bytes of memory, what is shared divided among those that share it. */
export const pssOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;

const killIfThere = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
};

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

const listOf = (path: string): readonly string[] => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};
