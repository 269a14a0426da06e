/** A process's stdout or stderr, as something that can be paused. */
export interface FlowSource {
  pause(): unknown;
  resume(): unknown;
}

/**
 * Pauses the processes' output while a reader has more than it may keep. Unread output stays in the pipes; once these
 * are full, the processes wait in their writes, as they would in a pipe without sidecarctl.
 *
 * @example
 * flow.join(child.stdout);
 * flow.hold(writer); // until flow.release(writer)
 */
export class Flow {
  readonly #sources = new Set<FlowSource>();
  readonly #holders = new Set<object>();

  /** From now on the other flow pauses whenever this one does, and for its own holders. */
  include(inner: Flow): void {
    this.join({ pause: () => inner.hold(this), resume: () => inner.release(this) });
  }

  get isHeld(): boolean {
    return this.#holders.size > 0;
  }

  join(source: FlowSource): void {
    this.#sources.add(source);
    if (this.isHeld) source.pause();
  }

  /** From now on the source is read even while the flow is paused. */
  leave(source: FlowSource): void {
    if (this.#sources.delete(source) && this.isHeld) source.resume();
  }

  hold(holder: object): void {
    const wasHeld = this.isHeld;
    this.#holders.add(holder);
    if (!wasHeld) for (const source of this.#sources) source.pause();
  }

  release(holder: object): void {
    if (!this.#holders.delete(holder) || this.isHeld) return;
    for (const source of this.#sources) source.resume();
  }
}

/** Lets a source be read for a while, up to a limit, even while the flow is paused. */
export class FlowAllowance {
  readonly #flow: Flow;
  readonly #source: FlowSource;
  #left = 0;

  constructor(flow: Flow, source: FlowSource) {
    this.#flow = flow;
    this.#source = source;
  }

  grant(bytes: number): void {
    this.#left = bytes;
    this.#flow.leave(this.#source);
  }

  spend(bytes: number): void {
    if (this.#left === 0) return;
    this.#left -= bytes;
    if (this.#left <= 0) this.revoke();
  }

  revoke(): void {
    this.#left = 0;
    this.#flow.join(this.#source);
  }
}
