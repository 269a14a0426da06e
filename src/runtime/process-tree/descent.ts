import type { OwnChildren } from './own-children.ts';
import { type ProcEntry, readChildren, readChildrenOfThread, readEntry } from './proc-table.ts';
import { isGuard, type RunMarks } from './run-marks.ts';
import type { Search, SearchTarget } from './search.ts';

/** Shorter lists of children are read in one piece. */
const SURELY_WHOLE = 30_000;
/** Threads other than the first seldom start processes: every tenth list includes their children. */
const LISTS = 10;

type MarksThere = ReadonlySet<string | null> | 'somebody-unknown';

/** No process has this name. */
const GUARD = '';

const isGuardThere = (pid: number): boolean => {
  const entry = readEntry(pid);
  return entry !== null && isGuard(entry);
};

type Visit = (entry: ProcEntry) => void;
type Verdict = 'none-of-them' | 'dead' | ProcEntry;

/**
 * Finds the processes of a run by their parents, without looking at others on the machine: this process is the
 * subreaper of everything it starts, so orphans become its children.
 */
export class Descent {
  readonly #children: OwnChildren;
  readonly #marks: RunMarks;
  #listed: readonly number[] = [];
  #lists = 0;
  /** Null: not read in this turn. */
  #marksThere: MarksThere | null = null;

  constructor(children: OwnChildren, marks: RunMarks) {
    this.#children = children;
    this.#marks = marks;
  }

  search(target: SearchTarget): Search {
    const settled = new Set<number>();
    return { round: (visit) => this.#round(target, settled, visit) };
  }

  /**
   * True if nothing is left of a mark whose root has been waited for before this turn's microtasks. Processes that end
   * together share one list of children: whatever they left behind had come to this process when they were waited for.
   * False: a search has to find out.
   */
  isSurelyGone(mark: string): boolean {
    if (this.#marksThere === null) {
      this.#marksThere = this.#readMarks();
      // Runs when the microtasks are done: before any other process can be waited for.
      process.nextTick(() => {
        this.#marksThere = null;
      });
    }
    return this.#marksThere !== 'somebody-unknown' && !this.#marksThere.has(mark);
  }

  /** Marks of the children. Guards have none, and what else has none may belong to anybody. */
  #readMarks(): MarksThere {
    const children = readChildrenOfThread(process.pid);
    this.#children.keepOnly(children);
    if (children.length >= SURELY_WHOLE) return 'somebody-unknown';
    const marks = children.map((pid) => this.#children.markOf(pid) ?? (isGuardThere(pid) ? GUARD : null));
    return marks.includes(null) ? 'somebody-unknown' : new Set(marks);
  }

  /** Orphans among this process's children, and children that it was not seen to start. */
  unclaimed(): readonly ProcEntry[] {
    return readChildrenOfThread(process.pid)
      .filter((pid) => this.#children.markOf(pid) === null && !this.#children.isOurOwn(pid))
      .flatMap((pid) => readEntry(pid) ?? [])
      .filter((entry) => !isGuard(entry));
  }

  /** All processes below this one. A new child of a thread other than the first may appear late. */
  list(): readonly ProcEntry[] {
    const isThorough = this.#lists++ % LISTS === 0;
    const pids = [...readChildrenOfThread(process.pid), ...(isThorough ? [] : this.#listed)];
    const found = new Map<number, ProcEntry>();
    for (const pid of pids) {
      const entry = found.has(pid) ? null : readEntry(pid);
      if (entry === null) continue;
      found.set(pid, entry);
      pids.push(...(isThorough ? readChildren(entry) : readChildrenOfThread(pid)));
    }
    this.#listed = [...found.keys()];
    return [...found.values()];
  }

  /**
   * A process that ends has left its children to this process before it was seen dead, and only this process removes
   * the dead from the list. So if a list has nobody new, and all that belong have been seen dead, nobody is left.
   */
  #round(target: SearchTarget, settled: Set<number>, visit: Visit): { readonly isSure: boolean } {
    const belongs = target.rule();
    const children = readChildrenOfThread(process.pid);
    this.#children.keepOnly(children);
    let isSure = children.length < SURELY_WHOLE;
    for (const pid of children) {
      if (settled.has(pid)) continue;
      const verdict = this.#judge(pid, target, belongs);
      if (typeof verdict === 'object') visitTree(verdict, visit);
      else settled.add(pid);
      if (verdict === 'dead') isSure = false;
    }
    return { isSure };
  }

  #judge(pid: number, { mark }: SearchTarget, belongs: (entry: ProcEntry) => boolean): Verdict {
    if (mark !== null && this.#isOfAnother(pid, mark)) return 'none-of-them';
    const entry = readEntry(pid);
    if (entry === null) return mark !== null && this.#isMarkedForAnother(pid, mark) ? 'none-of-them' : 'dead';
    if (isGuard(entry)) return 'none-of-them';
    if (belongs(entry)) {
      if (mark !== null) this.#children.setMark(pid, mark);
      return entry;
    }
    if (mark !== null) this.#isMarkedForAnother(pid, mark);
    return 'none-of-them';
  }

  #isOfAnother(pid: number, mark: string): boolean {
    const known = this.#children.markOf(pid);
    return known !== null && known !== mark;
  }

  /** The limit of a dead process can still be read. */
  #isMarkedForAnother(pid: number, mark: string): boolean {
    const read = this.#marks.readFrom(pid);
    if (read !== null) this.#children.setMark(pid, read);
    return read !== null && read !== mark;
  }
}

/**
 * Visits parents first. If a parent ends meanwhile, its children are not lost: they are listed before it is visited.
 */
export const visitTree = (root: ProcEntry, visit: Visit): void => {
  for (const stack = [root]; ; ) {
    const entry = stack.pop();
    if (entry === undefined) return;
    const children = readChildren(entry);
    visit(entry);
    for (const pid of children) {
      const child = readEntry(pid);
      if (child !== null && !isGuard(child)) stack.push(child);
    }
  }
};
