import type { ProcCounters, ProcDetails } from '../../process-tree/proc-details.ts';

type Row = Pick<ProcDetails, 'pid' | 'parentPid' | 'startTime' | 'own' | 'waited'>;
type Counter = keyof ProcCounters;

const COUNTERS: readonly Counter[] = [
  'user',
  'system',
  'minorFaults',
  'majorFaults',
  'voluntary',
  'involuntary',
  'read',
  'written',
];

/** Of these the kernel keeps what a process has used itself and what its children have used in one number. */
const INHERITED: ReadonlySet<Counter> = new Set(['read', 'written']);

/**
 * Adds up what the processes of one tree use, whichever of them come and go. It never goes back.
 *
 * What a process has used that has ended is in what its parent has waited for, and part of it was counted before. If its
 * parent is outside the tree, or does not wait, what it has used since the last look is lost.
 */
export class TreeTotals {
  #past: ReadonlyMap<string, Row> = new Map();
  readonly #sums = Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) as Record<Counter, number>;

  /** Takes all processes that are in the tree now. */
  take(rows: readonly Row[]): ProcCounters {
    const now = new Map(rows.map((row) => [idOf(row), row]));
    const bequeathed = [...this.#past].flatMap(([id, row]) =>
      now.has(id) || !this.#hasHeir(row, now) ? [] : [row],
    );
    for (const counter of COUNTERS) this.#sums[counter] += this.#growth(counter, rows, bequeathed);
    this.#past = now;
    return { ...this.#sums };
  }

  #growth(counter: Counter, rows: readonly Row[], bequeathed: readonly Row[]): number {
    let own = 0;
    let waited = 0;
    for (const row of rows) {
      const past = this.#past.get(idOf(row));
      own += Math.max(0, row.own[counter] - (past?.own[counter] ?? 0));
      waited += row.waited[counter] - (past?.waited[counter] ?? 0);
    }
    const counted = bequeathed.reduce((sum, row) => sum + row.own[counter] + row.waited[counter], 0);
    if (INHERITED.has(counter)) return Math.max(0, own - counted);
    return own + Math.max(0, waited - counted);
  }

  /** True if what it has used has gone to the nearest ancestor that is still there. */
  #hasHeir({ parentPid }: Row, now: ReadonlyMap<string, Row>): boolean {
    const parent = [...this.#past].find(([, { pid }]) => pid === parentPid);
    if (parent === undefined) return false;
    return now.has(parent[0]) || this.#hasHeir(parent[1], now);
  }
}

const idOf = ({ pid, startTime }: Row): string => `${pid} ${startTime}`;
