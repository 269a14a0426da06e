import type { Stray, Survivor } from '../../model/survivor.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import type { Orphans } from './orphans.ts';
import type { ProcEntry } from './proc-table.ts';

/** The known facts about a process tree: the launched process, in its own session and group, and its mark. */
export interface TreeRoot {
  readonly pid: number;
  /** Value of the run's marker variable in the environment of everything the process starts. */
  readonly mark: string;
  /**
   * With the pid, which may be reused, it identifies the process. Null if it is unknown: another process has the pid by
   * now, if any has it.
   */
  readonly startTime: number | null;
  /** It was started at this time or later, in clock ticks since boot; missing: that is unknown. */
  readonly since?: number;
  /** True if it keeps a pid namespace open, and its command runs inside as its child. */
  readonly holdsNamespace: boolean;
  /** FIFOs that only it was given to write to, as `describeFile` identifies them; missing: none. */
  readonly outputs?: readonly string[];
}

/** Traits that only some roots have. */
export interface RootTraits extends Partial<Pick<TreeRoot, 'holdsNamespace' | 'outputs'>> {
  /** True once it has been waited for. Default: nobody tells. */
  readonly isReaped?: () => boolean;
}

/** Marks that a command of a pod starts with, and that everything it starts inherits. */
export interface Marks {
  readonly env: Readonly<Record<string, string>>;
  /** Soft value of RLIMIT_LOCKS, or null if it cannot be read. */
  readonly locksLimit: bigint | null;
}

/** An interface for the part that differs between platforms: finding and ending everything a process has started. */
export interface ProcessTrees {
  /** Absolute path, or null if the run has none. */
  readonly cgroupPath: string | null;
  /** Processes that this one has adopted, or null if it adopts none. */
  readonly orphans: Orphans | null;
  /**
   * Returns an environment with marks, by which every process started in it can be found.
   *
   * @example
   * trees.mark(process.env, 'web')
   */
  mark(env: Readonly<Record<string, string>>, mark: string): Marks;
  /** Called as soon as the process has been started, while its pid cannot belong to another. */
  rootOf(pid: number, mark: string, traits?: RootTraits): TreeRoot;
  /** True if the root's command is there to be signalled: in a pid namespace it appears a little later. */
  hasCommand(root: TreeRoot): boolean;
  /** Mark that a process carries, wherever it has gone; null if it has none. */
  markOf(pid: number): string | null;
  /** All processes below this one, or null if that takes a walk over all processes of the machine. */
  list(): readonly ProcEntry[] | null;
  /**
   * Sends the signal, and then SIGCONT, because a stopped process reacts to nothing else. Only allowed while the root
   * has not been reaped.
   */
  signalGroup(root: TreeRoot, signal: NodeJS.Signals): void;
  /** Number of processes of the tree that are left after the root has been reaped. */
  countLeftovers(root: TreeRoot): Promise<number>;
  /**
   * Sends SIGTERM and SIGCONT to the processes that are left after the root; `sparesGroup`: its group has had the
   * signal already.
   */
  terminateLeftovers(root: TreeRoot, sparesGroup: boolean): Promise<void>;
  /**
   * True if a process belongs to a tree: by descent, group, session, cgroup or mark. It reads some files of that
   * process and its ancestors only.
   *
   * @example
   * trees.owns(root, pidOfTheListener)
   */
  owns(root: TreeRoot, pid: number): boolean;
  /** Processes of the run that belong to this root or to another one: they have lost their parents and every mark. */
  strays(root: TreeRoot): readonly Stray[];
  /**
   * Sends SIGKILL to the whole tree until nothing is left that a signal could end, or the time is over. Resolves with
   * the survivors: at once with those that may not be killed, after a second with those that hang in the kernel.
   */
  kill(root: TreeRoot, rootIsReaped: () => boolean, atMost: Milliseconds): Promise<readonly Survivor[]>;
  /** Sends SIGKILL to everything with this mark, until nothing is left or the time is over; returns survivors. */
  killMarked(mark: string, atMost: Milliseconds): Promise<readonly Survivor[]>;
  /** Does the same for everything with the run's marks. */
  sweepRun(atMost: Milliseconds): Promise<readonly Survivor[]>;
  /** Removes cgroups and marks; nothing may be launched any more. */
  close(): Promise<void>;
}
