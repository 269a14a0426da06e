import type { Stray, Survivor } from '../../model/survivor.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import type { Orphans } from './orphans.ts';
import type { ProcEntry } from './proc-table.ts';

/** What is known of a process tree: the process that was launched, in a session and group of its own, and its mark. */
export interface TreeRoot {
  readonly pid: number;
  /** Value of the run's marker variable in the environment of everything the process starts. */
  readonly mark: string;
  /** With the pid it names the process for good, as pids are used again; null where that is not known. */
  readonly startTime: number | null;
  /** It holds a pid namespace, and what it was launched for runs in there as its child. */
  readonly holdsNamespace: boolean;
  /** The FIFOs that it and nobody else was given to write to, as `describeFile` tells of them; missing: none. */
  readonly outputs?: readonly string[];
}

/** What only some roots have. */
export type RootTraits = Partial<Pick<TreeRoot, 'holdsNamespace' | 'outputs'>>;

/** What a command of a pod is started with, and all it starts inherits. */
export interface Marks {
  readonly env: Readonly<Record<string, string>>;
  /** Soft value of RLIMIT_LOCKS; null where that is not readable. */
  readonly locksLimit: bigint | null;
}

/** One interface for what every platform does differently: finding and ending all that a process has started. */
export interface ProcessTrees {
  /** Absolute; null where the run has none. */
  readonly cgroupPath: string | null;
  /** The processes that have come to this one after the end of their parents; null: none do. */
  readonly orphans: Orphans | null;
  /**
   * An environment with the marks of what it is for, by which whatever is started in it can be found wherever it went.
   *
   * @example trees.mark(process.env, 'web')
   */
  mark(env: Readonly<Record<string, string>>, mark: string): Marks;
  /** To be asked for as soon as the process has been started, while its pid cannot be anybody else's. */
  rootOf(pid: number, mark: string, traits?: RootTraits): TreeRoot;
  /** Whether what a root was launched for is there to be signalled: in a pid namespace it comes somewhat later. */
  hasCommand(root: TreeRoot): boolean;
  /** What a process carries of the run's marks, wherever it has gone; null: nothing that is known of. */
  markOf(pid: number): string | null;
  /**
   * All processes that are below this one, whatever else runs on the machine; null: that cannot be told without a walk
   * over all of the machine's.
   */
  list(): readonly ProcEntry[] | null;
  /** The signal, and SIGCONT after it: a stopped process obeys nothing else. Only while the root has not been reaped. */
  signalGroup(root: TreeRoot, signal: NodeJS.Signals): void;
  /** How many of the tree are left after the root has been reaped. */
  countLeftovers(root: TreeRoot): Promise<number>;
  /** SIGTERM and SIGCONT to what is left after the root; `sparesGroup`: its group has had the signal already. */
  terminateLeftovers(root: TreeRoot, sparesGroup: boolean): Promise<void>;
  /**
   * Whether a process that is there belongs to a tree: by descent, group, session, cgroup or mark. Reads some files of
   * that process and its ancestors, whatever else runs on the machine.
   *
   * @example trees.owns(root, pidOfTheListener)
   */
  owns(root: TreeRoot, pid: number): boolean;
  /**
   * Processes that are there and belong to the run, and to this root or to another that ran beside it: they have lost
   * their parents and all that would tell.
   */
  strays(root: TreeRoot): readonly Stray[];
  /**
   * SIGKILL to all of the tree until nothing is left that a signal could end, or the time is over. Resolves with what is
   * still there: at once with what may not be killed, after a second with what hangs in the kernel.
   */
  kill(root: TreeRoot, rootIsReaped: () => boolean, atMost: Milliseconds): Promise<readonly Survivor[]>;
  /** SIGKILL to whatever carries this mark, until nothing is left or the time is over; gives what no signal could end. */
  killMarked(mark: string, atMost: Milliseconds): Promise<readonly Survivor[]>;
  /** The same for whatever still carries the run's marks. */
  sweepRun(atMost: Milliseconds): Promise<readonly Survivor[]>;
  /** Takes away what the trees were held by; nothing may be launched any more. */
  close(): Promise<void>;
}
