import type { Milliseconds } from '../../model/vocabulary.ts';
import { now, Timers } from '../../time/timers.ts';
import type { NativeStarter } from '../native/native-starter.ts';
import { type CleanupFiles, holdCleanup } from './cleanup-files.ts';
import type { GuardedRun } from './guard-script.ts';
import { type GuardProcess, type HeldOutput, startGuard } from './start-guard.ts';

/** A guard that dies at once, or cannot be started, must not keep this process busy. */
const AGAIN_AFTER: Milliseconds = 1_000;
/** Somebody who kills each guard must not fill the screen. */
const REPORTED_AGAIN_AFTER: Milliseconds = 60_000;

export interface GuardOptions extends GuardedRun {
  /** Absolute path of the built clean-up program. */
  readonly cleanup: string;
  /** FIFOs that stay open until the guard ends: output that the supervisor has not read goes to the log files then. */
  readonly outputs: () => readonly HeldOutput[];
  /** Null: Node starts it. */
  readonly native: NativeStarter | null;
  /** Called when its `status` has changed. */
  readonly onChange: () => void;
  /** Called when it has died unexpectedly, or could not be started; another one is about to take its place. */
  readonly onLost: () => void;
  /** Called with an unexpected exception. */
  readonly crashed: (error: unknown) => void;
}

/**
 * Ends the run's processes, and removes its mounts and volumes, if this supervisor dies before it calls `dismiss`. A
 * guard that dies earlier, by a signal or for lack of memory, is replaced, at most once a second.
 */
export class Guard {
  readonly #options: GuardOptions;
  readonly #files: CleanupFiles;
  readonly #timers = new Timers<'again'>();
  #process: GuardProcess | null = null;
  #startedAt: Milliseconds = Number.NEGATIVE_INFINITY;
  #reportedAt: Milliseconds = Number.NEGATIVE_INFINITY;
  #isDismissed = false;
  #replaced = 0;

  private constructor(options: GuardOptions) {
    this.#options = options;
    this.#files = holdCleanup(options.cleanup);
    this.#start();
  }

  /**
   * Returns null on a platform that can find a run's processes only through their parent.
   *
   * @example
   * const guard = Guard.arm({ cleanup, configFolder, runId, cgroup: null, outputs, native: null, onChange, onLost, crashed });
   * guard?.dismiss();
   */
  static arm(options: GuardOptions): Guard | null {
    return process.platform === 'linux' ? new Guard(options) : null;
  }

  get status(): { readonly pid: number | null; readonly replaced: number } {
    return { pid: this.#process?.pid ?? null, replaced: this.#replaced };
  }

  /** Replaces the guard after outputs have been added: a guard has only the descriptors from its start. */
  renew(): void {
    if (this.#isDismissed) return;
    const before = this.#process;
    this.#start();
    before?.dismiss();
  }

  /** The pod has ended in order: there is nothing to clean up. */
  dismiss(): void {
    if (this.#isDismissed) return;
    this.#isDismissed = true;
    this.#timers.disarmAll();
    this.#process?.dismiss();
    this.#process = null;
    this.#files.close();
  }

  #start(): void {
    const { native, outputs } = this.#options;
    this.#timers.disarmAll();
    this.#startedAt = now();
    const started = startGuard({ run: this.#options, files: this.#files, outputs: outputs(), native });
    this.#process = started;
    started.ended.then(() => this.#hasEnded(started)).catch(this.#options.crashed);
  }

  #hasEnded(ended: GuardProcess): void {
    // A guard that was dismissed or replaced is expected to end.
    if (this.#process !== ended) return;
    ended.dismiss();
    this.#process = null;
    this.#report();
    this.#timers.arm('again', Math.max(now(), this.#startedAt + AGAIN_AFTER), () => this.#replace());
  }

  #report(): void {
    this.#options.onChange();
    if (now() - this.#reportedAt < REPORTED_AGAIN_AFTER) return;
    this.#reportedAt = now();
    this.#options.onLost();
  }

  #replace(): void {
    this.#replaced += 1;
    this.#start();
    this.#options.onChange();
  }
}
