import { Cluster } from '../../../../src/programs/proxy/policies/cluster.ts';
import type { Failure } from '../../../../src/programs/proxy/policies/retry.ts';
import { RetryPolicy } from '../../../../src/programs/proxy/policies/retry.ts';
import { Books, expectThat, isQueued, type Request } from './books.ts';
import { INVARIANTS } from './invariants.ts';
import type { Action, Scenario } from './scenario.ts';

/** How often something has happened, by its name. */
export type Happened = Map<string, number>;

/**
 * Plays a scenario through a cluster on a virtual clock, and checks after every step what must hold whatever happens.
 *
 * @returns how many steps it took
 * @throws Violation naming the first invariant that does not hold
 */
export const simulate = (scenario: Scenario, happened: Happened = new Map()): number => {
  const play = new Play(scenario, happened);
  for (const action of scenario.actions) play.do(action);
  play.end();
  return play.steps;
};

class Play {
  steps = 0;
  #now = 0;
  readonly #scenario: Scenario;
  readonly #cluster: Cluster<Request>;
  readonly #retry: RetryPolicy;
  readonly #books: Books;
  readonly #happened: Happened;

  constructor(scenario: Scenario, happened: Happened) {
    this.#scenario = scenario;
    this.#happened = happened;
    this.#cluster = new Cluster<Request>(scenario.cluster, 0);
    this.#retry = new RetryPolicy(scenario.retry);
    this.#books = new Books(scenario.cluster, this.#cluster);
  }

  do(action: Action): void {
    this.#step(action);
    this.#wakeDue();
    this.#books.checkTurns(this.#now);
  }

  /** All requests leave. */
  end(): void {
    for (const request of this.#books.requests) this.#release(request);
    this.#books.checkEnd();
    if (this.#cluster.outlier !== null) this.#count('ejection', this.#cluster.outlier.ejections);
    if (this.#cluster.outlier !== null) this.#count('ejection overflow', this.#cluster.outlier.overflows);
    this.#count('retry success', this.#cluster.counters.retrySuccesses);
  }

  #count(what: string, times = 1): void {
    this.#happened.set(what, (this.#happened.get(what) ?? 0) + times);
  }

  #step(action: Action): void {
    switch (action.is) {
      case 'time':
        this.#pass(action.passes);
        break;
      case 'request':
        this.#admit(action);
        break;
      case 'connect':
        this.#withAttempt(action.which, (request) => this.#connect(request));
        break;
      case 'response':
        this.#withAttempt(action.which, (request) => this.#respond(request, action.status, action.random));
        break;
      case 'failure':
        this.#withAttempt(action.which, (request) => this.#fail(request, action.failure, action.random));
        break;
      case 'release':
        this.#withAny(action.which, (request) => this.#release(request));
        break;
      case 'ready':
        this.#setReady(action.which % this.#scenario.cluster.endpoints.length, action.isReady);
        break;
      case 'coming':
        this.#setComing(action.which % this.#scenario.cluster.endpoints.length, action.isComing);
        break;
      case 'check':
        this.#check(action.which % this.#scenario.cluster.endpoints.length, action.isPassed);
        break;
    }
    this.#checked();
  }

  #checked(): void {
    this.steps += 1;
    this.#books.check(this.#now);
  }

  /** From one wake-up to the next, and before each looks whether somebody should have had a turn earlier. */
  #pass(time: number): void {
    const until = this.#now + time;
    while (this.#cluster.wakeAt <= until) {
      this.#now = Math.max(this.#now, this.#cluster.wakeAt);
      this.#wake();
    }
    this.#now = until;
    const early = this.#cluster.wake(until);
    expectThat(early.length === 0, INVARIANTS.wakeAt, `${early.length} at ${until}`);
  }

  #wakeDue(): void {
    while (this.#cluster.wakeAt <= this.#now) this.#wake();
  }

  #wake(): void {
    const { passive } = this.#scenario.cluster;
    const isInterval = passive !== null && this.#now > 0 && this.#now % passive.interval === 0;
    const wasDue = this.#cluster.outlier?.dueAt === this.#now;
    const turns = this.#cluster.wake(this.#now);
    if (isInterval && wasDue) this.#books.lookAtEjections(this.#now, true);
    for (const { owner } of turns) this.#start(owner, 0.5);
    this.#checked();
  }

  #admit({ method, key, random }: { method: string; key: string; random: number }): void {
    const request = { method, key, endpoint: null, tries: false, hasResponse: false, halfOpen: null };
    const owner = { ...request, held: 0, heldSince: null, retries: 0 } as unknown as Request;
    const passage = this.#cluster.admit(owner, this.#retry, method);
    this.#count(passage === null ? 'not let in' : 'let in');
    if (passage === null) return;
    Object.assign(owner, { passage });
    this.#books.requests.add(owner);
    this.#start(owner, random);
  }

  #start(request: Request, random: number): void {
    const { passage } = request;
    const result = this.#cluster.start(passage, this.#now, random, request.key);
    this.#keepTime(request);
    this.#count(
      typeof result === 'number'
        ? `to an endpoint, breaker ${this.#cluster.breaker?.state}`
        : `${result} ${passage.waitsFor}`,
    );
    if (typeof result === 'number') this.#books.started(request, result);
    else if (result !== 'waits') this.#release(request);
  }

  #connect(request: Request): void {
    this.#books.isUp(request.endpoint as number);
    this.#cluster.connected(request.passage, this.#now);
  }

  #respond(request: Request, status: number, random: number): void {
    if (request.hasResponse) return this.#release(request);
    this.#books.isUp(request.endpoint as number);
    const { retries } = this.#cluster.counters;
    const verdict = this.#cluster.responded(request.passage, status, [], true, this.#now, random, 0);
    this.#count(`${status}: ${verdict}`);
    if (status >= 500 || verdict === 'waits')
      this.#books.retried(request, this.#cluster.counters.retries > retries);
    request.hasResponse = true;
    request.halfOpen = null;
    if (verdict === 'waits') this.#books.ended(request, true);
    this.#keepTime(request);
  }

  #fail(request: Request, reported: Failure, random: number): void {
    const failure = request.hasResponse ? 'broken' : reported;
    const isRefused = failure === 'connect-failure' || failure === 'connect-timeout';
    const isHeld = isRefused && this.#scenario.cluster.holdFor > 0;
    if (isHeld) this.#books.isDown[request.endpoint as number] = true;
    const { retries } = this.#cluster.counters;
    const canSendAgain = !request.hasResponse;
    const verdict = this.#cluster.failed(request.passage, failure, canSendAgain, this.#now, random);
    this.#count(`${failure}: ${verdict} ${request.passage.waitsFor}`);
    this.#books.ended(request, !isHeld);
    const isRetried = this.#cluster.counters.retries > retries;
    this.#books.retried(request, isRetried);
    this.#keepTime(request);
    const mayBe =
      isRetried || isRefused || (request.method === 'GET' && failure === 'reset') || isSafe(failure);
    expectThat(verdict !== 'waits' || mayBe, INVARIANTS.resends, `${request.method} after ${failure}`);
    if (verdict !== 'waits') this.#release(request);
  }

  #release(request: Request): void {
    this.#cluster.release(request.passage, this.#now);
    this.#books.ended(request, request.hasResponse);
    this.#books.retrying.delete(request);
    this.#books.requests.delete(request);
  }

  #setReady(endpoint: number, isReady: boolean): void {
    if (this.#scenario.cluster.endpoints[endpoint]?.isProcess !== true) return;
    if (this.#books.isReady[endpoint] === isReady) return;
    this.#books.isReady[endpoint] = isReady;
    this.#books.isHealthy[endpoint] = true;
    this.#books.isUp(endpoint);
    if (!isReady) this.#books.forget(endpoint);
    this.#cluster.setReady(endpoint, isReady, this.#now);
  }

  #setComing(endpoint: number, isComing: boolean): void {
    this.#books.isComing[endpoint] = isComing;
    this.#cluster.setComing(endpoint, isComing, this.#now);
  }

  #check(endpoint: number, isPassed: boolean): void {
    this.#cluster.checked(endpoint, isPassed, this.#now);
    this.#books.isHealthy[endpoint] = this.#cluster.endpoints.isHealthy(endpoint);
  }

  /** How long it has waited for an endpoint. */
  #keepTime(request: Request): void {
    const isHeld = request.passage.waitsFor === 'endpoint' && isQueued(request.passage);
    if (request.heldSince !== null && !isHeld) {
      request.held += this.#now - request.heldSince;
      request.heldSince = null;
    } else if (isHeld) request.heldSince ??= this.#now;
  }

  #withAttempt(which: number, act: (request: Request) => void): void {
    const { underWay } = this.#books;
    const request = underWay[which % underWay.length];
    if (request !== undefined) act(request);
  }

  #withAny(which: number, act: (request: Request) => void): void {
    const request = [...this.#books.requests][which % this.#books.requests.size];
    if (request !== undefined) act(request);
  }
}

const isSafe = (failure: Failure): boolean =>
  failure === 'refused-stream' || failure === 'reset-before-request';
