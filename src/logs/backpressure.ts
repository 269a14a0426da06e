/** A process's stdout or stderr, as something that can be paused. */
export interface PausableSource {
  pause(): unknown;
  resume(): unknown;
}

/**
 * Pauses the processes' output while a reader has more than it may keep. Unread output stays in the pipes; once these
 * are full, the processes wait in their writes, as they would in a pipe without sidecarctl.
 *
 * @example
 * backpressure.join(child.stdout);
 * backpressure.pause(writer); // until backpressure.resume(writer)
 */
export class Backpressure {
  readonly #sources = new Set<PausableSource>();
  readonly #holders = new Set<object>();

  /** From now on the other one pauses whenever this one does, and for its own holders. */
  include(inner: Backpressure): void {
    this.join({ pause: () => inner.pause(this), resume: () => inner.resume(this) });
  }

  get isPaused(): boolean {
    return this.#holders.size > 0;
  }

  join(source: PausableSource): void {
    this.#sources.add(source);
    if (this.isPaused) source.pause();
  }

  /** From now on the source is read even while output is paused. */
  leave(source: PausableSource): void {
    if (this.#sources.delete(source) && this.isPaused) source.resume();
  }

  pause(holder: object): void {
    const wasPaused = this.isPaused;
    this.#holders.add(holder);
    if (!wasPaused) for (const source of this.#sources) source.pause();
  }

  resume(holder: object): void {
    if (!this.#holders.delete(holder) || this.isPaused) return;
    for (const source of this.#sources) source.resume();
  }
}

/** Lets a source be read for a while, up to a limit, even while output is paused. */
export class ReadAllowance {
  readonly #backpressure: Backpressure;
  readonly #source: PausableSource;
  #left = 0;

  constructor(backpressure: Backpressure, source: PausableSource) {
    this.#backpressure = backpressure;
    this.#source = source;
  }

  grant(bytes: number): void {
    this.#left = bytes;
    this.#backpressure.leave(this.#source);
  }

  spend(bytes: number): void {
    if (this.#left === 0) return;
    this.#left -= bytes;
    if (this.#left <= 0) this.revoke();
  }

  revoke(): void {
    this.#left = 0;
    this.#backpressure.join(this.#source);
  }
}
