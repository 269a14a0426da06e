import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statfsSync,
  writeFile,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { sleep } from '../../time/timers.ts';
import { childrenOf, readEntry } from './proc-table.ts';
import { isGuard } from './run-marks.ts';

/** A killed process leaves its cgroup when it has been torn down, which takes the kernel a few milliseconds. */
const REMOVE_ATTEMPTS = 20;
const BETWEEN_ATTEMPTS_MS = 5;

/** Children that were forked before their parent was moved are moved after it, for up to this many generations. */
const LATECOMERS = 20;

const nameOf = (runId: string): string => `sidecarctl-${runId}`;

/**
 * A cgroup (version 2) of the run below the supervisor's own, with one below it for each mark. Moving a process waits
 * for a grace period of the kernel's RCU, about 10 ms, unless another has just been moved.
 */
export class PodCgroup {
  /** Absolute path. */
  readonly path: string;

  #toAdopt: { readonly pid: number; readonly mark: string }[] = [];

  private constructor(path: string) {
    this.path = path;
  }

  /** Returns null if cgroups cannot be created, or if the kernel (before 5.14) cannot kill one. */
  static create(runId: string): PodCgroup | null {
    try {
      const own = findOwnCgroup();
      if (own === null) return null;
      // Moving a process requires write access to the nearest cgroup above both places.
      accessSync(join(own, 'cgroup.procs'), constants.W_OK);
      const path = join(own, nameOf(runId));
      mkdirSync(path);
      if (existsSync(join(path, 'cgroup.kill'))) return new PodCgroup(path);
      rmdirSync(path);
      return null;
    } catch {
      return null;
    }
  }

  /** Opens the cgroup of another supervisor's run, by the path it noted. */
  static ofRun(runId: string, path: string): PodCgroup | null {
    return basename(path) === nameOf(runId) && isCgroup(path) ? new PodCgroup(path) : null;
  }

  /**
   * Moves a new process into the cgroup of its mark, along with its future children, and then the children it has
   * meanwhile. Moves come after the launches of this turn, which they must not delay, and in a thread, because the
   * kernel is slow.
   */
  adopt(pid: number, mark: string): void {
    if (this.#toAdopt.push({ pid, mark }) === 1) setImmediate(() => this.#adoptAll());
  }

  /**
   * Sends SIGKILL to all processes in it at once, even to those being forked at that moment. `mark` null: the whole
   * run.
   */
  kill(mark: string | null): void {
    try {
      writeFileSync(join(this.#pathOf(mark), 'cgroup.kill'), '1');
    } catch {
      // The cgroup does not exist, so nobody is in it.
    }
  }

  pidsOf(mark: string | null): ReadonlySet<number> {
    const files = withBelow(this.#pathOf(mark)).map((path) => join(path, 'cgroup.procs'));
    return new Set(files.flatMap(readPids));
  }

  /** Mark whose cgroup a process is in; null if it is in none of the run's. */
  markOf(pid: number): string | null {
    const [, below] = readText(`/proc/${pid}/cgroup`).split(`/${basename(this.path)}/`);
    return below?.split(/[/\n]/)[0] ?? null;
  }

  async remove(): Promise<void> {
    this.#toAdopt = [];
    for (let attempt = 0; attempt < REMOVE_ATTEMPTS; attempt++) {
      if (removeWithBelow(this.path)) return;
      await sleep(BETWEEN_ATTEMPTS_MS);
    }
  }

  #adoptAll(): void {
    for (const { pid, mark } of this.#toAdopt.splice(0)) {
      try {
        mkdirSync(join(this.path, mark), { recursive: true });
        this.#move(pid, mark, LATECOMERS);
      } catch {
        // The cgroup was removed by hand, or the limit of cgroups is reached: the other marks suffice.
      }
    }
  }

  /** A process that has ended already needs no move. */
  #move(pid: number, mark: string, generations: number): void {
    writeFile(join(this.path, mark, 'cgroup.procs'), `${pid}`, (error) => {
      if (error !== null || generations === 0) return;
      for (const child of childrenOf(pid)) {
        if (this.markOf(child) === null && !isGuardThere(child)) this.#move(child, mark, generations - 1);
      }
    });
  }

  #pathOf(mark: string | null): string {
    return mark === null ? this.path : join(this.path, mark);
  }
}

/** The guard of a nested run stays where it is. */
const isGuardThere = (pid: number): boolean => {
  const entry = readEntry(pid);
  return entry !== null && isGuard(entry);
};

const CGROUP2_MAGIC = 0x63677270;

/** True for a folder of the kernel's own, and not one with files of the same names. */
const isCgroup = (path: string): boolean => {
  try {
    return statfsSync(path).type === CGROUP2_MAGIC && existsSync(join(path, 'cgroup.kill'));
  } catch {
    return false;
  }
};

/** Absolute path; null if there is no version 2, or if the own cgroup is outside the mounted hierarchy. */
export const findOwnCgroup = (): string | null => {
  const own = /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
  // … - cgroup2 …: fields 4 and 5 are the mounted part of the hierarchy, and its place.
  const mount = /^\S+ \S+ \S+ (\S+) (\S+) .*- cgroup2 /m.exec(readFileSync('/proc/self/mountinfo', 'utf8'));
  if (own === undefined || mount === null) return null;
  const [, root = '/', mountPoint = ''] = mount;
  const below = relative(root, own);
  return below.startsWith('..') || own.startsWith('/..') ? null : join(mountPoint, below);
};

const RUN_CGROUP = /\/sidecarctl-[0-9a-f]{8}(?=\/|$)/;

/**
 * Cgroup outside of all runs that this process is nested in; null if it is in none, or if that cannot be known.
 * Processes that must outlive the end of an outer run belong there.
 */
export const findCgroupAboveRuns = (): string | null => {
  try {
    const own = findOwnCgroup() ?? '';
    const at = own.search(RUN_CGROUP);
    return at === -1 ? null : own.slice(0, at);
  } catch {
    return null;
  }
};

/** Outermost first: a nested run may have created more of them below. */
const withBelow = (path: string): string[] => {
  try {
    return [path, ...foldersIn(path).flatMap((name) => withBelow(join(path, name)))];
  } catch {
    return [];
  }
};

const foldersIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

const readPids = (file: string): number[] => readText(file).split('\n').filter(Boolean).map(Number);

/** Empty if the file is missing, or may not be read. */
const readText = (file: string): string => {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
};

const removeWithBelow = (path: string): boolean => {
  try {
    for (const folder of foldersIn(path)) removeFolder(join(path, folder));
    rmdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
};

/** Few have others below them: a look into each takes longer than to remove it. */
const removeFolder = (path: string): void => {
  try {
    rmdirSync(path);
  } catch {
    for (const folder of withBelow(path).toReversed()) rmdirSync(folder);
  }
};
