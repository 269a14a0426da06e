import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { openProcessTable } from '../../../src/runtime/engines/process/open-process-table.ts';
import { cleanEnvironment } from '../../support/command-line.ts';
import { processesWith } from '../../support/pod-rig.ts';
import { Project } from '../../support/project.ts';
import { wallClock } from '../measure.ts';
import type { Tool, Work } from './tool.ts';

/** What every process of the work does: it notes when it runs, and stays. */
const WORKER = 'date +%s%N >started/$1.$$\nexec sleep 100000\n';
const LIMIT_MS = 20_000;
const LEFT_MS = 3_000;
const ignore = (): void => undefined;

export const sleepingWork = (count: number, restart = false): Work => ({
  lines: new Map(Array.from({ length: count }, (_, index) => [`p${index}`, `sh worker.sh p${index}`])),
  restart,
  output: false,
});

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One run of a tool, in a folder of its own; nothing of it is left when it has been disposed of. */
export class Run {
  readonly project: Project;
  readonly startedAt: number;
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly #mark: string;
  readonly #tool: Tool;

  private constructor(project: Project, tool: Tool, mark: string, child: ChildProcess, startedAt: number) {
    this.project = project;
    this.startedAt = startedAt;
    this.child = child;
    this.exited = once(child, 'exit');
    this.#mark = mark;
    this.#tool = tool;
  }

  /** `stdout`: the file that gets what it prints, through a pipe as for whoever pipes it on. */
  static async start(
    tool: Tool,
    work: Work,
    {
      stdout: output = null,
      files = {},
    }: { readonly stdout?: string | null; readonly files?: Readonly<Record<string, string>> } = {},
  ): Promise<Run> {
    const project = await Project.create({ 'worker.sh': WORKER, ...files });
    mkdirSync(project.path('started'));
    const { file, args, env = {} } = await tool.prepare(project, work);
    const mark = `BENCH_RUN=${randomUUID()}`;
    const [name = '', value = ''] = mark.split('=');
    const stdout = output === null ? 'ignore' : openSync(project.path(output), 'w');
    const startedAt = wallClock();
    const child = spawn(output === null ? file : 'sh', output === null ? args : throughCat(file, args), {
      cwd: project.folder,
      env: { ...cleanEnvironment(), ...env, [name]: value },
      stdio: ['ignore', stdout, 'ignore'],
      // A shell that is told to end its group must not end the bench.
      detached: true,
    });
    if (typeof stdout === 'number') closeSync(stdout);
    return new Run(project, tool, mark, child, startedAt);
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Resolves with when they ran, by their own clocks, once so many have. */
  async started(count: number): Promise<readonly number[]> {
    let stamps: readonly number[] = [];
    await this.until(`${count} processes`, () => {
      stamps = this.#stamps(count);
      return stamps.length >= count;
    });
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
    const isHelper = (pid: number) => !/^(sleep|script) /.test(commandOf(pid)) && commandOf(pid) !== '';
    return [...found].filter(isHelper);
  }

  /** The tool's own process. */
  async main(): Promise<number> {
    const { behind } = this.#tool;
    if (behind === undefined) return this.#found(this.isOver ? undefined : this.child.pid);
    return this.#found((await this.helpers()).find((pid) => commandOf(pid).startsWith(behind)));
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
    await this.project[Symbol.asyncDispose]();
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

const throughCat = (file: string, args: readonly string[]): string[] => [
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
