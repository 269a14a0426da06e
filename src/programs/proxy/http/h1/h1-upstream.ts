import type { Attempt, ResponseSink, Upstream, UpstreamRequest } from '../upstream.ts';
import { H1Attempt } from './attempt.ts';
import type { Lane, LaneSettings } from './lane.ts';

/** undici takes as long to load as everything else of a proxy: `null` until it is loaded. */
let NewLane: typeof Lane | null = null;

/** Loads what sends requests, which the first request would do otherwise. */
export const loadLanes = async (): Promise<typeof Lane> => {
  NewLane ??= (await import('./lane.ts')).Lane;
  return NewLane;
};

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
    const idle = this.#idle.pop();
    if (idle !== undefined) attempt.sendOn(idle);
    else if (NewLane !== null) attempt.sendOn(this.#newLane(NewLane));
    else void loadLanes().then((loaded) => attempt.sendOn(this.#newLane(loaded)));
    return attempt;
  }

  close(): void {
    this.#isClosed = true;
    for (const lane of this.#idle) this.#drop(lane);
    this.#idle = [];
  }

  onStale(attempt: H1Attempt): void {
    void loadLanes().then((loaded) => attempt.sendOn(this.#newLane(loaded)));
  }

  onDone(lane: Lane, isReusable: boolean): void {
    if (!isReusable || this.#isClosed) return this.#drop(lane);
    lane.wasUsed = true;
    this.#idle.push(lane);
  }

  #newLane(Loaded: typeof Lane): Lane {
    const lane = new Loaded(this.#settings, (closed) => this.#onClosed(closed));
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
