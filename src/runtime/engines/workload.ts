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
  /** Something that it has started is still there; `gone` tells the end of that. */
  readonly lingers: boolean;
}

/** One launch of a process: its main process, and all that this has started, until the last of it is gone. */
export interface Workload {
  readonly id: WorkloadId;
  /** Null: the main process is still there after a kill. */
  readonly exited: Promise<MainEnd | null>;
  /** Resolves when nothing is left that a signal could end; with what none has ended. */
  readonly gone: Promise<readonly Survivor[]>;
  /** Calls when the process says that it is ready, if it was launched with `notify`. */
  onReady(listener: () => void): void;
  /** What was launched may take some time until it can get a signal or a command. Null: it can by now. */
  untilThere(): Promise<void> | null;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM to what the main process has left behind; `sparesGroup`: its group has had the signal already. */
  terminate(sparesGroup: boolean): Promise<void>;
  /** SIGKILL to all of it. Resolves with what no signal could end. */
  kill(): Promise<readonly Survivor[]>;
  /** Runs commands where the process runs. One `name` at a time: by it they are told apart from others. */
  enter(name: string, env: Environment): RunCommand;
  /** Ends what commands of this name have left running, even where a quick look does not find it. */
  endLeftovers(name: string): Promise<void>;
  /** Names whoever else has answered on a port of the process. Null: it may well be the process itself. */
  whoElseAnswers(peer: Peer): Promise<string | null>;
  /** A probe has failed: who answers next may be somebody else. */
  forgetAnswers(): void;
  /** The processes that it consists of, parents before their children; empty where that cannot be told. */
  listTree(): Promise<readonly TreeEntry[]>;
  /** The TCP addresses that it listens on; null where that cannot be told. */
  listening(): Promise<readonly ListeningAddress[] | null>;
  /**
   * To be called when it is gone: ends what its commands have left, takes the rest of its output and lets go of it.
   * Resolves with what may be of it, and cannot be told from others.
   */
  close(): Promise<readonly Stray[]>;
}
