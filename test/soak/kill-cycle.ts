import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown, readdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { cleanEnvironment } from '../support/command-line.ts';
import { guardsOf, newTag } from '../support/process-zoo.ts';
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
/** Node and the guard die of them without a word. */
const DEADLY: readonly string[] = ['SIGKILL', 'SIGQUIT'];
const LONGEST_DELAY_MS = 600;
const KINDS_A_POD = 3;
/** A stop takes a second at most, and a clean-up a fraction of one; the machine may be busy. */
const GONE_WITHIN_MS = 20_000;

/** Starts a pod of nasty processes, ends it at a random moment in a random way, and looks what is left. */
export const runCycle = async (number: number, random: Random, subject: Subject): Promise<CycleResult> => {
  const kinds = [...subject.kinds].sort(() => random.next() - 0.5).slice(0, KINDS_A_POD);
  const [signal, target] = [random.pick(SIGNALS), random.pick(TARGETS)];
  const [delay, between] = [random.upTo(LONGEST_DELAY_MS), random.upTo(300)];
  await using project = await openProject(kinds, subject);
  const tag = `1000.${newTag()}`;
  const census = Census.open(`kills-${process.pid}-${number}`, [tag, project.folder]);
  try {
    const run = start(['up', '--ui', 'plain'], project, census, subject, tag);
    const ended = once(run, 'exit');
    await setTimeout(delay);
    const isWatched = await strike(run.pid ?? -1, { signal, target, between });
    await Promise.race([ended, setTimeout(GONE_WITHIN_MS, undefined, { ref: false })]);
    const look = () => leftOf(project, census);
    const left = await untilNothing(look, isWatched ? GONE_WITHIN_MS : GONE_WITHIN_MS / 4);
    const story = `${signal} to ${target} after ${delay} ms, of ${kinds.map(({ name }) => name).join(', ')}`;
    if (left.length === 0) return { story, isWatched, left, leftForGood: [] };
    await once(start(['check'], project, Census.open('-', []), subject, tag), 'exit');
    return { story, isWatched, left, leftForGood: await untilNothing(look, GONE_WITHIN_MS / 4) };
  } finally {
    census.close();
  }
};

const openProject = async (kinds: readonly NastyKind[], { user, isolated }: Subject): Promise<Project> => {
  const sidecars = kinds.map(({ name, script }) => [
    name,
    { command: script, ...(isolated ? { isolate: 'pid' } : {}) },
  ]);
  const project = await Project.create({
    ...FILES,
    'tmp/.keep': '',
    'sidecars.config.json': JSON.stringify({
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
  readonly target: (typeof TARGETS)[number];
  readonly between: number;
}

/**
 * Where the guard alone is struck, the supervisor is killed a moment later: another guard may be there by then, or not.
 * False: nobody may have been there to clean up.
 */
const strike = async (supervisor: number, { signal, target, between }: Strike): Promise<boolean> => {
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
