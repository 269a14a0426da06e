import { type ProcEntry, readLocksLimit, readVariable } from './proc-table.ts';

/** The name is unique to the run, so that the marks of nested runs add up. */
export const markerVariableOf = (runId: string): string => `SIDECARCTL_RUN_${runId.toUpperCase()}`;

const INDEX_DIGITS = 7;

/**
 * RLIMIT_LOCKS of a guard. A guard in the tree of an outer pod is spared when that is killed: it ends the remains of
 * its own supervisor, and then itself.
 */
export const GUARD_LIMIT = '800000000000000000';

/** Variable in the environment of a guard: with a low hard limit it has no other mark. */
export const GUARD_VARIABLE = 'SIDECARCTL_GUARD';

/** A guard leads a session of its own, which is known without reading another file. */
export const isGuard = ({ pid, session }: ProcEntry): boolean => {
  if (session !== pid) return false;
  const limit = readLocksLimit(pid);
  if (limit === GUARD_LIMIT) return true;
  return limit.length !== GUARD_LIMIT.length && readVariable(pid, GUARD_VARIABLE) !== null;
};

/**
 * The two marks of a run, on everything it starts: a variable in the environment, and a value of RLIMIT_LOCKS. Linux
 * has not enforced that limit since 2.4.24, but every process inherits it and shows it to everybody, and unlike the
 * environment no program clears it (`env -i`).
 */
export class RunMarks {
  readonly variable: string;
  /** Common prefix of RLIMIT_LOCKS for all marks of the run; seven digits follow. */
  readonly limitPrefix: string;
  readonly #names: string[] = [];
  readonly #limits = new Map<string, string>();

  constructor(runId: string) {
    this.variable = markerVariableOf(runId);
    // 18 digits stay below 2^63: a digit that is not 0, the run's 32 bits, and the index of the mark.
    this.limitPrefix = `7${String(Number.parseInt(runId, 16)).padStart(10, '0')}`;
  }

  /** Value of RLIMIT_LOCKS for this mark of the run. */
  limitOf(mark: string): string {
    const known = this.#limits.get(mark);
    if (known !== undefined) return known;
    const index = this.#names.push(mark) - 1;
    const limit = `${this.limitPrefix}${String(index).padStart(INDEX_DIGITS, '0')}`;
    this.#limits.set(mark, limit);
    return limit;
  }

  /** The run's mark on a process; '' if another supervisor than this one has marked it with a limit. */
  readFrom(pid: number): string | null {
    // The limit comes first: nothing else can be read of a zombie, or of a process that is just becoming another
    // program.
    const byLimit = this.#nameOf(readLocksLimit(pid));
    return byLimit === null || byLimit === '' ? (readVariable(pid, this.variable) ?? byLimit) : byLimit;
  }

  #nameOf(limit: string): string | null {
    const isOurs =
      limit.length === this.limitPrefix.length + INDEX_DIGITS && limit.startsWith(this.limitPrefix);
    return isOurs ? (this.#names[Number(limit.slice(-INDEX_DIGITS))] ?? '') : null;
  }
}
