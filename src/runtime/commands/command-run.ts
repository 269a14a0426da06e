import type { CoreEvent } from '../../core/core-event.ts';
import type { Exit } from '../../model/exit.ts';
import type { ProcessSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { pidIn } from '../../model/workload-id.ts';
import { now, Timers } from '../../time/timers.ts';
import { ProcessRunner, type ProcessStreams } from '../process-runner.ts';
import type { RunnerContext } from '../runner-context.ts';
import type { TerminalTape } from '../terminals/terminal-tape.ts';

export interface CommandEnd {
  readonly exit: Exit;
  /** Time on the core's clock. */
  readonly at: Milliseconds;
  readonly ranFor: Milliseconds;
  /** True if it was asked to end. */
  readonly wasStopped: boolean;
}

interface Run {
  /** Resolves with null at the start, or with the reason why there was none. */
  readonly started: PromiseWithResolvers<Exit['failure']>;
  readonly gone: PromiseWithResolvers<void>;
  /** True once it, or what it has left behind, has been asked to end. */
  isEnding: boolean;
  /** True once it has been asked to end itself. */
  isStopped: boolean;
}

interface CommandRunOptions {
  readonly spec: ProcessSpec;
  readonly context: Omit<RunnerContext, 'send' | 'status'>;
  /** Called when the main process has been started. */
  readonly onStarted: (pid: number) => void;
  /** Called when everything that a signal could end is gone. It is not called if nothing was started. */
  readonly onEnded: (end: CommandEnd) => void;
}

/** A command beside a process: one run after the other, each until its whole process tree is gone. */
export class CommandRun {
  readonly #options: CommandRunOptions;
  readonly #runner: ProcessRunner;
  readonly #timers = new Timers<'kill'>();
  #generation = 0;
  #startedAt: Milliseconds = 0;
  #run: Run | null = null;
  #pid: number | null = null;
  #last: CommandEnd | null = null;

  constructor(options: CommandRunOptions) {
    this.#options = options;
    this.#runner = new ProcessRunner(options.spec, {
      ...options.context,
      send: (event) => this.#take(event),
      // It has no descriptor to say so.
      status: () => undefined,
    });
  }

  get isRunning(): boolean {
    return this.#run !== null;
  }

  /** Null while it does not run. */
  get streams(): ProcessStreams | null {
    return this.#runner.streams;
  }

  /** What is on its terminal; null if it has none. */
  get tape(): TerminalTape | null {
    return this.#runner.tape;
  }

  /** Time on the core's clock; null while it does not run. */
  get launchedAt(): Milliseconds | null {
    return this.#pid === null ? null : this.#startedAt;
  }

  /** Null while it does not run. */
  get pid(): number | null {
    return this.#pid;
  }

  /** End of its last run, or null before the first. */
  get last(): CommandEnd | null {
    return this.#last;
  }

  /** Resolves with null once it has been started, or with the reason why it could not be. */
  start(spec: ProcessSpec): Promise<Exit['failure']> {
    this.#generation += 1;
    this.#startedAt = now();
    const run = { started: Promise.withResolvers<Exit['failure']>(), gone: Promise.withResolvers<void>() };
    this.#run = { ...run, isEnding: false, isStopped: false };
    this.#runner.follow(spec);
    this.#launch();
    return run.started.promise;
  }

  /** Sends SIGTERM, and SIGKILL after the grace. A stop that has begun goes on as it is. */
  stop(grace: Milliseconds): void {
    if (this.#run === null || this.#run.isEnding) return;
    this.#run.isStopped = true;
    this.#killAfter(this.#run, grace);
    this.#runner.signal(this.#generation, 'SIGTERM');
  }

  get isEnding(): boolean {
    return this.#run?.isEnding === true;
  }

  kill(): void {
    this.#timers.disarmAll();
    if (this.isRunning) this.#runner.kill(this.#generation);
  }

  /** Kills it, and takes the rest of its output. */
  async close(): Promise<void> {
    this.kill();
    await this.#run?.gone.promise;
    this.#runner.close();
  }

  /** A launch that cannot even be tried is a bug, and nothing waits for its end. */
  #launch(): void {
    try {
      this.#runner.launch(this.#generation);
    } catch (error) {
      this.#run = null;
      throw error;
    }
  }

  #killAfter(run: Run, grace: Milliseconds): void {
    run.isEnding = true;
    this.#timers.arm('kill', now() + grace, () => this.kill());
  }

  #take(event: CoreEvent): void {
    if (event.type === 'launched') this.#launched(pidIn(event.workload));
    else if (event.type === 'root-exited') this.#lingers();
    else if (event.type === 'gone') this.#ended(event.exit);
  }

  #launched(pid: number | null): void {
    this.#pid = pid;
    this.#run?.started.resolve(null);
    if (pid !== null) this.#options.onStarted(pid);
  }

  /** What a command leaves behind ends with it. */
  #lingers(): void {
    if (this.#run === null || this.#run.isEnding) return;
    this.#killAfter(this.#run, LINGERS_FOR);
    this.#runner.terminate(this.#generation, false);
  }

  #ended(exit: Exit): void {
    const [run, wasLaunched] = [this.#run, this.#pid !== null];
    this.#timers.disarmAll();
    this.#run = null;
    this.#pid = null;
    const wasStopped = run?.isStopped === true;
    this.#last = { exit, at: now(), ranFor: now() - this.#startedAt, wasStopped };
    if (wasLaunched) this.#options.onEnded(this.#last);
    run?.started.resolve(exit.failure);
    run?.gone.resolve();
  }
}

/** Time for what a command has left behind to end on SIGTERM. */
const LINGERS_FOR: Milliseconds = 2_000;
