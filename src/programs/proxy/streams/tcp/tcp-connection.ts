import type { Socket } from 'node:net';
import { now } from '../../../../time/timers.ts';
import { hashKeyOf } from '../../http/hash-key.ts';
import type { LiveCluster, Waiting } from '../../http/live-cluster.ts';
import { failureCause, refusalCause } from '../../http/refusal-cause.ts';
import type { Open, Scope } from '../../http/scope.ts';
import type { Passage } from '../../policies/passage.ts';
import { type Cause, causeFacts } from '../../routing/cause.ts';
import type { ResponseFlag } from '../../routing/response-flags.ts';
import type { RouteMatch } from '../../routing/router.ts';
import { dial } from '../dial.ts';
import { reset } from '../reset.ts';
import { Tunnel, type TunnelEnd } from '../tunnel.ts';
import { headerOf } from './proxy-protocol.ts';

/** A connection of bytes has nothing that a route could match, or an endpoint be chosen by. */
const NO_REQUEST = { method: '', url: '', headers: [] };

export interface TcpSettings {
  readonly scope: Scope;
  /** Takes a client that no endpoint could be reached for, and of which nothing was read; `null`: it is reset. */
  readonly onUnreachable: ((client: Socket, cause: Cause) => void) | null;
  readonly onEnd: () => void;
}

/** The life of one connection of bytes: its endpoint, which may have to be waited for, and what passes between them. */
export class TcpConnection implements Waiting, Open {
  place = -1;
  readonly #client: Socket;
  readonly #settings: TcpSettings;
  readonly #ip: string;
  readonly #startTime = Date.now();
  readonly #startedAt = now();
  #match: RouteMatch | null = null;
  #cluster: LiveCluster | null = null;
  #passage: Passage<Waiting> | null = null;
  #endpoint = -1;
  #lastFailure: Cause | null = null;
  #stopDialing: (() => void) | null = null;
  #tunnel: Tunnel | null = null;
  #hasEnded = false;

  constructor(client: Socket, settings: TcpSettings) {
    this.#client = client;
    this.#settings = settings;
    this.#ip = client.remoteAddress ?? '';
    client.on('error', nothing).once('close', this.#onClientGone);
  }

  start(): void {
    const { shared, router, routes } = this.#settings.scope;
    shared.open.add(this);
    const match = router(NO_REQUEST);
    const cluster = shared.clusterOf(match?.route.pickCluster(Math.random()) ?? '');
    if (match === null || cluster === null) return this.#unreachable({ kind: 'no-cluster' });
    this.#match = match;
    this.#cluster = cluster;
    this.#passage = cluster.policy.admit(this, routes.of(match.route.options).retry, 'CONNECT');
    if (this.#passage === null) this.#unreachable(refusalCause('too-many', cluster, shared.processAt));
    else this.onTurn();
  }

  onTurn(): void {
    const [cluster, passage] = [this.#cluster, this.#passage];
    if (this.#hasEnded || cluster === null || passage === null) return;
    const key = hashKeyOf(cluster.options.loadBalancer, { ...NO_REQUEST, ip: this.#ip });
    const picked = cluster.policy.start(passage, now(), Math.random(), key);
    cluster.look();
    if (typeof picked === 'number') this.#dial(cluster, passage, picked);
    else if (picked !== 'waits') {
      const { processAt } = this.#settings.scope.shared;
      const wasRefused = picked === 'none-ready' ? this.#lastFailure : null;
      this.#unreachable(wasRefused ?? refusalCause(picked, cluster, processAt));
    }
  }

  checkIdle(seconds: number): void {
    this.#tunnel?.checkIdle(seconds);
  }

  endTunnel(): void {
    if (this.#tunnel === null) this.#client.destroy();
    else this.#tunnel.end();
  }

  #dial(cluster: LiveCluster, passage: Passage<Waiting>, endpoint: number): void {
    const to = cluster.dials[endpoint];
    if (to === undefined) throw new Error(`${cluster.name} has no endpoint ${endpoint}`);
    this.#endpoint = endpoint;
    const preface = cluster.options.proxyProtocol === null ? null : headerOf(this.#client);
    this.#stopDialing = dial(
      { ...to, preface, allowHalfOpen: true },
      {
        onOpen: (upstream) => this.#join(cluster, passage, upstream),
        onFailure: (failure, cause) => {
          this.#stopDialing = null;
          const { shared } = this.#settings.scope;
          const { address = '' } = cluster.options.endpoints[endpoint] ?? {};
          const failed = { failure, error: cause.message, address, within: 0 };
          this.#lastFailure = failureCause(failed, cluster, shared.processAt);
          cluster.stats.connectFailures += 1;
          const verdict = cluster.policy.failed(passage, failure, true, now(), Math.random());
          cluster.look();
          if (verdict !== 'waits') this.#unreachable(this.#lastFailure);
        },
      },
    );
  }

  #join(cluster: LiveCluster, passage: Passage<Waiting>, upstream: Socket): void {
    this.#stopDialing = null;
    const at = now();
    cluster.policy.connected(passage, at);
    // A connection that is open is all that an endpoint of bytes can do well.
    cluster.policy.responded(passage, 200, [], false, at, 0, 0);
    cluster.policy.lasts(passage);
    cluster.look();
    this.#client.off('close', this.#onClientGone);
    this.#tunnel = new Tunnel({
      ...{ client: this.#client, upstream, clock: this.#settings.scope.shared.clock },
      idleTimeout: this.#match?.route.options.timeouts.idle ?? 0,
      onEnd: (end) => this.#end(end, end.flag),
    });
  }

  #unreachable(cause: Cause): void {
    const { onUnreachable } = this.#settings;
    this.#client.off('close', this.#onClientGone);
    if (onUnreachable === null) {
      reset(this.#client);
      return this.#end(NO_BYTES, causeFacts(cause).flag);
    }
    this.#leave();
    onUnreachable(this.#client, cause);
  }

  readonly #onClientGone = (): void => {
    this.#stopDialing?.();
    this.#end(NO_BYTES, 'DC');
  };

  #end({ bytesReceived, bytesSent }: Omit<TunnelEnd, 'flag'>, flag: ResponseFlag | null): void {
    if (this.#hasEnded) return;
    this.#leave();
    const { shared, stats } = this.#settings.scope;
    const record = {
      ...{ startTime: this.#startTime, duration: now() - this.#startedAt, bytesReceived, bytesSent },
      ...{
        method: null,
        path: null,
        protocol: null,
        responseCode: 0,
        responseFlags: flag === null ? [] : [flag],
      },
      ...{
        upstreamServiceTime: null,
        forwardedFor: this.#ip,
        userAgent: null,
        requestId: null,
        authority: null,
      },
      upstreamHost: this.#cluster?.options.endpoints[this.#endpoint]?.address ?? null,
      upstreamCluster: this.#cluster?.name ?? null,
    };
    stats.served(record);
    shared.log(record);
  }

  #leave(): void {
    this.#hasEnded = true;
    if (this.#passage !== null) this.#cluster?.release(this.#passage);
    this.#settings.scope.shared.open.delete(this);
    this.#settings.onEnd();
  }
}

const NO_BYTES = { bytesReceived: 0, bytesSent: 0 };

const nothing = (): void => undefined;
