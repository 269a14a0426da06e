import type { Exit } from '../../model/exit.ts';
import type { AnsweredPort, NobodyInside } from '../../model/finding.ts';
import type { InputRefusal } from '../../model/input-refusal.ts';
import type { StopSignal } from '../../model/stop-signal.ts';
import type { Stray, Survivor } from '../../model/survivor.ts';
import type { TerminalSize } from '../../model/terminal-size.ts';
import type { WorkloadId } from '../../model/workload-id.ts';
import type { Peer } from '../ports/answering.ts';
import type { ListeningAddress } from '../ports/tree-listeners.ts';
import type { RunCommand } from './command.ts';

export type Environment = Readonly<Record<string, string>>;

/** End of the main process. */
export interface MainEnd {
  readonly exit: Exit;
  /** True if something that it has started is still there. `gone` resolves when that has ended too. */
  readonly lingers: boolean;
}

/** A process of a workload, to show. */
export interface TreeEntry {
  readonly pid: number;
  readonly parentPid: number;
  /** Command line as a person would type it. */
  readonly command: string;
}

/**
 * `yes`: it has nothing else to do until input comes. `maybe`: it takes input whenever it comes, as every program on
 * Node does that listens to its stdin, or the system does not tell.
 */
export type ReadsInput = 'yes' | 'maybe' | 'no';

/** Main process of one launch, together with everything that it starts, until the last of it is gone. */
export interface Workload {
  readonly id: WorkloadId;
  /** Resolves at the end of the main process, or with null if that is still there after a kill. */
  readonly exited: Promise<MainEnd | null>;
  /** Resolves when nothing is left that a signal could end, with what no signal has ended. */
  readonly gone: Promise<readonly Survivor[]>;
  /** Signal that its image names for a stop; null: none, or it has no image. Known once it is there. */
  readonly imageSignal: StopSignal | null;
  /** Calls the listener when the process says that it is ready. It must have been launched with `notify`. */
  onReady(listener: () => void): void;
  /** Calls the listener with each status that the process reports, a line of text. As `onReady`, it needs `notify`. */
  onStatus(listener: (text: string) => void): void;
  /** Calls the listener with the names of files that the process has rendered anew. As `onReady`, it needs `notify`. */
  onRefresh(listener: (files: readonly string[]) => void): void;
  /** Waits until the workload can get signals and commands. Returns null if it can already. */
  untilThere(): Promise<void> | null;
  signal(signal: NodeJS.Signals): void;
  /** Sends SIGTERM to what the main process has left behind. `sparesGroup`: its group has had the signal already. */
  terminate(sparesGroup: boolean): Promise<void>;
  /** Sends SIGKILL to all of it. Resolves with what no signal could end. */
  kill(): Promise<readonly Survivor[]>;
  /**
   * Writes to the stdin of the main process, without waiting until that reads. `end`: its stdin ends behind that. Returns
   * the reason if nothing was taken, else null.
   */
  send(bytes: Buffer, end: boolean): InputRefusal | null;
  /** Whether it waits for input on the stdin of its main process. */
  readsInput(): Promise<ReadsInput>;
  /** Gives its terminal another size. Returns false if it has none. */
  resize(size: TerminalSize): boolean;
  /** Runs commands where the process runs. `name` identifies what they start, so only one of a name runs at a time. */
  enter(name: string, env: Environment): RunCommand;
  /** Ends processes that commands of this name have left running, even if a quick look does not find them. */
  endLeftovers(name: string): Promise<void>;
  /**
   * Finds out who else has answered on a port of the process. Null if it may be the process itself, at once if that is
   * known.
   */
  whoElseAnswers(peer: Peer): Promise<AnsweredPort | NobodyInside | null> | null;
  /** Forgets who has answered. A probe has failed, so the next answer may be somebody else's. */
  forgetAnswers(): void;
  /** Lists its processes, parents before their children. Empty if the system does not tell. */
  listTree(): Promise<readonly TreeEntry[]>;
  /** Finds the TCP addresses that it listens on. Null if the system does not tell. */
  listening(): Promise<readonly ListeningAddress[] | null>;
  /**
   * Ends what its commands have left, takes the rest of its output and lets go of it. Called when it is gone. Resolves
   * with processes that may belong to it or to another workload.
   */
  close(): Promise<readonly Stray[]>;
}
