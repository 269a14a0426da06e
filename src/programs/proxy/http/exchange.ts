import type { Duplex } from 'node:stream';
import { after, now } from '../../../time/timers.ts';
import type { Refusal, Verdict } from '../policies/cluster.ts';
import type { Passage } from '../policies/passage.ts';
import type { Failure } from '../policies/retry.ts';
import type { AccessRecord } from '../routing/access-log.ts';
import type { Cause } from '../routing/cause.ts';
import { type ForwardedHeaders, forwardHeaders } from '../routing/forward-headers.ts';
import { ownAnswer } from '../routing/own-answer.ts';
import { headerIn } from '../routing/raw-headers.ts';
import type { ResponseFlag } from '../routing/response-flags.ts';
import { rewriteUrl } from '../routing/rewrite.ts';
import type { RouteMatch } from '../routing/router.ts';
import { Tunnel } from '../streams/tunnel.ts';
import type { RequestTrace } from '../tracing/request-trace.ts';
import type { ClientListener, Downstream } from './downstream.ts';
import { type Filtered, filter } from './filters.ts';
import { hashKeyOf } from './hash-key.ts';
import { KeptBody } from './kept-body.ts';
import type { LiveCluster, Waiting } from './live-cluster.ts';
import type { LiveRoute } from './live-route.ts';
import { mirror, withHeader } from './mirror.ts';
import { failureCause, refusalCause } from './refusal-cause.ts';
import type { Open, Scope } from './scope.ts';
import type { Attempt, AttemptFailure, RawHeaders, ResponseSink, UpstreamRequest } from './upstream.ts';

const NO_FLAGS: readonly ResponseFlag[] = [];
const NO_TRAILERS: RawHeaders = [];

/** How the last attempt has failed. */
interface LastFailure {
  readonly failure: Failure;
  readonly error: string;
  readonly address: string;
}

/** `OPTIONS *` is about a server, and no route leads to one. */
const hasPath = ({ method, url }: Downstream): boolean => method === 'CONNECT' || url.startsWith('/');

/** The life of one request: its route, its attempts, and the response. */
export class Exchange implements ResponseSink, ClientListener, Waiting, Open {
  place = -1;
  readonly #client: Downstream;
  readonly #scope: Scope;
  readonly #startTime = Date.now();
  readonly #startedAt = now();
  #match: RouteMatch | null = null;
  #live: LiveRoute | null = null;
  #cluster: LiveCluster | null = null;
  #passage: Passage<Waiting> | null = null;
  #trace: RequestTrace | null = null;
  #traceparent: string | null = null;
  #forwarded: ForwardedHeaders | null = null;
  #headers: RawHeaders = NO_TRAILERS;
  #host = '';
  #path = '';
  #body: KeptBody | null = null;
  #attempt: Attempt | null = null;
  #tunnel: Tunnel | null = null;
  #attemptAt = 0;
  #endpoint = -1;
  #lastFailure: LastFailure | null = null;
  #stopTry: (() => void) | null = null;
  #stopRequest: (() => void) | null = null;
  #flags = NO_FLAGS;
  #status = 0;
  #serviceTime: number | null = null;
  #received = 0;
  #sent = 0;
  #touchedAt: number;
  #hasEnded = false;

  constructor(client: Downstream, scope: Scope) {
    this.#client = client;
    this.#scope = scope;
    this.#touchedAt = scope.shared.clock.seconds;
    client.listener = this;
  }

  start(): void {
    this.#begin();
    if (!hasPath(this.#client)) return this.#answer({ kind: 'bad-request', error: 'it is for no path' });
    const match = this.#scope.router(this.#client);
    if (match === null) return this.#answer({ kind: 'no-route' });
    this.#match = match;
    const live = this.#scope.routes.of(match.route.options);
    this.#live = live;
    const { request } = match.route.options.timeouts;
    if (request > 0) this.#stopRequest = after(request, () => this.#timedOut(request));
    const filtered = filter(this.#client, match, live);
    if (filtered === null) return this.#route(match);
    if (filtered.delay === 0) return this.#finishEarly(filtered.answer, match);
    this.#flags = [...this.#flags, 'DI'];
    this.#stopTry = after(filtered.delay, () => this.#finishEarly(filtered.answer, match));
  }

  /** Answers in place of an endpoint, before anything else. */
  refuse(cause: Cause): void {
    this.#begin();
    this.#answer(cause);
  }

  onConnected(): void {
    const { cluster, passage } = this.#under;
    cluster.policy.connected(passage, now());
    cluster.look();
  }

  onInformation(status: number, headers: RawHeaders): void {
    this.#touch();
    this.#client.inform(status, headers);
  }

  onHead(status: number, headers: RawHeaders, isWhole: boolean): void {
    this.#touch();
    const { cluster, passage } = this.#under;
    const at = now();
    const { policy } = cluster;
    this.#trace?.responded(status, headers);
    const mayGoAgain = this.#canSendAgain;
    const verdict = policy.responded(passage, status, headers, mayGoAgain, at, Math.random(), Date.now());
    if (verdict === 'waits') {
      cluster.stats.responded(status, at - this.#attemptAt);
      this.#trace?.endTry(at, null);
      this.#giveUpAttempt();
      return cluster.look();
    }
    cluster.look();
    this.#serviceTime = at - this.#attemptAt;
    cluster.stats.responded(status, this.#serviceTime);
    this.#note(verdict);
    this.#stopTimerOfTry();
    this.#limitRest(at);
    this.#body?.forget();
    this.#respond(status, headers, isWhole);
  }

  onTunnel(status: number, headers: RawHeaders, upstream: Duplex): void {
    const { route } = this.#match as RouteMatch;
    const { cluster, passage } = this.#under;
    const { tunnel } = this.#client;
    if (tunnel === null) throw new Error('a tunnel has come for a request that did not ask for one');
    const at = now();
    cluster.policy.responded(passage, status, headers, false, at, 0, 0);
    cluster.policy.lasts(passage);
    cluster.look();
    this.#serviceTime = at - this.#attemptAt;
    cluster.stats.responded(status, this.#serviceTime);
    this.#stopTimerOfTry();
    this.#stopRequest?.();
    this.#attempt = null;
    const upgraded = this.#client.protocol === 'HTTP/2' ? 200 : 101;
    this.#status = tunnel.protocol === 'CONNECT' ? status : upgraded;
    this.#trace?.responded(status, headers);
    this.#trace?.endTry(at, null);
    this.#finishTrace(at);
    this.#client.listener = null;
    this.#tunnel = new Tunnel({
      client: tunnel.open(status, route.changeResponse(headers)),
      upstream,
      idleTimeout: route.options.timeouts.idle,
      clock: this.#scope.shared.clock,
      onEnd: ({ bytesReceived, bytesSent, flag }) => {
        this.#received += bytesReceived;
        this.#sent += bytesSent;
        if (flag !== null) this.#flags = [...this.#flags, flag];
        this.#end();
      },
    });
  }

  onData(chunk: Buffer): boolean {
    this.#touch();
    this.#sent += chunk.length;
    return this.#client.write(chunk);
  }

  onEnd(trailers: RawHeaders): void {
    this.#attempt = null;
    this.#trace?.responded(this.#status, trailers);
    this.#trace?.endTry(now(), null);
    this.#client.end(trailers);
    this.#end();
  }

  onFailure(failure: AttemptFailure, cause: Error): void {
    this.#failed(failure, cause.message, 0);
  }

  onDrain(): void {
    this.#touch();
    this.#attempt?.resume();
  }

  onGone(): void {
    if (this.#hasEnded) return;
    this.#flags = [...this.#flags, 'DC'];
    this.#giveUpAttempt();
    this.#end();
  }

  onMalformed(status: number): void {
    if (this.#hasEnded) return;
    this.#flags = [...this.#flags, 'DPE'];
    this.#status = status;
    this.#giveUpAttempt();
    this.#end();
  }

  onTurn(): void {
    if (!this.#hasEnded) this.#next();
  }

  endTunnel(): void {
    this.#tunnel?.end();
  }

  checkIdle(seconds: number): void {
    if (this.#tunnel !== null) return this.#tunnel.checkIdle(seconds);
    const idle = this.#match?.route.options.timeouts.idle ?? 0;
    if (idle === 0 || (seconds - this.#touchedAt) * 1000 < idle + 1000) return;
    this.#giveUpAttempt();
    this.#stopWith(
      { kind: 'stream-idle', after: idle, cluster: this.#cluster?.options.label ?? '', process: null },
      'SI',
    );
  }

  /** The cluster and the passage of a request that is under way. */
  get #under(): { readonly cluster: LiveCluster; readonly passage: Passage<Waiting> } {
    const [cluster, passage] = [this.#cluster, this.#passage];
    if (cluster === null || passage === null)
      throw new Error('a response has come for a request that is in no cluster');
    return { cluster, passage };
  }

  get #canSendAgain(): boolean {
    return this.#status === 0 && (this.#body?.canSendAgain ?? true);
  }

  #begin(): void {
    const { shared, stats } = this.#scope;
    shared.open.add(this);
    stats.openRequests += 1;
    this.#trace = shared.tracer?.begin(this.#client.headers, this.#startTime, this.#startedAt) ?? null;
  }

  #finishEarly(answer: Filtered['answer'], match: RouteMatch): void {
    this.#stopTry = null;
    if (this.#hasEnded) return;
    if (answer === null) this.#route(match);
    else if ('kind' in answer) this.#answer(answer);
    else {
      this.#status = answer.status;
      this.#trace?.responded(answer.status, answer.headers);
      this.#client.respond(answer.status, answer.headers, true);
      this.#client.end(NO_TRAILERS);
      this.#end();
    }
  }

  #route({ route, prefix }: RouteMatch): void {
    const { shared } = this.#scope;
    const cluster = shared.clusterOf(route.pickCluster(Math.random()) ?? '');
    if (cluster === null) return this.#answer({ kind: 'no-cluster' });
    this.#cluster = cluster;
    const { method, url, body } = this.#client;
    const { urlRewrite, retry } = route.options;
    this.#path = urlRewrite === null ? url : rewriteUrl(url, urlRewrite, prefix);
    const passage = cluster.policy.admit(this, this.#live?.retry ?? null, method);
    if (passage === null) return this.#refuse('too-many');
    this.#passage = passage;
    const onBytes = (count: number): void => this.#receive(count);
    if (body !== null)
      this.#body = new KeptBody(body, { limit: retry.bodyLimit, held: shared.held, onBytes });
    this.#next();
  }

  #next(): void {
    const { cluster, passage } = this.#under;
    const key = hashKeyOf(cluster.options.loadBalancer, this.#client);
    const picked = cluster.policy.start(passage, now(), Math.random(), key);
    cluster.look();
    if (typeof picked === 'number') this.#send(cluster, picked);
    else if (picked !== 'waits') this.#refuse(picked);
  }

  #send(cluster: LiveCluster, endpoint: number): void {
    this.#endpoint = endpoint;
    this.#attemptAt = now();
    this.#setHeaders(cluster, endpoint);
    if (this.#forwarded?.isLoop === true) return this.#answer({ kind: 'loop' });
    if (this.#trace !== null) this.#traceTry(this.#trace, cluster, endpoint);
    this.#startTimerOfTry();
    this.#attempt = cluster.send(
      endpoint,
      this.#request(this.#body?.open() ?? null),
      this,
      this.#client.connection,
    );
  }

  #traceTry(trace: RequestTrace, { options, name }: LiveCluster, endpoint: number): void {
    const { address = '', host = null } = options.endpoints[endpoint] ?? {};
    trace.startTry({
      ...{ start: this.#attemptAt, method: this.#client.method, path: this.#path, address },
      ...{ scheme: options.tls === null ? 'http' : 'https', host: host ?? address },
      ...{ protocol: options.protocol === 'h2' ? 'h2' : 'http/1.1', cluster: name },
    });
  }

  /** They are the same for every attempt, except that endpoints may be hosts of their own, and that each is a span. */
  #setHeaders(cluster: LiveCluster, endpoint: number): void {
    const { headers, ip, scheme, authority } = this.#client;
    const { route } = this.#match as RouteMatch;
    const { urlRewrite, requestMirror } = route.options;
    const host = cluster.options.endpoints[endpoint]?.host ?? urlRewrite?.hostname ?? authority;
    const before = { host: this.#host, traceparent: this.#traceparent };
    this.#host = host;
    this.#traceparent = this.#trace?.traceparent ?? null;
    if (this.#forwarded !== null) {
      if (host !== before.host) this.#headers = withHeader(this.#headers, 'host', host);
      if (this.#traceparent !== null && before.traceparent !== null)
        this.#headers = withHeader(this.#headers, 'traceparent', this.#traceparent, before.traceparent);
      return;
    }
    const isH2 = cluster.options.protocol === 'h2';
    this.#forwarded = forwardHeaders({
      headers,
      ip,
      scheme,
      authority,
      forwarded: this.#scope.forwarded,
      host: isH2 ? null : host,
      isUpgrade: this.#client.tunnel !== null && !isH2,
      keepsTe: isH2,
      traceparent: this.#traceparent,
      startsSampled: this.#scope.shared.tracer === null || this.#trace !== null,
    });
    this.#headers = route.changeRequest(this.#forwarded.headers);
    if (requestMirror !== null && !this.#forwarded.isLoop)
      mirror(requestMirror, this.#request(null), this.#body, this.#scope.shared);
  }

  #request(body: UpstreamRequest['body']): UpstreamRequest {
    const { method, scheme, trailers, tunnel } = this.#client;
    return {
      method,
      path: this.#path,
      headers: this.#headers,
      scheme,
      authority: this.#host,
      body,
      trailers,
      tunnel: tunnel?.protocol ?? null,
    };
  }

  #respond(status: number, headers: RawHeaders, isWhole: boolean): void {
    const { route } = this.#match as RouteMatch;
    this.#status = status;
    const changed = route.changeResponse(headers);
    const allowed = route.cors === null ? changed : route.cors.allow(this.#client, changed);
    this.#client.respond(status, allowed, isWhole);
  }

  #failed(failure: Failure, error: string, within: number): void {
    this.#attempt = null;
    this.#body?.closeReader();
    this.#stopTimerOfTry();
    this.#trace?.endTry(now(), failure);
    const { cluster, passage } = this.#under;
    if (this.#status !== 0) {
      // It counts for the health of the endpoint all the same.
      cluster.policy.failed(passage, failure, false, now(), 0);
      return this.#stopWith(null, 'UC');
    }
    const { address = '' } = cluster.options.endpoints[this.#endpoint] ?? {};
    this.#lastFailure = { failure, error, address };
    if (failure === 'connect-failure' || failure === 'connect-timeout') cluster.stats.connectFailures += 1;
    if (failure === 'per-try-timeout') cluster.stats.timeouts += 1;
    const verdict = cluster.policy.failed(passage, failure, this.#canSendAgain, now(), Math.random());
    cluster.look();
    this.#note(verdict);
    if (verdict !== 'waits')
      this.#answer(failureCause({ ...this.#lastFailure, within }, cluster, this.#scope.shared.processAt));
  }

  /** A request that was refused a connection, and then has waited for long enough, says so. */
  #refuse(refusal: Refusal | 'too-many'): void {
    const { processAt } = this.#scope.shared;
    const cluster = this.#cluster as LiveCluster;
    const wasRefused = refusal === 'none-ready' && this.#lastFailure !== null;
    this.#answer(
      wasRefused && this.#lastFailure !== null
        ? failureCause({ ...this.#lastFailure, within: 0 }, cluster, processAt)
        : refusalCause(refusal, cluster, processAt),
    );
  }

  #timedOut(within: number): void {
    this.#stopRequest = null;
    const { label = '' } = this.#cluster?.options ?? {};
    if (this.#cluster !== null) this.#cluster.stats.timeouts += 1;
    if (this.#attempt !== null) {
      this.#giveUpAttempt();
      const { cluster, passage } = this.#under;
      if (this.#status === 0) cluster.policy.failed(passage, 'timeout', false, now(), 0);
    }
    this.#stopWith({ kind: 'timeout', after: within, cluster: label, process: null }, 'UT');
  }

  /** Ends the request: with an answer if none has begun, else so that the client can tell. */
  #stopWith(cause: Cause | null, flag: ResponseFlag): void {
    if (this.#hasEnded) return;
    if (this.#status === 0 && cause !== null) return this.#answer(cause);
    this.#flags = [...this.#flags, flag];
    this.#client.cut();
    this.#end();
  }

  #answer(cause: Cause): void {
    if (this.#hasEnded) return;
    const { proxy } = this.#scope.shared;
    const { status, headers, body, flags } = ownAnswer(cause, {
      proxy,
      request: this.#client,
      flags: this.#flags,
    });
    this.#flags = flags;
    this.#status = status;
    this.#endOpenTry();
    this.#trace?.responded(status, headers);
    this.#client.respond(status, headers, body === '');
    if (body !== '') {
      const bytes = Buffer.from(body);
      this.#sent += bytes.length;
      this.#client.write(bytes);
    }
    this.#client.end(NO_TRAILERS);
    this.#end();
  }

  #giveUpAttempt(): void {
    this.#attempt?.abort();
    this.#attempt = null;
    this.#body?.closeReader();
    this.#stopTimerOfTry();
  }

  #startTimerOfTry(): void {
    const perTry = this.#live?.perTry ?? 0;
    if (perTry === 0) return;
    this.#stopTry = after(perTry, () => {
      this.#stopTry = null;
      this.#attempt?.abort();
      this.#failed('per-try-timeout', '', perTry);
    });
  }

  /** The whole response of an attempt has its time, not only the head. */
  #limitRest(at: number): void {
    const within = this.#live?.backendRequest ?? 0;
    if (within === 0) return;
    this.#stopTry = after(this.#attemptAt + within - at, () => {
      this.#stopTry = null;
      this.#giveUpAttempt();
      this.#stopWith(null, 'UT');
    });
  }

  #stopTimerOfTry(): void {
    if (this.#stopTry === null) return;
    this.#stopTry();
    this.#stopTry = null;
  }

  #note(verdict: Verdict): void {
    if (verdict === 'retries-used-up') this.#flags = [...this.#flags, 'URX'];
  }

  #receive(count: number): void {
    this.#touch();
    this.#received += count;
  }

  #touch(): void {
    this.#touchedAt = this.#scope.shared.clock.seconds;
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#client.listener = null;
    this.#stopTimerOfTry();
    this.#stopRequest?.();
    this.#body?.forget();
    if (this.#cluster !== null && this.#passage !== null) this.#cluster.release(this.#passage);
    this.#scope.shared.open.delete(this);
    this.#tell();
    this.#endOpenTry();
    this.#finishTrace(now());
  }

  /** A try that was given up took too long, or its client has gone. */
  #endOpenTry(): void {
    this.#trace?.endTry(now(), this.#flags.includes('DC') ? 'canceled' : 'timeout');
  }

  /** A tunnel's is over once it is open: what goes through it is no response. */
  #finishTrace(at: number): void {
    const trace = this.#trace;
    if (trace === null) return;
    this.#trace = null;
    trace.finish(at, {
      request: this.#client,
      ...{ route: this.#match?.path ?? null, flags: this.#flags },
    });
  }

  #tell(): void {
    const { method, url, protocol, headers, authority } = this.#client;
    const { shared, stats } = this.#scope;
    const record: AccessRecord = {
      startTime: this.#startTime,
      method,
      path: url,
      protocol,
      authority,
      responseCode: this.#status,
      responseFlags: this.#flags,
      bytesReceived: this.#received,
      bytesSent: this.#sent,
      duration: now() - this.#startedAt,
      upstreamServiceTime: this.#serviceTime,
      userAgent: headerIn(headers, 'user-agent'),
      forwardedFor: this.#forwarded?.forwardedFor ?? null,
      requestId: this.#forwarded?.requestId ?? headerIn(headers, 'x-request-id'),
      upstreamHost: this.#cluster?.options.endpoints[this.#endpoint]?.address ?? null,
      upstreamCluster: this.#cluster?.name ?? null,
    };
    stats.openRequests -= 1;
    stats.served(record);
    shared.log(record);
  }
}
