import type { ClusterOptions } from '../../../../src/programs/proxy/options.ts';
import type { Cluster } from '../../../../src/programs/proxy/policies/cluster.ts';
import type { Passage } from '../../../../src/programs/proxy/policies/passage.ts';
import { Ejections } from './ejections.ts';
import { INVARIANTS, type InvariantName } from './invariants.ts';
import { Violation } from './violation.ts';

/** A request as the simulation sees it. */
export interface Request {
  readonly passage: Passage<Request>;
  readonly method: string;
  readonly key: string;
  /** Endpoint of the attempt under way; `null`: none. */
  endpoint: number | null;
  /** Its attempt has to find out whether the endpoint is up. */
  tries: boolean;
  hasResponse: boolean;
  /** In the breaker's generation of this number, while half open. */
  halfOpen: number | null;
  /** Time spent waiting for an endpoint, and since when it does again. */
  held: number;
  heldSince: number | null;
  retries: number;
}

/** What is known without asking the cluster: counted anew here, and compared. */
export class Books {
  readonly requests = new Set<Request>();
  readonly retrying = new Set<Request>();
  readonly isReady: boolean[];
  /** Of one that is not ready: it starts by itself. */
  readonly isComing: boolean[];
  readonly isHealthy: boolean[];
  readonly isDown: boolean[];
  readonly #options: ClusterOptions;
  readonly #cluster: Cluster<Request>;
  readonly #ejections: readonly Ejections[] | null;
  readonly #triesIn = new Map<number, number>();

  constructor(options: ClusterOptions, cluster: Cluster<Request>) {
    const { endpoints, passive } = options;
    this.#options = options;
    this.#cluster = cluster;
    this.isReady = endpoints.map(({ isProcess }) => !isProcess);
    this.isComing = endpoints.map(() => true);
    this.isHealthy = endpoints.map(() => true);
    this.isDown = endpoints.map(() => false);
    this.#ejections = passive === null ? null : endpoints.map(() => new Ejections(passive));
  }

  get waiting(): readonly Request[] {
    return [...this.requests].filter(({ passage }) => isQueued(passage));
  }

  get underWay(): readonly Request[] {
    return [...this.requests].filter(({ endpoint }) => endpoint !== null);
  }

  isEjected(endpoint: number): boolean {
    return this.#ejections?.[endpoint]?.isEjected ?? false;
  }

  /** Nobody has to try it any more. */
  isUp(endpoint: number): void {
    this.isDown[endpoint] = false;
    for (const request of this.underWay) if (request.endpoint === endpoint) request.tries = false;
  }

  /** An attempt has begun. */
  started(request: Request, endpoint: number): void {
    request.endpoint = endpoint;
    request.hasResponse = false;
    this.#checkEndpoint(endpoint);
    request.tries = this.isDown[endpoint] as boolean;
    this.#checkBreaker(request);
  }

  ended(request: Request, hasResult: boolean): void {
    const { halfOpen } = request;
    if (halfOpen !== null && !hasResult) this.#triesIn.set(halfOpen, (this.#triesIn.get(halfOpen) ?? 0) - 1);
    request.halfOpen = null;
    request.endpoint = null;
    request.tries = false;
  }

  retried(request: Request, hasBegun: boolean): void {
    this.retrying.delete(request);
    if (!hasBegun) return;
    const { percent, minRetryConcurrency } = this.#options.circuitBreaker.retryBudget;
    const budget = Math.max(Math.floor((percent / 100) * this.requests.size), minRetryConcurrency);
    expectThat(this.retrying.size < budget, INVARIANTS.budget, `${this.retrying.size + 1} of ${budget}`);
    this.retrying.add(request);
    request.retries += 1;
    const most = request.passage.retry?.numRetries ?? 0;
    expectThat(request.retries <= most, INVARIANTS.numRetries, `${request.retries} of ${most}`);
  }

  /** Looks who has been ejected, and who is back because its time is over or for another reason. */
  lookAtEjections(now: number, isInterval: boolean): void {
    const { passive, endpoints } = this.#options;
    if (this.#ejections === null || passive === null) return;
    for (const [endpoint, ejections] of this.#ejections.entries()) {
      const isEjected = this.#cluster.outlier?.isEjected(endpoint) ?? false;
      if (isInterval) this.#checkEjectionTime(endpoint, ejections, isEjected, now);
      if (isEjected && !ejections.isEjected) ejections.ejected(now);
      if (!isEjected && ejections.isEjected) ejections.back(now);
    }
    if (isInterval) for (const ejections of this.#ejections) ejections.interval(now);
    const members = endpoints.filter((_, endpoint) => this.isReady[endpoint]).length;
    const ejected = this.#ejections.filter((ejections) => ejections.isEjected).length;
    const most = Math.floor((members * passive.maxEjectionPercent) / 100);
    const allowed = passive.alwaysEjectOneEndpoint ? Math.max(1, most) : most;
    expectThat(ejected <= allowed, INVARIANTS.share, `${ejected} of ${members}`);
  }

  /** A process that is ready anew has no past. */
  forget(endpoint: number): void {
    const { passive } = this.#options;
    if (passive !== null) (this.#ejections as Ejections[])[endpoint] = new Ejections(passive);
  }

  check(now: number): void {
    const { maxParallelRequests, maxPendingRequests, maxConnections } = this.#options.circuitBreaker;
    const waiting = this.waiting.length;
    const open = this.requests.size - waiting;
    expectThat(open <= maxParallelRequests, INVARIANTS.parallel, `${open}`);
    expectThat(waiting <= maxPendingRequests, INVARIANTS.pending, `${waiting}`);
    const attempts = this.underWay.length;
    const mayHaveMore = this.#options.protocol === 'h2' || attempts <= maxConnections;
    expectThat(mayHaveMore, INVARIANTS.connections, `${attempts}`);
    this.#checkTries();
    this.#checkHold(now);
    this.lookAtEjections(now, false);
  }

  /** Nobody waits for an endpoint that is there, with room for it; to be asked when all who have a turn have had it. */
  checkTurns(now: number): void {
    const { maxParallelRequests, maxConnections } = this.#options.circuitBreaker;
    const { waiting, underWay } = this;
    const isRoom =
      this.requests.size - waiting.length < maxParallelRequests &&
      (this.#options.protocol === 'h2' || underWay.length < maxConnections);
    const isThere = this.isReady.some((_, endpoint) => this.isUsable(endpoint) && !this.isDown[endpoint]);
    const isOpen = this.#cluster.breaker?.mayPass(now) === false;
    if (isRoom && isThere && !isOpen)
      expectThat(waiting.length === 0, INVARIANTS.turn, `${waiting.length} wait`);
    this.#checkHope();
  }

  #checkHope(): void {
    const mayCome = this.isReady.some((isReady, endpoint) => {
      const hasWeight = (this.#options.endpoints[endpoint]?.weight ?? 0) > 0;
      return isReady ? this.isUsable(endpoint) : hasWeight && (this.isComing[endpoint] as boolean);
    });
    const held = this.waiting.filter(({ passage }) => passage.waitsFor === 'endpoint').length;
    expectThat(mayCome || held === 0, INVARIANTS.hopeless, `${held} wait`);
  }

  checkEnd(): void {
    const { limits, endpoints, attempts, waiting } = this.#cluster;
    const left = [limits.requests, limits.pending, limits.retries, attempts, waiting, ...endpoints.active];
    expectThat(
      left.every((count) => count === 0),
      INVARIANTS.released,
      left.join(' '),
    );
  }

  isUsable(endpoint: number): boolean {
    const hasWeight = (this.#options.endpoints[endpoint]?.weight ?? 0) > 0;
    return (
      hasWeight &&
      (this.isReady[endpoint] as boolean) &&
      (this.isHealthy[endpoint] as boolean) &&
      !this.isEjected(endpoint)
    );
  }

  #checkEndpoint(endpoint: number): void {
    expectThat(this.isUsable(endpoint), INVARIANTS.usable, `endpoint ${endpoint}`);
  }

  #checkBreaker(request: Request): void {
    const { breaker } = this.#cluster;
    const { trip } = this.#options.circuitBreaker;
    if (breaker === null || trip === null) return;
    expectThat(breaker.state !== 'open', INVARIANTS.open, 'an attempt has begun');
    if (breaker.state !== 'half-open') return;
    const tries = (this.#triesIn.get(breaker.generation) ?? 0) + 1;
    this.#triesIn.set(breaker.generation, tries);
    request.halfOpen = breaker.generation;
    expectThat(tries <= trip.maxRequests, INVARIANTS.halfOpen, `${tries} of ${trip.maxRequests}`);
  }

  #checkTries(): void {
    for (const [endpoint, isDown] of this.isDown.entries()) {
      const tries = this.underWay.filter((one) => one.tries && one.endpoint === endpoint).length;
      expectThat(!isDown || tries <= 1, INVARIANTS.oneTries, `${tries} at endpoint ${endpoint}`);
    }
  }

  #checkHold(now: number): void {
    for (const { held, heldSince } of this.requests) {
      const time = held + (heldSince === null ? 0 : now - heldSince);
      expectThat(time <= this.#options.holdFor, INVARIANTS.hold, `${time} ms`);
    }
  }

  #checkEjectionTime(endpoint: number, { isEjected, endsAfter }: Ejections, is: boolean, now: number): void {
    if (!isEjected) return;
    const isOver = now >= endsAfter;
    expectThat(isOver !== is, INVARIANTS.ejectionTime, `endpoint ${endpoint} at ${now}, due ${endsAfter}`);
  }
}

export const isQueued = ({ waitsFor }: Passage<unknown>): boolean =>
  waitsFor === 'endpoint' || waitsFor === 'connection';

export const expectThat = (holds: boolean, invariant: InvariantName, what: string): void => {
  if (!holds) throw new Violation(invariant, what);
};
