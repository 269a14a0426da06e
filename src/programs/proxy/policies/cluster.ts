import type { RawHeaders } from '../http/upstream.ts';
import type { ClusterOptions } from '../options.ts';
import { ActiveChecks } from './active-checks.ts';
import type { Balancer } from './balancers/balancer.ts';
import { newBalancer } from './balancers/new-balancer.ts';
import { Breaker } from './breaker.ts';
import { Endpoints } from './endpoints.ts';
import { statusOf } from './grpc-status.ts';
import { isIdempotent, isRefusal, resendAfter } from './hold.ts';
import { Limits } from './limits.ts';
import { OutlierDetection } from './outlier.ts';
import { Passage } from './passage.ts';
import type { Failure, RetryPolicy } from './retry.ts';

/**
 * Why a request is sent to no endpoint: the breaker is open (`trip`), too many wait already (`UO`), none is ready or all refuse
 * connections and it has waited long enough (`UH`, or `UF` if it was refused itself), or all are ejected or fail their checks (`UH`).
 */
export type Refusal = 'open' | 'overflow' | 'none-ready' | 'none-healthy';

/** What becomes of a request after an attempt. All but `waits`: nothing more, what the attempt has given is the answer. */
export type Verdict = 'waits' | 'not-retried' | 'retries-used-up' | 'retry-overflow';

/**
 * All that a proxy decides about the requests to one cluster: how many, to which endpoint, whether again and when. It has no clock
 * and no timers. Times are milliseconds of one clock, random numbers are from 0 to 1 without 1.
 *
 * Its owner calls `wake` whenever `wakeAt` has come, which any call may bring forward, even to now.
 *
 * @example
 * const passage = cluster.admit(exchange, route.retry, 'GET');
 * if (passage === null) return answer(503, 'UO');
 * const endpoint = cluster.start(passage, now, Math.random(), hashKey);
 * if (typeof endpoint === 'number') send(endpoint); // then failed or responded; release in any case
 * else if (endpoint !== 'waits') answer(503, endpoint); // a passage that waits comes back from `wake`, to be started again
 */
export class Cluster<Owner> {
  readonly options: ClusterOptions;
  readonly limits: Limits;
  readonly endpoints: Endpoints;
  readonly outlier: OutlierDetection | null;
  readonly breaker: Breaker | null;
  readonly counters = new ClusterCounters();
  /** `wake` is to be called then; it may have passed. */
  wakeAt = Number.POSITIVE_INFINITY;
  readonly #balancer: Balancer;
  readonly #checks: ActiveChecks | null;
  readonly #waiting = new Set<Passage<Owner>>();
  /** A connection of HTTP/1.1 carries one request: more attempts than connections would wait somewhere else. */
  readonly #mostAttempts: number;
  #attempts = 0;
  #waitForConnection = 0;
  /** Connections that are open, of a protocol with more than one request on each. */
  connections = 0;

  constructor(options: ClusterOptions, now: number) {
    const { endpoints, circuitBreaker, passive, active } = options;
    this.options = options;
    this.limits = new Limits(circuitBreaker);
    this.outlier = passive === null ? null : new OutlierDetection(passive, endpoints.length, now);
    this.breaker = circuitBreaker.trip === null ? null : new Breaker(circuitBreaker.trip, now);
    this.endpoints = new Endpoints(endpoints, (endpoint) => this.outlier?.isEjected(endpoint) ?? false);
    this.#balancer = newBalancer(options.loadBalancer, endpoints, this.endpoints.active);
    this.#checks = active === null ? null : new ActiveChecks(active, endpoints.length);
    this.#mostAttempts = options.protocol === 'h2' ? Number.POSITIVE_INFINITY : circuitBreaker.maxConnections;
    for (const [endpoint, { isProcess }] of endpoints.entries()) if (!isProcess) this.outlier?.join(endpoint);
  }

  /** Attempts under way. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Requests that wait for anything. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Lets a request in, to be released in any case; `null`: there are `maxParallelRequests` already. */
  admit(owner: Owner, retry: RetryPolicy | null, method: string): Passage<Owner> | null {
    if (this.limits.freeRequests <= 0) {
      this.counters.requestOverflows += 1;
      return null;
    }
    this.limits.requests += 1;
    return new Passage(owner, retry, isIdempotent(method));
  }

  /**
   * Chooses an endpoint for an attempt, which then is under way until `failed`, `release`, or a `responded` that waits.
   *
   * @param key what requests that belong together have in common, for `ConsistentHash`
   */
  start(
    passage: Passage<Owner>,
    now: number,
    random: number,
    key: string | null,
  ): number | 'waits' | Refusal {
    const { waitsFor } = passage;
    if (this.breaker !== null && !this.breaker.mayPass(now)) return 'open';
    if (waitsFor === 'endpoint' && passage.dueAt <= now && !this.#canChoose(now)) return this.#whyNone;
    if (!this.#hasRoomFor(waitsFor)) return this.#wait(passage, 'connection', now);
    const endpoint = this.#choose(passage, now, random, key);
    if (endpoint < 0) return this.#waitForEndpoint(passage, now);
    this.#stopWaiting(passage, now);
    this.#begin(passage, endpoint);
    return endpoint;
  }

  /** The connection of the attempt is open. */
  connected(passage: Passage<Owner>, now: number): void {
    if (passage.endpoint >= 0) this.#isUp(passage.endpoint, now);
  }

  /** The attempt has ended without a whole response. Does nothing when none is under way. */
  failed(
    passage: Passage<Owner>,
    failure: Failure,
    canSendAgain: boolean,
    now: number,
    random: number,
  ): Verdict {
    if (passage.endpoint < 0) return 'not-retried';
    const isHeld = this.options.holdFor > 0 && isRefusal(failure);
    if (isHeld) this.#isDown(passage, now);
    else this.#report(passage, failure === 'per-try-timeout' || failure === 'timeout' ? 504 : 503, now);
    if (!isHeld) passage.tried = [...(passage.tried ?? []), passage.endpoint];
    this.#endAttempt(passage, now);
    if (!canSendAgain) return 'not-retried';
    if (isHeld && this.#hold(passage, now)) return 'waits';
    const verdict = this.#decide(passage, passage.retry?.isForFailure(failure) ?? false);
    if (verdict === 'waits')
      this.#backOff(passage, passage.retry?.backOff(passage.retries, random) ?? 0, now);
    else if (this.#resend(passage, failure, now)) return 'waits';
    return verdict;
  }

  /**
   * The head of a response is there. `waits`: it is one to be sent again after, so that the attempt is to be given up, and counts as
   * ended here. Else it is the answer, and `release` ends the attempt.
   *
   * @param date the time of day in milliseconds since 1970, for `Retry-After`
   */
  responded(
    passage: Passage<Owner>,
    status: number,
    headers: RawHeaders,
    canSendAgain: boolean,
    now: number,
    random: number,
    date: number,
  ): Verdict {
    if (passage.endpoint < 0) return 'not-retried';
    this.#isUp(passage.endpoint, now);
    this.#report(passage, this.options.protocol === 'h2' ? statusOf(status, headers) : status, now);
    const { retry } = passage;
    if (retry === null || !canSendAgain || !retry.isForResponse(status, headers)) {
      if (passage.isRetrying) this.counters.retrySuccesses += 1;
      return 'not-retried';
    }
    const verdict = this.#decide(passage, true);
    if (verdict !== 'waits') return verdict;
    passage.tried = [...(passage.tried ?? []), passage.endpoint];
    this.#endAttempt(passage, now);
    this.#backOff(passage, retry.backOffAfter(headers, passage.retries, random, date), now);
    return 'waits';
  }

  /** The attempt has become a connection that lasts, such as a tunnel: it takes nothing of the retry budget any more. */
  lasts(passage: Passage<Owner>): void {
    this.#endRetry(passage);
  }

  /** The request has ended in any way. Does nothing the second time. */
  release(passage: Passage<Owner>, now: number): void {
    if (passage.isReleased) return;
    passage.isReleased = true;
    this.#endAttempt(passage, now);
    this.#endRetry(passage);
    if (passage.waitsFor !== null) this.#stopWaiting(passage, now);
    this.limits.requests -= 1;
    this.#callWaiting(now);
  }

  /** The passages whose turn it is: `start` is to be called for each, in this order. */
  wake(now: number): readonly Passage<Owner>[] {
    if (this.outlier?.look(now) === true) this.endpoints.refresh();
    const turns: Passage<Owner>[] = [];
    let room = Math.min(this.limits.freeRequests, this.#mostAttempts - this.#attempts);
    let places =
      this.endpoints.available.length > 0 ? Number.POSITIVE_INFINITY : this.endpoints.countToTry(now);
    for (const passage of this.#waiting) {
      const goes = passage.waitsFor !== 'back-off' && room > 0 && places > 0;
      if (goes) {
        room -= 1;
        places -= 1;
      }
      if (goes || passage.dueAt <= now) turns.push(passage);
    }
    this.#plan(now);
    return turns;
  }

  /** Whether another connection may be opened. */
  get mayConnect(): boolean {
    return this.connections < this.options.circuitBreaker.maxConnections;
  }

  /** A process of the pod became ready, or is so no longer. */
  setReady(endpoint: number, isReady: boolean, now: number): void {
    if (this.endpoints.isReady(endpoint) === isReady) return;
    if (isReady) this.outlier?.join(endpoint);
    else this.outlier?.leave(endpoint, now);
    this.#checks?.forget(endpoint);
    this.endpoints.setReady(endpoint, isReady);
    this.#callWaiting(now);
  }

  /** Whether a process that is not ready starts by itself. Nobody waits for one that does not. */
  setComing(endpoint: number, isComing: boolean, now: number): void {
    if (this.endpoints.setComing(endpoint, isComing)) this.#callWaiting(now);
  }

  /** The result of an active check. True: the endpoint is healthy from now on, or no longer. */
  checked(endpoint: number, isPassed: boolean, now: number): boolean {
    if (this.#checks === null) return false;
    const was = this.endpoints.isHealthy(endpoint);
    const is = this.#checks.checked(endpoint, isPassed, was);
    if (is !== was) this.endpoints.setHealthy(endpoint, is);
    if (is && isPassed && this.outlier?.checkPassed(endpoint, now) === true) this.endpoints.refresh();
    this.#callWaiting(now);
    return is !== was;
  }

  /** Whoever waits already goes first. */
  #hasRoomFor(waitsFor: Passage<Owner>['waitsFor']): boolean {
    if (this.#attempts >= this.#mostAttempts) return false;
    if (waitsFor === null) return this.#waitForConnection === 0;
    return waitsFor === 'back-off' || this.limits.freeRequests > 0;
  }

  #canChoose(now: number): boolean {
    return this.endpoints.available.length > 0 || this.endpoints.toTry(now) >= 0;
  }

  get #whyNone(): 'none-ready' | 'none-healthy' {
    const { mayComeBack, noneReady } = this.endpoints;
    return mayComeBack || noneReady ? 'none-ready' : 'none-healthy';
  }

  #choose(passage: Passage<Owner>, now: number, random: number, key: string | null): number {
    const toTry = this.endpoints.toTry(now);
    if (toTry >= 0) {
      passage.trial = this.endpoints.downtimes[toTry]?.tryIt() ?? 0;
      return toTry;
    }
    const { available } = this.endpoints;
    if (available.length === 0) return -1;
    const { tried } = passage;
    const candidates = tried === null ? available : available.filter((endpoint) => !tried.includes(endpoint));
    return this.#balancer.pick(candidates.length === 0 ? available : candidates, random, key);
  }

  #begin(passage: Passage<Owner>, endpoint: number): void {
    passage.endpoint = endpoint;
    passage.attempts += 1;
    passage.generation = this.breaker?.pass() ?? -1;
    this.#attempts += 1;
    this.endpoints.begin(endpoint);
    this.counters.attempts += 1;
  }

  #endAttempt(passage: Passage<Owner>, now: number): void {
    const { endpoint } = passage;
    if (endpoint < 0) return;
    if (passage.generation >= 0) this.breaker?.forgot(passage.generation);
    if (passage.trial > 0) this.endpoints.downtimes[endpoint]?.tryEnded(passage.trial);
    passage.trial = 0;
    passage.generation = -1;
    passage.endpoint = -1;
    this.#attempts -= 1;
    this.endpoints.end(endpoint);
    this.#callWaiting(now);
  }

  #report(passage: Passage<Owner>, status: number, now: number): void {
    const { endpoint, generation } = passage;
    if (this.outlier?.report(endpoint, status, now) === true) {
      this.endpoints.refresh();
      this.wakeAt = Math.min(this.wakeAt, this.outlier.dueAt);
      this.#callWaiting(now);
    }
    if (this.breaker === null || generation < 0) return;
    if (status >= 500) this.breaker.failed(generation, now);
    else this.breaker.succeeded(generation, now);
    passage.generation = -1;
  }

  #decide(passage: Passage<Owner>, wouldRetry: boolean): Verdict {
    this.#endRetry(passage);
    const { retry } = passage;
    if (!wouldRetry || retry === null) return 'not-retried';
    if (passage.retries >= retry.numRetries) {
      this.counters.retriesUsedUp += 1;
      return 'retries-used-up';
    }
    passage.retries += 1;
    if (!this.limits.mayRetry) {
      this.counters.retryOverflows += 1;
      return 'retry-overflow';
    }
    passage.isRetrying = true;
    this.limits.retries += 1;
    this.counters.retries += 1;
    return 'waits';
  }

  #endRetry(passage: Passage<Owner>): void {
    if (!passage.isRetrying) return;
    passage.isRetrying = false;
    this.limits.retries -= 1;
  }

  #backOff(passage: Passage<Owner>, pause: number, now: number): void {
    passage.waitsFor = 'back-off';
    passage.dueAt = now + pause;
    this.#queue(passage, now);
  }

  #resend(passage: Passage<Owner>, failure: Failure, now: number): boolean {
    const pause = resendAfter(failure, passage.isIdempotent, passage.resends);
    if (pause === null || this.#holdTime(passage) <= 0) return false;
    passage.resends += 1;
    this.#backOff(passage, pause, now);
    return true;
  }

  #hold(passage: Passage<Owner>, now: number): boolean {
    if (this.#holdTime(passage) <= 0 || this.#wait(passage, 'endpoint', now) !== 'waits') return false;
    this.#endRetry(passage);
    return true;
  }

  #holdTime(passage: Passage<Owner>): number {
    return this.options.holdFor - passage.held;
  }

  #waitForEndpoint(passage: Passage<Owner>, now: number): 'waits' | Refusal {
    const isWorthIt = passage.waitsFor === 'endpoint' || this.#holdTime(passage) > 0;
    return isWorthIt && this.endpoints.mayComeBack ? this.#wait(passage, 'endpoint', now) : this.#whyNone;
  }

  /** Who waits for something else already keeps the place. */
  #wait(passage: Passage<Owner>, what: 'endpoint' | 'connection', now: number): 'waits' | 'overflow' {
    if (passage.waitsFor === what) return 'waits';
    if (passage.waitsFor !== null) this.#stopWaiting(passage, now);
    if (!this.limits.mayWait) {
      this.counters.pendingOverflows += 1;
      return 'overflow';
    }
    this.limits.requests -= 1;
    this.limits.pending += 1;
    if (what === 'connection') this.#waitForConnection += 1;
    passage.waitsFor = what;
    passage.dueAt = what === 'endpoint' ? now + this.#holdTime(passage) : Number.POSITIVE_INFINITY;
    this.#queue(passage, now);
    return 'waits';
  }

  #queue(passage: Passage<Owner>, now: number): void {
    passage.waitsSince = now;
    this.#waiting.add(passage);
    this.wakeAt = Math.min(this.wakeAt, passage.dueAt);
    if (passage.waitsFor === 'endpoint') this.#callWaiting(now);
  }

  #stopWaiting(passage: Passage<Owner>, now: number): void {
    const { waitsFor } = passage;
    if (waitsFor === null) return;
    this.#waiting.delete(passage);
    passage.waitsFor = null;
    if (waitsFor === 'back-off') return;
    if (waitsFor === 'connection') this.#waitForConnection -= 1;
    else passage.held += now - passage.waitsSince;
    this.limits.pending -= 1;
    this.limits.requests += 1;
  }

  /** Somebody who waits may have a turn now, or when an endpoint that is down may be tried. */
  #callWaiting(now: number): void {
    if (this.limits.pending === 0) return;
    const mayGo = this.#canChoose(now);
    if (!mayGo && !this.endpoints.mayComeBack) return this.#giveUpWaiting(now);
    this.wakeAt = Math.min(this.wakeAt, mayGo ? now : this.endpoints.nextTry(now));
  }

  /** No endpoint may come back soon. */
  #giveUpWaiting(now: number): void {
    for (const passage of this.#waiting) {
      if (passage.waitsFor !== 'endpoint') continue;
      passage.dueAt = Math.min(passage.dueAt, now);
      this.wakeAt = Math.min(this.wakeAt, now);
    }
  }

  #isUp(endpoint: number, now: number): void {
    if (this.endpoints.isUp(endpoint)) this.#callWaiting(now);
  }

  #isDown({ endpoint, trial }: Passage<Owner>, now: number): void {
    this.endpoints.isDown(endpoint, trial, now);
    this.#callWaiting(now);
  }

  /** What is due by now is given out. */
  #plan(now: number): void {
    let wakeAt = this.outlier?.dueAt ?? Number.POSITIVE_INFINITY;
    if (this.limits.pending > 0) wakeAt = Math.min(wakeAt, this.endpoints.nextTry(now));
    for (const { dueAt } of this.#waiting) if (dueAt > now) wakeAt = Math.min(wakeAt, dueAt);
    this.wakeAt = wakeAt;
  }
}

/** What has happened in a cluster so far. */
export class ClusterCounters {
  /** `upstream_rq_total`. */
  attempts = 0;
  /** `upstream_rq_retry`, `upstream_rq_retry_success`, `upstream_rq_retry_overflow`, `upstream_rq_retry_limit_exceeded`. */
  retries = 0;
  retrySuccesses = 0;
  retryOverflows = 0;
  retriesUsedUp = 0;
  /** Refused by `maxParallelRequests`. */
  requestOverflows = 0;
  /** `upstream_rq_pending_overflow`: refused by `maxPendingRequests`. */
  pendingOverflows = 0;
}
