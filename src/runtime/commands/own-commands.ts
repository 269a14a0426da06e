import type { Exit } from '../../model/exit.ts';
import { type CommandRefusal, commandLog } from '../../model/own-command.ts';
import type { OwnCommandSpec, ProcessSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import type { ProcessEngine } from '../engines/process/process-engine.ts';
import type { RunnerContext } from '../runner-context.ts';
import { type CommandEnd, CommandRun } from './command-run.ts';
import { type BesideProcess, commandSpec } from './command-spec.ts';

/** Reason why a command was not started. */
export type NotRun =
  | { readonly kind: 'refused'; readonly because: CommandRefusal }
  | { readonly kind: 'not-started'; readonly failure: NonNullable<Exit['failure']> };

interface OwnCommandsOptions {
  /** Runs the commands, also those of processes that another engine runs. */
  readonly engine: ProcessEngine;
  readonly context: Omit<RunnerContext, 'send' | 'status' | 'engine' | 'portsCheckedAt' | 'writeFiles'>;
  readonly onStarted: (process: string, command: string, pid: number) => void;
  readonly onEnded: (process: string, command: string, end: CommandEnd) => void;
}

/** The commands beside the processes of a pod, each of which runs once at a time. */
export class OwnCommands {
  readonly #options: OwnCommandsOptions;
  /** By process and command. */
  readonly #runs = new Map<string, Map<string, CommandRun>>();
  #isClosed = false;

  constructor(options: OwnCommandsOptions) {
    this.#options = options;
  }

  /** Null if it has never been started. */
  of(
    process: string,
    command: string,
  ): Pick<CommandRun, 'pid' | 'last' | 'streams' | 'tape' | 'launchedAt'> | null {
    return this.#runs.get(process)?.get(command) ?? null;
  }

  /** Starts a command. Returns the reason if that is refused or fails, else null. */
  async start(command: OwnCommandSpec, beside: BesideProcess): Promise<NotRun | null> {
    const spec = commandSpec(command, beside);
    await this.#options.engine.addOutput([spec]);
    if (this.#isClosed) return { kind: 'refused', because: 'pod-stops' };
    const run = this.#runOf(beside.process.name, command.name, spec);
    if (run.isRunning) return { kind: 'refused', because: 'already-running' };
    const failure = await run.start(spec);
    return failure === null ? null : { kind: 'not-started', failure };
  }

  /** Sends SIGTERM, and SIGKILL after the grace, or at the second call. Returns the reason if nothing runs, else null. */
  stop(process: string, command: string, grace: Milliseconds): CommandRefusal | null {
    const run = this.#runs.get(process)?.get(command);
    if (run?.isRunning !== true) return 'not-running';
    if (run.isEnding) run.kill();
    else run.stop(grace);
    return null;
  }

  /** The pod stops: nothing more is started. */
  stopAll(grace: Milliseconds): void {
    this.#isClosed = true;
    for (const run of this.#all()) run.stop(grace);
  }

  /** The process has left the pod. */
  forget(process: string): void {
    const runs = this.#runs.get(process) ?? new Map<string, CommandRun>();
    this.#runs.delete(process);
    for (const [command, run] of runs) {
      const log = commandLog(process, command);
      const { engine, context } = this.#options;
      const forgotten = run.close().then(() => {
        engine.forget(log);
        context.logs.forget(log);
      });
      forgotten.catch(context.crashed);
    }
  }

  /** Kills what runs. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#all().map((run) => run.close()));
  }

  #all(): readonly CommandRun[] {
    return [...this.#runs.values()].flatMap((runs) => [...runs.values()]);
  }

  #runOf(process: string, command: string, spec: ProcessSpec): CommandRun {
    const runs = this.#runs.get(process) ?? new Map<string, CommandRun>();
    this.#runs.set(process, runs);
    const run = runs.get(command) ?? this.#open(process, command, spec);
    runs.set(command, run);
    return run;
  }

  #open(process: string, command: string, spec: ProcessSpec): CommandRun {
    const { engine, context, onStarted, onEnded } = this.#options;
    return new CommandRun({
      spec,
      context: { ...context, engine, portsCheckedAt: 0, writeFiles: () => null },
      onStarted: (pid) => onStarted(process, command, pid),
      onEnded: (end) => onEnded(process, command, end),
    });
  }
}
