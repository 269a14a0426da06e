import type { Exit } from '../../model/exit.ts';
import type { Stray, Survivor } from '../../model/survivor.ts';
import type { WorkloadId } from '../../model/workload-id.ts';
import type { Peer } from '../ports/answering.ts';
import type { ListeningAddress } from '../ports/tree-listeners.ts';
import type { TreeEntry } from '../usage/list-tree.ts';
import type { RunCommand } from './command.ts';

export type Environment = Readonly<Record<string, string>>;

/** The end of the main process. */
export interface MainEnd {
  readonly exit: Exit;
  /** True if processes that it started are still there; `gone` resolves at their end. */
  readonly lingers: boolean;
}

/** One launch of a process: its main process and everything that it has started, until the last process is gone. */
export interface Workload {
  readonly id: WorkloadId;
  /** Resolves with the end of the main process, or with null if it is still there after a kill. */
  readonly exited: Promise<MainEnd | null>;
  /** Resolves with the survivors when nothing is left that a signal could end. */
  readonly gone: Promise<readonly Survivor[]>;
  /** Calls `listener` when the process reports that it is ready, if it was launched with `notify`. */
  onReady(listener: () => void): void;
  /**
   * Resolves when the process can get signals and commands, which may take some time after the launch. Null: it can
   * now.
   */
  untilThere(): Promise<void> | null;
  signal(signal: NodeJS.Signals): void;
  /**
   * Sends SIGTERM to the processes that the main process has left behind; `sparesGroup`: its group has had the signal
   * already.
   */
  terminate(sparesGroup: boolean): Promise<void>;
  /** Sends SIGKILL to the whole tree. Resolves with the survivors. */
  kill(): Promise<readonly Survivor[]>;
  /** Runs commands where the process runs. `name` tells them apart; only one runs at a time under a name. */
  enter(name: string, env: Environment): RunCommand;
  /** Ends processes that commands of this name have left running, even if a quick look does not find them. */
  endLeftovers(name: string): Promise<void>;
  /** Says who else has answered on a port of the process, or returns null if it may be the process itself. */
  whoElseAnswers(peer: Peer): Promise<string | null>;
  /** A probe has failed: the next answer is checked again. */
  forgetAnswers(): void;
  /** Processes of the workload, parents before their children; empty if that is unknown. */
  listTree(): Promise<readonly TreeEntry[]>;
  /** TCP addresses that it listens on, or null if that is unknown. */
  listening(): Promise<readonly ListeningAddress[] | null>;
  /**
   * Called when it is gone: ends processes that its commands have left, reads the rest of its output and closes it.
   * Resolves with the processes that may belong to it.
   */
  close(): Promise<readonly Stray[]>;
}
