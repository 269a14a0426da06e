import type { Attempt, ResponseSink, Upstream, UpstreamRequest } from '../upstream.ts';
import { H1Attempt } from './attempt.ts';
import { Lane, type LaneSettings } from './lane.ts';

/** HTTP/1.1 to one endpoint, by undici, with as many connections as there are requests at the same time. */
export class H1Upstream implements Upstream {
  readonly #settings: LaneSettings;
  readonly #lanes = new Set<Lane>();
  /** The newest last: it is used first, and the others become old and are closed. */
  #idle: Lane[] = [];
  #isClosed = false;

  constructor(settings: LaneSettings) {
    this.#settings = settings;
  }

  get openConnections(): number {
    let count = 0;
    for (const { isOpen } of this.#lanes) if (isOpen) count += 1;
    return count;
  }

  send(request: UpstreamRequest, sink: ResponseSink): Attempt {
    const attempt = new H1Attempt(request, sink, this);
    attempt.sendOn(this.#idle.pop() ?? this.#newLane());
    return attempt;
  }

  close(): void {
    this.#isClosed = true;
    for (const lane of this.#idle) this.#drop(lane);
    this.#idle = [];
  }

  onStale(attempt: H1Attempt): void {
    attempt.sendOn(this.#newLane());
  }

  onDone(lane: Lane, isReusable: boolean): void {
    if (!isReusable || this.#isClosed) return this.#drop(lane);
    lane.wasUsed = true;
    this.#idle.push(lane);
  }

  #newLane(): Lane {
    const lane = new Lane(this.#settings, (closed) => this.#onClosed(closed));
    this.#lanes.add(lane);
    return lane;
  }

  /** A connection that was closed while it was idle is of no use any more. */
  #onClosed(lane: Lane): void {
    const at = this.#idle.indexOf(lane);
    if (at === -1) return;
    this.#idle.splice(at, 1);
    this.#drop(lane);
  }

  #drop(lane: Lane): void {
    this.#lanes.delete(lane);
    lane.close();
  }
}
