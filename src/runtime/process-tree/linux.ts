import type { Stray, Survivor } from '../../model/survivor.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { now, sleep } from '../../time/timers.ts';
import { Descent } from './descent.ts';
import { Hunt } from './hunt.ts';
import { KillRecord, signalEntry } from './kill-record.ts';
import { LinuxRoot } from './linux-root.ts';
import { filesOf } from './open-files.ts';
import { Orphans } from './orphans.ts';
import { OwnChildren } from './own-children.ts';
import { BETWEEN_LOOKS, Pace } from './pace.ts';
import type { PodCgroup } from './pod-cgroup.ts';
import { canListChildren, childrenOf, type ProcEntry, readCommandLine, readEntry } from './proc-table.ts';
import type { Marks, ProcessTrees, RootTraits, TreeRoot } from './process-trees.ts';
import { isGuard, RunMarks } from './run-marks.ts';
import type { Belongs, Search, SearchTarget } from './search.ts';
import { sendSignal } from './send-signal.ts';
import { TurnClock } from './turn-clock.ts';

/** Maximum duration of consecutive rounds, while they find new processes, before others get a turn. */
const LONGEST_TURN: Milliseconds = 5;
const NAMESPACE_LOOKS = 50;
/** A process that forks and exits every 200 µs is found in at least every second round. */
const QUIET_ROUNDS = 40;
const QUIET_FOR: Milliseconds = 60;

interface LinuxOptions {
  readonly runId: string;
  /** Null if cgroups cannot be created. */
  readonly cgroup: PodCgroup | null;
  /** Start time of the supervisor in /proc: nothing older can have been started by it. */
  readonly since: number;
  /** True if this process is the supervisor and adopts orphans; otherwise the marks decide. */
  readonly adoptsOrphans?: boolean;
}

/**
 * Finds a tree by its group and session, by descent from known processes, by its cgroup, and by the run's marks, which
 * also find a daemon that has left group, session and parents behind.
 */
export class LinuxProcessTrees implements ProcessTrees {
  readonly orphans: Orphans | null;
  readonly #marks: RunMarks;
  readonly #cgroup: PodCgroup | null;
  readonly #children: OwnChildren | null;
  readonly #finder: Descent | Hunt;
  readonly #clock = new TurnClock();

  constructor({ runId, cgroup, since, adoptsOrphans = false }: LinuxOptions) {
    this.#marks = new RunMarks(runId);
    this.#cgroup = cgroup;
    this.#children = adoptsOrphans ? new OwnChildren() : null;
    this.orphans = this.#children === null ? null : new Orphans(this.#children, this.#marks);
    this.#finder =
      this.#children !== null && canListChildren()
        ? new Descent(this.#children, this.#marks)
        : new Hunt(since);
  }

  get cgroupPath(): string | null {
    return this.#cgroup?.path ?? null;
  }

  mark(env: Readonly<Record<string, string>>, mark: string): Marks {
    this.#clock.read();
    const locksLimit = BigInt(this.#marks.limitOf(mark));
    return { env: { ...env, [this.#marks.variable]: mark }, locksLimit };
  }

  rootOf(pid: number, mark: string, traits: RootTraits = {}): TreeRoot {
    this.#cgroup?.adopt(pid, mark);
    this.#children?.setMark(pid, mark);
    return new LinuxRoot(pid, mark, this.#clock.read(), traits);
  }

  hasCommand(root: TreeRoot): boolean {
    return commandOf(root) !== null;
  }

  markOf(pid: number): string | null {
    return this.#marks.readFrom(pid) ?? this.#cgroup?.markOf(pid) ?? null;
  }

  list(): readonly ProcEntry[] | null {
    return this.#finder instanceof Descent ? this.#finder.list() : null;
  }

  signalGroup(root: TreeRoot, signal: NodeJS.Signals): void {
    const group = commandOf(root);
    if (group === null) return;
    sendSignal(-group, signal);
    if (signal !== 'SIGKILL') sendSignal(-group, 'SIGCONT');
  }

  async countLeftovers(root: TreeRoot): Promise<number> {
    if (this.#isSurelyGone(root)) return 0;
    return (await this.#membersOf(root)).length;
  }

  async terminateLeftovers(root: TreeRoot, sparesGroup: boolean): Promise<void> {
    for (const member of await this.#membersOf(root)) {
      if (sparesGroup && member.group === root.pid) continue;
      signalEntry(member, 'SIGTERM');
      signalEntry(member, 'SIGCONT');
    }
  }

  owns(root: TreeRoot, pid: number): boolean {
    const belongs = this.#ruleFor(root)();
    for (let entry = readEntry(pid); entry !== null; entry = readEntry(entry.ppid)) {
      if (entry.pid === process.pid || isGuard(entry)) return false;
      if (isRoot(entry, root) || belongs(entry)) return true;
    }
    return false;
  }

  strays({ mark, since }: TreeRoot): readonly Stray[] {
    if (!(this.#finder instanceof Descent) || since === undefined || this.#finder.isSurelyGone(mark))
      return [];
    return this.#finder
      .unclaimed()
      .filter((entry) => entry.startTime >= since && this.markOf(entry.pid) === null)
      .map(({ pid, name }) => ({ pid, command: readCommandLine(pid) || name }));
  }

  async kill(
    root: TreeRoot,
    rootIsReaped: () => boolean,
    atMost: Milliseconds,
  ): Promise<readonly Survivor[]> {
    if (rootIsReaped() && this.#isSurelyGone(root)) return [];
    if (root.holdsNamespace) await emptyNamespace(root, rootIsReaped);
    if (!rootIsReaped()) sendSignal(-root.pid, 'SIGKILL');
    return this.#killUntilClean({ mark: root.mark, rule: this.#ruleFor(root) }, atMost);
  }

  killMarked(mark: string, atMost: Milliseconds): Promise<readonly Survivor[]> {
    const rule = (): Belongs => {
      const isInCgroup = this.#cgroupRule(mark);
      return (entry) => this.#marks.readFrom(entry.pid) === mark || isInCgroup(entry);
    };
    return this.#killUntilClean({ mark, rule }, atMost);
  }

  sweepRun(atMost: Milliseconds): Promise<readonly Survivor[]> {
    return this.#killUntilClean({ mark: null, rule: this.#ruleForRun() }, atMost);
  }

  async close(): Promise<void> {
    this.#children?.close();
    await this.#cgroup?.remove();
  }

  /** Kills while it searches: a list made first and killed afterwards loses every race with a process that forks on. */
  async #killUntilClean(target: SearchTarget, atMost: Milliseconds): Promise<readonly Survivor[]> {
    const deadline = now() + atMost;
    const record = new KillRecord();
    const search = this.#finder.search(target);
    this.#cgroup?.kill(target.mark);
    const quiet = new Quiet();
    const pace = new Pace();
    for (let turn = now(); ; ) {
      const became = { fresh: 0, dying: 0, refused: 0 };
      const { isSure } = search.round((entry) => {
        became[record.kill(entry)] += 1;
      });
      const { fresh, dying } = became;
      if (fresh + dying === 0 && (isSure || quiet.isLongEnough())) break;
      if (now() >= deadline || (fresh === 0 && record.onlyHangingLeft())) break;
      if (fresh + dying > 0) quiet.isOver();
      const pause = pace.after(became);
      if ((fresh > 0 || dying === 0) && now() - turn < LONGEST_TURN) continue;
      await sleep(pause);
      turn = now();
    }
    return record.survivors();
  }

  /** For a root that has been waited for: true if a look at the children of this process shows it. */
  #isSurelyGone({ mark }: TreeRoot): boolean {
    return this.#finder instanceof Descent && this.#finder.isSurelyGone(mark);
  }

  async #membersOf(root: TreeRoot): Promise<readonly ProcEntry[]> {
    const search: Search = this.#finder.search({ mark: root.mark, rule: this.#ruleFor(root) });
    const quiet = new Quiet();
    for (const members = new Map<number, ProcEntry>(); ; await sleep(BETWEEN_LOOKS)) {
      const { isSure } = search.round((entry) => members.set(entry.pid, entry));
      if (isSure || members.size > 0 || quiet.isLongEnough()) return [...members.values()];
    }
  }

  /**
   * A number is not given to a new process while a group or session still has it: if the root's pid belongs to another
   * process by now, nobody is left in its group, and only marks and cgroup may decide.
   */
  #ruleFor(root: TreeRoot): () => Belongs {
    return () => {
      const isInCgroup = this.#cgroupRule(root.mark);
      const isMarked: Belongs = (entry) =>
        this.#marks.readFrom(entry.pid) === root.mark || isInCgroup(entry) || this.#writesTo(root, entry);
      const holder = readEntry(root.pid);
      if (holder !== null && holder.startTime !== root.startTime) return isMarked;
      return (entry) =>
        entry.group === root.pid ||
        entry.session === root.pid ||
        (entry.ppid === root.pid && !isGuard(entry)) ||
        isMarked(entry);
    };
  }

  /** True for a process without a mark that still has its root's output open. */
  #writesTo({ outputs = [] }: TreeRoot, entry: ProcEntry): boolean {
    const isOrphan = entry.ppid === process.pid && this.#children?.isOurOwn(entry.pid) === false;
    if (!isOrphan || outputs.length === 0 || this.markOf(entry.pid) !== null) return false;
    return filesOf(entry.pid).some((file) => outputs.includes(file));
  }

  #ruleForRun(): () => Belongs {
    const isOurOwn = ({ pid }: ProcEntry): boolean => this.#children?.isOurOwn(pid) ?? true;
    return () => {
      const isInCgroup = this.#cgroupRule(null);
      return (entry) => !isOurOwn(entry) || this.#marks.readFrom(entry.pid) !== null || isInCgroup(entry);
    };
  }

  /** Reads the cgroup's processes when the first check needs them. */
  #cgroupRule(mark: string | null): Belongs {
    let pids: ReadonlySet<number> | null = null;
    return ({ pid }) => {
      pids ??= this.#cgroup?.pidsOf(mark) ?? new Set();
      return pids.has(pid);
    };
  }
}

/** Counts consecutive rounds that found nobody, although somebody might have been missed. */
class Quiet {
  #rounds = 0;
  #since = now();

  isOver(): void {
    this.#rounds = 0;
    this.#since = now();
  }

  /** Called once in each round. Where others fork all the time, no round is sure. */
  isLongEnough(): boolean {
    this.#rounds += 1;
    return this.#rounds >= QUIET_ROUNDS && now() - this.#since >= QUIET_FOR;
  }
}

/**
 * Leader of the group of a root's command: the root itself, or its child with a session of its own. Null if it is not
 * there yet.
 */
const commandOf = ({ pid: root, holdsNamespace }: TreeRoot): number | null => {
  if (!holdsNamespace) return root;
  return childrenOf(root).find((pid) => readEntry(pid)?.session === pid) ?? null;
};

/**
 * Ends the processes from within. Without the root, which waits for its command, the kernel would keep the namespace
 * until the machine's first process has waited for them, and some take a second.
 */
const emptyNamespace = async (root: TreeRoot, rootIsReaped: () => boolean): Promise<void> => {
  const inside = childrenOf(root.pid);
  for (const pid of inside) sendSignal(pid, 'SIGKILL');
  for (let look = 0; inside.length > 0 && look < NAMESPACE_LOOKS && !rootIsReaped(); look++) {
    await sleep(BETWEEN_LOOKS);
  }
};

const isRoot = (entry: ProcEntry, { pid, startTime }: TreeRoot): boolean =>
  entry.pid === pid && entry.startTime === startTime;
