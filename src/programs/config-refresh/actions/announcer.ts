import { now, Timers } from '../../../time/timers.ts';
import type { RetryOptions } from '../options.ts';
import {
  type Announcement,
  type AnnouncementEvent,
  advance,
  filesIn,
  IDLE,
} from '../policies/announcement.ts';
import { delayAfter } from '../policies/retry.ts';

interface AnnouncerOptions {
  readonly retry: RetryOptions;
  /** Acts on changed files. Rejects if that should be tried again. */
  readonly act: (files: readonly string[]) => Promise<void>;
  readonly onDone: (files: readonly string[]) => void;
  /** `isFinal`: it is not tried again. */
  readonly onFailure: (message: string, isFinal: boolean) => void;
  /** What is still to be announced has changed. */
  readonly onChange: () => void;
}

/** Carries out announcements, one after the other. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #timers = new Timers<'due'>({});
  #state: Announcement = IDLE;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Files that are not announced yet. */
  get files(): readonly string[] {
    return filesIn(this.#state);
  }

  /** Announces files, after a delay in milliseconds. */
  announce(files: readonly string[], delay: number): void {
    this.#take({ type: 'changed', files, at: now() + delay });
  }

  /** Begins nothing new. Resolves at the end of what runs. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timers.disarmAll();
    await this.#running;
  }

  #take(event: AnnouncementEvent): void {
    this.#state = advance(this.#state, event);
    this.#options.onChange();
    this.#timers.disarm('due');
    if (this.#state.is === 'waiting' && !this.#isStopped)
      this.#timers.arm('due', this.#state.at, () => {
        this.#running = this.#run();
      });
  }

  async #run(): Promise<void> {
    this.#take({ type: 'begun' });
    if (this.#state.is !== 'running') return;
    const { failures } = this.#state;
    const files = [...this.#state.files];
    try {
      await this.#options.act(files);
      this.#options.onDone(files);
      this.#take({ type: 'done' });
    } catch (error) {
      this.#failed((error as Error).message, failures + 1);
    }
  }

  #failed(message: string, failures: number): void {
    const delay = delayAfter(failures, this.#options.retry, Math.random());
    this.#options.onFailure(message, delay === null);
    this.#take({ type: 'failed', retryAt: delay === null ? null : now() + delay });
  }
}
