import { now } from '../../../time/timers.ts';
import type { MirrorOptions } from '../options.ts';
import type { Passage } from '../policies/passage.ts';
import { hostOf, portOf } from '../routing/authority.ts';
import { isNamed } from '../routing/raw-headers.ts';
import type { KeptBody } from './kept-body.ts';
import type { LiveCluster, Waiting } from './live-cluster.ts';
import type { Open, Shared } from './scope.ts';
import type { Attempt, AttemptFailure, RawHeaders, ResponseSink, UpstreamRequest } from './upstream.ts';

/** A copy is given up when nothing has come for so many seconds: nobody waits for it. */
const SECONDS = 60;

/**
 * Sends a copy of a share of the requests elsewhere, and forgets what comes back. The request itself does not wait for it,
 * and does not fail with it. The copy of a body goes once the body has come, if it is small enough to be kept.
 */
export const mirror = (
  { cluster: name, percent }: MirrorOptions,
  request: UpstreamRequest,
  body: KeptBody | null,
  shared: Shared,
): void => {
  const cluster = shared.clusterOf(name);
  if (cluster === null || Math.random() * 100 >= percent) return;
  const authority = shadowOf(request.authority);
  const headers = withHeader(request.headers, 'host', authority);
  const send = (bytes: Buffer | null): void =>
    new Copy(cluster, shared).send({
      ...request,
      authority,
      headers,
      body: bytes,
      trailers: null,
      tunnel: null,
    });
  if (body === null) send(null);
  else body.whenWhole(send);
};

/** As Envoy marks them: `localhost-shadow:3000`. */
const shadowOf = (authority: string): string => {
  const port = portOf(authority);
  return `${hostOf(authority)}-shadow${port === null ? '' : `:${port}`}`;
};

/** The headers with another value of one, whose name is in lower case; with `before`, only where that is its value. */
export const withHeader = (headers: RawHeaders, name: string, value: string, before?: string): RawHeaders =>
  headers.map((each, at) =>
    at % 2 === 1 && isNamed(headers[at - 1] ?? '', name) && (before === undefined || before === each)
      ? value
      : each,
  );

/** A request whose response nobody gets. */
class Copy implements ResponseSink, Waiting, Open {
  place = -1;
  readonly #cluster: LiveCluster;
  readonly #shared: Shared;
  #passage: Passage<Waiting> | null = null;
  #attempt: Attempt | null = null;
  #touchedAt = 0;

  constructor(cluster: LiveCluster, shared: Shared) {
    this.#cluster = cluster;
    this.#shared = shared;
  }

  /** To an endpoint that is there now, or to none. */
  send(request: UpstreamRequest): void {
    const { policy, upstreams } = this.#cluster;
    this.#passage = policy.admit(this, null, request.method);
    if (this.#passage === null) return;
    this.#touch();
    this.#shared.open.add(this);
    const picked = policy.start(this.#passage, now(), Math.random(), null);
    const upstream = typeof picked === 'number' ? upstreams[picked] : undefined;
    if (upstream === undefined) this.#end();
    else this.#attempt = upstream.send(request, this);
  }

  onTurn(): void {}

  onConnected(): void {
    if (this.#passage !== null) this.#cluster.policy.connected(this.#passage, now());
  }

  onInformation(): void {}

  onHead(status: number, headers: RawHeaders): void {
    this.#touch();
    if (this.#passage !== null)
      this.#cluster.policy.responded(this.#passage, status, headers, false, now(), 0, 0);
  }

  onData(): boolean {
    this.#touch();
    return true;
  }

  onEnd(): void {
    this.#end();
  }

  onFailure(failure: AttemptFailure): void {
    if (this.#passage !== null) this.#cluster.policy.failed(this.#passage, failure, false, now(), 0);
    this.#end();
  }

  checkIdle(seconds: number): void {
    if (seconds - this.#touchedAt <= SECONDS) return;
    this.#attempt?.abort();
    this.#end();
  }

  #touch(): void {
    this.#touchedAt = this.#shared.clock.seconds;
  }

  #end(): void {
    this.#shared.open.delete(this);
    if (this.#passage !== null) this.#cluster.release(this.#passage);
    this.#passage = null;
  }
}
