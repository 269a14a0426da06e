import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Milliseconds } from '../../core/pod-spec.ts';
import type { Survivor } from '../../core/survivor.ts';
import { now } from '../timers.ts';
import { KillRecord, signalEntry } from './kill-record.ts';
import type { PodCgroup } from './pod-cgroup.ts';
import { listPids, type ProcEntry, readEntry, readLastPid } from './proc-table.ts';
import type { Marks, ProcessTrees, TreeRoot } from './process-trees.ts';
import { isGuard, RunMarks } from './run-marks.ts';
import { sendSignal } from './send-signal.ts';

/**
 * A process that forks on and exits may be missed by a walk during which anything at all was forked: such a walk that
 * has found nothing counts only when so many in a row have. With 3, one was missed on a machine with a load of 30.
 */
const UNSURE_PASSES = 8;
const BETWEEN_PASSES: Milliseconds = 2;
/** While nothing new is found, and what was killed takes its time to go. */
const LONGEST_BETWEEN_PASSES: Milliseconds = 64;
const NAMESPACE_LOOKS = 50;

type Belongs = (entry: ProcEntry) => boolean;

interface Walk {
  readonly entries: readonly ProcEntry[];
  /** Nothing was forked meanwhile: who is not among them is not there. */
  readonly isSure: boolean;
  /** Read once for all the trees that are looked for in the walk. */
  readonly markOf: (pid: number) => string | null;
}

interface LinuxOptions {
  readonly runId: string;
  /** Where cgroups cannot be made: null, and the marks do it alone. */
  readonly cgroup: PodCgroup | null;
  /** When the supervisor was started, as /proc tells it: nothing that is older can have been started by it. */
  readonly since: number;
}

/**
 * Finds a tree by walking /proc: by its group and session, by descent from one already found, by its cgroup, and by
 * the run's marks, which also find a daemon that has left group, session and parents behind.
 */
export class LinuxProcessTrees implements ProcessTrees {
  readonly #marks: RunMarks;
  readonly #cgroup: PodCgroup | null;
  readonly #since: number;
  #walk: Promise<Walk> | null = null;

  constructor({ runId, cgroup, since }: LinuxOptions) {
    this.#marks = new RunMarks(runId);
    this.#cgroup = cgroup;
    this.#since = since;
  }

  get cgroupPath(): string | null {
    return this.#cgroup?.path ?? null;
  }

  mark(env: Readonly<Record<string, string>>, mark: string): Marks {
    const locksLimit = BigInt(this.#marks.limitOf(mark));
    return { env: { ...env, [this.#marks.variable]: mark }, locksLimit };
  }

  rootOf(pid: number, mark: string, holdsNamespace = false): TreeRoot {
    this.#cgroup?.adopt(pid, mark);
    return { pid, mark, startTime: readEntry(pid)?.startTime ?? null, holdsNamespace };
  }

  hasCommand(root: TreeRoot): boolean {
    return commandOf(root) !== null;
  }

  markOf(pid: number): string | null {
    return this.#marks.readFrom(pid) ?? this.#cgroup?.markOf(pid) ?? null;
  }

  signalGroup(root: TreeRoot, signal: NodeJS.Signals): void {
    const group = commandOf(root);
    if (group === null) return;
    sendSignal(-group, signal);
    if (signal !== 'SIGKILL') sendSignal(-group, 'SIGCONT');
  }

  async countLeftovers(root: TreeRoot): Promise<number> {
    for (let pass = 1; ; pass++) {
      const walk = await this.#sharedWalk();
      const { length } = this.#members(walk, root);
      if (length > 0 || walk.isSure || pass === UNSURE_PASSES) return length;
    }
  }

  async terminateLeftovers(root: TreeRoot, sparesGroup: boolean): Promise<void> {
    for (const member of this.#members(this.#walkNow(), root)) {
      if (sparesGroup && member.group === root.pid) continue;
      signalEntry(member, 'SIGTERM');
      signalEntry(member, 'SIGCONT');
    }
  }

  owns(root: TreeRoot, pid: number): boolean {
    const belongs = this.#belongsTo(root);
    for (let entry = readEntry(pid); entry !== null; entry = readEntry(entry.ppid)) {
      if (entry.pid === process.pid || isGuard(entry.pid)) return false;
      if (isRoot(entry, root) || belongs(entry)) return true;
    }
    return false;
  }

  async kill(
    root: TreeRoot,
    rootIsReaped: () => boolean,
    atMost: Milliseconds,
  ): Promise<readonly Survivor[]> {
    if (root.holdsNamespace) await emptyNamespace(root, rootIsReaped);
    if (!rootIsReaped()) sendSignal(-root.pid, 'SIGKILL');
    return this.#killUntilClean(root.mark, () => this.#belongsTo(root), atMost);
  }

  sweepRun(atMost: Milliseconds): Promise<readonly Survivor[]> {
    const looksMarked = (): Belongs => {
      const inCgroup = this.#cgroup?.pidsOf(null);
      return ({ pid }) => inCgroup?.has(pid) === true || this.#marks.readFrom(pid) !== null;
    };
    return this.#killUntilClean(null, looksMarked, atMost);
  }

  async close(): Promise<void> {
    await this.#cgroup?.remove();
  }

  /** Kills while it walks: a list made first and killed afterwards loses every race with a process that forks on. */
  async #killUntilClean(
    mark: string | null,
    look: () => Belongs,
    atMost: Milliseconds,
  ): Promise<readonly Survivor[]> {
    const deadline = now() + atMost;
    const record = new KillRecord();
    let clean = 0;
    let pause = BETWEEN_PASSES;
    this.#cgroup?.kill(mark);
    for (let newestFirst = true; now() < deadline; newestFirst = !newestFirst) {
      const lastPid = readLastPid();
      const { fresh, dying } = this.#killPass(look(), newestFirst, record);
      clean = fresh + dying === 0 ? clean + 1 : 0;
      if (clean === UNSURE_PASSES || (clean > 0 && nothingForkedSince(lastPid))) break;
      if (fresh === 0 && record.onlyHangingLeft()) break;
      await setTimeout(pause);
      pause = fresh + dying === 0 || fresh > 0 ? BETWEEN_PASSES : Math.min(pause * 2, LONGEST_BETWEEN_PASSES);
    }
    return record.survivors();
  }

  #killPass(belongs: Belongs, newestFirst: boolean, record: KillRecord) {
    const became = { fresh: 0, dying: 0, refused: 0 };
    const pids = listPids();
    if (newestFirst) pids.reverse();
    for (const pid of pids) {
      const entry = this.#candidate(pid);
      if (entry !== null && belongs(entry)) became[record.kill(entry)] += 1;
    }
    return became;
  }

  #candidate(pid: number): ProcEntry | null {
    if (pid === process.pid) return null;
    const entry = readEntry(pid);
    return entry !== null && entry.startTime >= this.#since ? entry : null;
  }

  /**
   * A number is not given to a new process while a group or session still carries it: when the root's pid is somebody
   * else's by now, nobody is left in its group, and only marks and cgroup may decide.
   */
  #belongsTo(root: TreeRoot, markOf = (pid: number) => this.#marks.readFrom(pid)): Belongs {
    const inCgroup = this.#cgroup?.pidsOf(root.mark);
    const isMarked: Belongs = ({ pid }) => inCgroup?.has(pid) === true || markOf(pid) === root.mark;
    const holder = readEntry(root.pid);
    if (holder !== null && holder.startTime !== root.startTime) return isMarked;
    return (entry) =>
      entry.group === root.pid ||
      entry.session === root.pid ||
      (entry.ppid === root.pid && !isGuard(entry.pid)) ||
      isMarked(entry);
  }

  #members({ entries, markOf }: Walk, root: TreeRoot): ProcEntry[] {
    const belongs = this.#belongsTo(root, markOf);
    const found = new Map<number, ProcEntry>();
    for (const entry of entries) {
      const descends = found.has(entry.ppid) && !isGuard(entry.pid);
      if (descends || belongs(entry)) found.set(entry.pid, entry);
    }
    return [...found.values()];
  }

  #walkNow(): Walk {
    const lastPid = readLastPid();
    const entries = listPids()
      .map((pid) => this.#candidate(pid))
      .filter((entry) => entry !== null);
    const isSure = nothingForkedSince(lastPid);
    return { entries, isSure, markOf: remembering((pid) => this.#marks.readFrom(pid)) };
  }

  /** Fifty processes that end together are answered by one walk. */
  #sharedWalk(): Promise<Walk> {
    this.#walk ??= setImmediate().then(() => {
      this.#walk = null;
      return this.#walkNow();
    });
    return this.#walk;
  }
}

/**
 * The process that leads the group of what a root was launched for: the root itself, or the one of its children that
 * has a session of its own. Null: it is not there yet.
 */
const commandOf = ({ pid: root, holdsNamespace }: TreeRoot): number | null => {
  if (!holdsNamespace) return root;
  const isCommand = (pid: number): boolean => {
    const entry = readEntry(pid);
    return entry?.ppid === root && entry.session === pid;
  };
  return listPids().find(isCommand) ?? null;
};

/**
 * From within: without the root, which waits for its command, the kernel would keep the namespace until the machine's
 * first process has done so, and some take a second for it.
 */
const emptyNamespace = async (root: TreeRoot, rootIsReaped: () => boolean): Promise<void> => {
  const inside = listPids().filter((pid) => readEntry(pid)?.ppid === root.pid);
  for (const pid of inside) sendSignal(pid, 'SIGKILL');
  for (let look = 0; inside.length > 0 && look < NAMESPACE_LOOKS && !rootIsReaped(); look++) {
    await setTimeout(BETWEEN_PASSES);
  }
};

const isRoot = (entry: ProcEntry, { pid, startTime }: TreeRoot): boolean =>
  entry.pid === pid && entry.startTime === startTime;

const nothingForkedSince = (lastPid: number): boolean => lastPid !== 0 && readLastPid() === lastPid;

const remembering = (markOf: (pid: number) => string | null): ((pid: number) => string | null) => {
  const known = new Map<number, string | null>();
  return (pid) => {
    const mark = known.get(pid);
    if (mark !== undefined) return mark;
    const read = markOf(pid);
    known.set(pid, read);
    return read;
  };
};
