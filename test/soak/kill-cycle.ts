import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown, readdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { ContainerEngineName } from '../../src/model/container-engines.ts';
import { listPids } from '../../src/runtime/process-tree/proc-table.ts';
import { cleanEnvironment } from '../support/command-line.ts';
import { containersOf } from '../support/containers.ts';
import { eventually } from '../support/deadline.ts';
import { guardsOf, newTag, processesTagged } from '../support/process-zoo.ts';
import { Project } from '../support/project.ts';
import type { Random } from '../support/random.ts';
import { Census } from './census.ts';
import { FILES, type NastyKind } from './nasty-kinds.ts';

/** The command under test, and who runs it. */
export interface Subject {
  /** Node and the command line. */
  readonly words: readonly string[];
  /** Null: whoever runs the soak. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** Where the command may keep what outlives its runs. */
  readonly home: string;
  readonly kinds: readonly NastyKind[];
  /** Each in a pid namespace of its own. */
  readonly isolated: boolean;
  /** Where and in what they run, if they are containers. */
  readonly container: { readonly engine: ContainerEngineName; readonly image: string } | null;
  /** The program in C. */
  readonly nasty: string;
}

/** What one cycle did, and what it left. */
export interface CycleResult {
  readonly story: string;
  /** Somebody was there all the time who could clean up. */
  readonly isWatched: boolean;
  /** Of processes and files, some time after the end. */
  readonly left: readonly string[];
  /** Of those, what the next command in the folder did not clear away either. */
  readonly leftForGood: readonly string[];
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL', 'SIGQUIT'] as const;
const TARGETS = ['supervisor', 'guard', 'both'] as const;
/** The client of the engine is what sidecarctl has of a container. */
const TARGETS_WITH_CONTAINERS = [...TARGETS, 'client'] as const;
/** Node and the guard die of them without a word. */
const DEADLY: readonly string[] = ['SIGKILL', 'SIGQUIT'];
const LONGEST_DELAY_MS = 600;
/** A container takes some 300 ms to start, and three at once three times as long. */
const LONGEST_DELAY_OF_CONTAINERS_MS = 3_000;
const KINDS_A_POD = 3;
/** A stop takes a second at most, and a clean-up a fraction of one; the machine may be busy. */
const GONE_WITHIN_MS = 20_000;

/** Starts a pod of nasty processes, ends it at a random moment in a random way, and looks what is left. */
export const runCycle = async (number: number, random: Random, subject: Subject): Promise<CycleResult> => {
  const kinds = [...subject.kinds].sort(() => random.next() - 0.5).slice(0, KINDS_A_POD);
  const hasContainers = subject.container !== null;
  const [signal, target] = [
    random.pick(SIGNALS),
    random.pick(hasContainers ? TARGETS_WITH_CONTAINERS : TARGETS),
  ];
  const longest = hasContainers ? LONGEST_DELAY_OF_CONTAINERS_MS : LONGEST_DELAY_MS;
  const [delay, between] = [random.upTo(longest), random.upTo(300)];
  const tag = `1000.${newTag()}`;
  await using project = await openProject(kinds, subject, tag);
  const census = Census.open(`kills-${process.pid}-${number}`, [tag, project.folder]);
  try {
    const run = start(['up', '--ui', 'plain'], project, census, subject, tag);
    const ended = once(run, 'exit');
    // The engine is asked before the run begins, which takes seconds on a busy machine.
    if (hasContainers) await Promise.race([ended, eventually('the run', () => runsIn(project).length > 0)]);
    await setTimeout(delay);
    const runs = runsIn(project);
    const isWatched = await strike(run.pid ?? -1, { signal, target, between, clients: clientsOf(runs) });
    await Promise.race([ended, setTimeout(GONE_WITHIN_MS, undefined, { ref: false })]);
    const look = () => [...leftOf(project, census), ...containersLeft(subject, tag, runs)];
    const left = await untilNothing(look, isWatched ? GONE_WITHIN_MS : GONE_WITHIN_MS / 4);
    const story = `${signal} to ${target} after ${delay} ms, of ${kinds.map(({ name }) => name).join(', ')}`;
    if (left.length === 0) return { story, isWatched, left, leftForGood: [] };
    await once(start(['check'], project, Census.open('-', []), subject, tag), 'exit');
    return { story, isWatched, left, leftForGood: await untilNothing(look, GONE_WITHIN_MS / 4) };
  } finally {
    census.close();
  }
};

const openProject = async (
  kinds: readonly NastyKind[],
  { user, isolated, container }: Subject,
  tag: string,
): Promise<Project> => {
  const contained = container === null ? {} : { image: container.image, env: { T: tag } };
  const sidecars = kinds.map(({ name, script }) => [
    name,
    { command: script, ...contained, ...(isolated ? { isolate: 'pid' } : {}) },
  ]);
  const project = await Project.create({
    ...FILES,
    'tmp/.keep': '',
    'sidecars.config.json': JSON.stringify({
      ...(container === null ? {} : { container: { engine: container.engine } }),
      volumes: { data: {} },
      sidecars: Object.fromEntries(sidecars),
      primary: { command: 'exec sleep "$T"', dependsOn: [], mounts: { data: 'made/for/data' } },
      stop: { grace: '300ms', minimumGrace: '100ms' },
    }),
  });
  if (user !== null)
    for (const path of ['.', ...(await readdir(project.folder))])
      await chown(project.path(path), user.uid, user.gid);
  return project;
};

const start = (
  args: readonly string[],
  project: Project,
  census: Census,
  { words, user, home, nasty }: Subject,
  tag: string,
) => {
  const asUser =
    user === null
      ? []
      : ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--inh-caps=-all'];
  const [file = '', ...rest] = census.around([...asUser, ...words, ...args]);
  const { XDG_RUNTIME_DIR: _, ...env } = cleanEnvironment();
  return spawn(file, rest, {
    cwd: project.folder,
    env: { ...env, T: tag, NASTY: nasty, TMPDIR: project.path('tmp'), HOME: home },
    stdio: 'ignore',
  });
};

interface Strike {
  readonly signal: NodeJS.Signals;
  readonly target: (typeof TARGETS_WITH_CONTAINERS)[number];
  readonly between: number;
  readonly clients: readonly number[];
}

/**
 * Where the guard alone is struck, the supervisor is killed a moment later: another guard may be there by then, or not.
 * False: nobody may have been there to clean up.
 */
const strike = async (supervisor: number, { signal, target, between, clients }: Strike): Promise<boolean> => {
  if (target === 'client') {
    for (const client of clients) send(client, signal);
    await setTimeout(between);
    send(supervisor, 'SIGTERM');
    return true;
  }
  const guards = guardsOf(supervisor);
  const dies = DEADLY.includes(signal);
  if (target !== 'guard') send(supervisor, signal);
  if (target !== 'supervisor') for (const guard of guards) send(guard, signal);
  if (target === 'supervisor') return !dies || guards.length > 0;
  if (target === 'both') return !dies;
  await setTimeout(between);
  const standing = guardsOf(supervisor).filter((guard) => !dies || !guards.includes(guard));
  send(supervisor, 'SIGKILL');
  return standing.length > 0;
};

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
};

const untilNothing = async (look: () => readonly string[], atMost: number): Promise<readonly string[]> => {
  const until = Date.now() + atMost;
  for (let left = look(); ; left = look()) {
    if (left.length === 0 || Date.now() > until) return left;
    await setTimeout(20);
  }
};

/** Processes, files, sockets, mounts. */
const leftOf = (project: Project, census: Census): readonly string[] => {
  const processes = census.alive().map((pid) => `process ${pid} ${wordsOf(pid)}`);
  const folders = ['.sidecarctl/runs', '.sidecarctl/pods', 'tmp'];
  const files = folders.flatMap((folder) => filesIn(project.path(folder)).map((name) => `${folder}/${name}`));
  const mounts = existsSync(project.path('made')) ? ['made'] : [];
  return [...processes, ...files, ...mounts];
};

/** Containers of these runs, and what runs in them: an engine may have started it elsewhere. */
const containersLeft = ({ container }: Subject, tag: string, runs: readonly string[]): readonly string[] => {
  if (container === null) return [];
  const processes = processesTagged(tag).map((pid) => `process ${pid} ${wordsOf(pid)}`);
  const containers = runs.flatMap((run) => containersOf(container.engine, run));
  return [...processes, ...containers.map((name) => `container ${name}`)];
};

const runsIn = (project: Project): readonly string[] => {
  const folder = project.path('.sidecarctl/runs');
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** Clients of the engine that run containers of these runs. */
const clientsOf = (runs: readonly string[]): readonly number[] =>
  listPids().filter((pid) => runs.some((run) => wordsOf(pid).includes(`--name=sidecarctl-${run}-`)));

/** The folder of a user's sockets stays. */
const filesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
        (name) => !/^(sidecarctl-\d+|\.keep)$/.test(name),
      )
    : [];

const wordsOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').slice(0, 120);
  } catch {
    return '(gone)';
  }
};
