import { mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { findOwnCgroup } from '../../src/runtime/process-tree/pod-cgroup.ts';
import { processesTagged } from '../support/process-zoo.ts';

/**
 * Counts what is left of a command, by other means than the command's own: a cgroup around it where one can be made,
 * which nothing in it can leave, else words in the arguments of all that it starts.
 */
export class Census {
  readonly #cgroup: string | null;
  readonly #words: readonly string[];

  private constructor(cgroup: string | null, words: readonly string[]) {
    this.#cgroup = cgroup;
    this.#words = words;
  }

  static open(name: string, words: readonly string[]): Census {
    return new Census(makeCgroup(name), words);
  }

  get isExact(): boolean {
    return this.#cgroup !== null;
  }

  /** The command, counted from its first instruction. */
  around(command: readonly string[]): readonly string[] {
    if (this.#cgroup === null) return command;
    const enter = 'echo $$ >"$0" && exec "$@"';
    return ['/bin/sh', '-c', enter, join(this.#cgroup, 'cgroup.procs'), ...command];
  }

  /** Zombies do not count. */
  alive(): readonly number[] {
    if (this.#cgroup === null) return this.#words.flatMap(processesTagged);
    return foldersIn(this.#cgroup).flatMap((folder) => pidsIn(folder));
  }

  /** Ends what is left. */
  close(): void {
    for (const pid of this.alive()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone meanwhile.
      }
    }
    if (this.#cgroup === null) return;
    try {
      for (const folder of foldersIn(this.#cgroup).toReversed()) rmdirSync(folder);
    } catch {
      // The last of it is still being torn down.
    }
  }
}

const makeCgroup = (name: string): string | null => {
  try {
    const own = findOwnCgroup();
    if (own === null) return null;
    const path = join(own, name);
    mkdirSync(path);
    return path;
  } catch {
    return null;
  }
};

/** Outermost first: pods make cgroups of their own below. */
const foldersIn = (path: string): string[] => {
  try {
    const below = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [path, ...below.flatMap(({ name }) => foldersIn(join(path, name)))];
  } catch {
    return [];
  }
};

const pidsIn = (cgroup: string): number[] => {
  try {
    const pids = readFileSync(join(cgroup, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean).map(Number);
    return pids.filter((pid) => isNoZombie(pid));
  } catch {
    return [];
  }
};

/** One whose other threads still run is not dead. */
const isNoZombie = (pid: number): boolean => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return !/^State:\tZ/m.test(status) || readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
};
