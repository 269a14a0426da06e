import { after, every, now } from '../../../time/timers.ts';
import type { ActiveHealthOptions } from '../options.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { Attempt, ResponseSink, Upstream } from './upstream.ts';

/** Asks the endpoints of a cluster for a path, at an interval, and tells the cluster which of them answer. */
export class ActiveChecker {
  readonly #cluster: LiveCluster;
  readonly #options: ActiveHealthOptions;
  readonly #stop: () => void;
  readonly #underWay = new Map<number, () => void>();

  constructor(cluster: LiveCluster, options: ActiveHealthOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#stop = every(options.interval, () => this.#checkAll());
    this.#checkAll();
  }

  stop(): void {
    this.#stop();
    for (const giveUp of this.#underWay.values()) giveUp();
  }

  #checkAll(): void {
    for (const [endpoint, upstream] of this.#cluster.upstreams.entries())
      if (!this.#underWay.has(endpoint)) this.#check(endpoint, upstream);
  }

  #check(endpoint: number, upstream: Upstream): void {
    const { path, timeout } = this.#options;
    const { address = '', host = null } = this.#cluster.options.endpoints[endpoint] ?? {};
    const authority = host ?? address;
    const end = (isPassed: boolean | null): void => {
      disarm();
      this.#underWay.delete(endpoint);
      if (isPassed === null) return;
      this.#cluster.policy.checked(endpoint, isPassed, now());
      this.#cluster.look();
    };
    let attempt: Attempt | null = null;
    const giveUp = (isPassed: boolean | null) => (): void => {
      attempt?.abort();
      end(isPassed);
    };
    const disarm = after(timeout, giveUp(false), { ref: false });
    this.#underWay.set(endpoint, giveUp(null));
    const scheme = this.#cluster.options.tls === null ? 'http' : 'https';
    const headers = ['host', authority, 'user-agent', 'sidecarctl-health-check'];
    const isH2 = this.#cluster.options.protocol === 'h2';
    attempt = upstream.send(
      {
        method: 'GET',
        path,
        headers: isH2 ? headers.slice(2) : headers,
        scheme,
        authority,
        body: null,
        trailers: null,
        tunnel: null,
      },
      checkSink(end),
    );
  }
}

/** As Envoy and Gateway API have it, only a 200 passes. The body does not matter, and leaves the connection usable. */
const checkSink = (end: (isPassed: boolean) => void): ResponseSink => {
  let isPassed = false;
  return {
    onConnected: () => undefined,
    onInformation: () => undefined,
    onHead: (status) => {
      isPassed = status === 200;
    },
    onData: () => true,
    onEnd: () => end(isPassed),
    onFailure: () => end(false),
  };
};
