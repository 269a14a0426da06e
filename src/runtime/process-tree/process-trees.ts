import type { Milliseconds } from '../../core/pod-spec.ts';
import type { Spawnable } from '../shell-command.ts';

/** What is known of a process tree: the process that was launched, in a session and group of its own, and its mark. */
export interface TreeRoot {
  readonly pid: number;
  /** Value of the run's marker variable in the environment of everything the process starts. */
  readonly mark: string;
  /** With the pid it names the process for good, as pids are used again; null where that is not known. */
  readonly startTime: number | null;
  /** It holds a pid namespace, and what it was launched for runs in there as its child. */
  readonly holdsNamespace: boolean;
}

/** What a command of a pod is started as. */
export interface MarkedLaunch {
  readonly spawnable: Spawnable;
  readonly env: Readonly<Record<string, string>>;
}

/** One interface for what every platform does differently: finding and ending all that a process has started. */
export interface ProcessTrees {
  /** Absolute; null where the run has none. */
  readonly cgroupPath: string | null;
  /**
   * A command with the marks of what it is started for, by which its descendants can be found wherever they went.
   *
   * @example trees.mark({ file: 'node', args: ['server.js'], verbatim: false }, env, 'web')
   */
  mark(spawnable: Spawnable, env: Readonly<Record<string, string>>, mark: string): MarkedLaunch;
  /** To be asked for as soon as the process has been started, while its pid cannot be anybody else's. */
  rootOf(pid: number, mark: string, holdsNamespace?: boolean): TreeRoot;
  /** Whether what a root was launched for is there to be signalled: in a pid namespace it comes some ms later. */
  hasCommand(root: TreeRoot): boolean;
  /** What a process carries of the run's marks, wherever it has gone; null: nothing that is known of. */
  markOf(pid: number): string | null;
  /** The signal, and SIGCONT after it: a stopped process obeys nothing else. Only while the root has not been reaped. */
  signalGroup(root: TreeRoot, signal: NodeJS.Signals): void;
  /** How many of the tree are left after the root has been reaped. */
  countLeftovers(root: TreeRoot): Promise<number>;
  /** SIGTERM and SIGCONT to what is left after the root; `sparesGroup`: its group has had the signal already. */
  terminateLeftovers(root: TreeRoot, sparesGroup: boolean): Promise<void>;
  /** SIGKILL to all of the tree until nothing is left or the time is over. */
  kill(root: TreeRoot, rootIsReaped: () => boolean, atMost: Milliseconds): Promise<void>;
  /** SIGKILL to whatever still carries the run's marks, until nothing is left or the time is over. */
  sweepRun(atMost: Milliseconds): Promise<void>;
  /** Takes away what the trees were held by; nothing may be launched any more. */
  close(): Promise<void>;
}
