import { type Mutant, mutantsOf } from './mutant.ts';

const mutant = mutantsOf({
  source: 'src/programs/proxy/policies/',
  sentences: 'test/programs/proxy/policies/',
  simulation: 'test/programs/proxy/simulation/',
});

export const POLICY_MUTANTS: readonly Mutant[] = [
  mutant('one request more than maxParallelRequests is let in', 'cluster', 'cluster', [
    'if (this.limits.freeRequests <= 0) {',
    'if (this.limits.freeRequests < 0) {',
  ]),
  mutant('one request more than maxPendingRequests waits', 'limits', 'cluster', [
    'return this.pending < this.#options.maxPendingRequests;',
    'return this.pending <= this.#options.maxPendingRequests;',
  ]),
  mutant('maxConnections does not count', 'cluster', 'cluster', [
    'if (this.#attempts >= this.#mostAttempts) return false;',
    '',
  ]),
  mutant('newcomers overtake those that wait for a connection', 'cluster', 'cluster', [
    'if (waitsFor === null) return this.#waitForConnection === 0;',
    'if (waitsFor === null) return true;',
  ]),
  mutant('a request that leaves while it waits keeps its place', 'cluster', 'cluster', [
    'if (passage.waitsFor !== null) this.#stopWaiting(passage, now);\n    this.limits.requests -= 1;',
    'this.limits.requests -= 1;',
  ]),
  mutant('one retry more than the budget', 'limits', 'cluster', [
    'return this.retries < Math.max(budget, minRetryConcurrency);',
    'return this.retries <= Math.max(budget, minRetryConcurrency);',
  ]),
  mutant('a retry that has ended stays in the budget', 'cluster', 'cluster', [
    'passage.isRetrying = false;\n    this.limits.retries -= 1;',
    'passage.isRetrying = false;',
  ]),
  mutant('one retry more than numRetries', 'cluster', 'cluster', [
    'if (passage.retries >= retry.numRetries) {',
    'if (passage.retries > retry.numRetries) {',
  ]),
  mutant('a retry goes to the endpoint that has failed', 'cluster', 'cluster', [
    'tried === null ? available : available.filter((endpoint) => !tried.includes(endpoint))',
    'tried === null ? available : available',
  ]),
  mutant('a POST whose connection was reset is sent again', 'hold', 'cluster', [
    'return idempotent;',
    'return true;',
  ]),
  mutant('a response that broke off is sent for again', 'retry', 'retry', [
    "if (failure === 'broken' || failure === 'timeout') return false;",
    '',
  ]),
  mutant('a request that ends what it reaches goes round for ever', 'hold', 'cluster', [
    '(RESENDS[resends] ?? null)',
    '(RESENDS[resends] ?? 250)',
  ]),
  mutant('who waits does not go when an endpoint is ready', 'cluster', 'cluster', [
    'this.endpoints.setReady(endpoint, isReady);\n    this.#callWaiting(now);',
    'this.endpoints.setReady(endpoint, isReady);',
  ]),
  mutant('a request waits for an endpoint for ever', 'cluster', 'cluster', [
    "passage.dueAt = what === 'endpoint' ? now + this.#holdTime(passage) : Number.POSITIVE_INFINITY;",
    'passage.dueAt = Number.POSITIVE_INFINITY;',
  ]),
  mutant('time that it has waited before does not count', 'cluster', 'cluster', [
    'else passage.held += now - passage.waitsSince;',
    '',
  ]),
  mutant('all that wait try an endpoint that is down', 'downtime', 'cluster', [
    'return this.until !== null && !this.isTried && now >= this.until;',
    'return this.until !== null && now >= this.until;',
  ]),
  mutant('a try that nobody waits for any more is never over', 'cluster', 'cluster', [
    'if (passage.trial > 0) this.endpoints.downtimes[endpoint]?.tryEnded(passage.trial);',
    '',
  ]),
  mutant('an old refusal ends the try of another', 'downtime', 'cluster', [
    'if (this.until !== null && (trial === 0 || trial !== this.#trial)) return;',
    '',
  ]),
  mutant('one endpoint more than the percentage is ejected', 'outlier', 'outlier', [
    'if (!this.#mayBeEjected(this.ejected + 1)) {',
    'if (!this.#mayBeEjected(this.ejected)) {',
  ]),
  mutant('too many of the rest stay ejected when one leaves', 'outlier', 'outlier', [
    'return this.#readmitTooMany(now) || wasEjected;',
    'return wasEjected;',
  ]),
  mutant('every ejection takes as long as the first', 'outlier', 'outlier', [
    'return Math.min(this.#options.baseEjectionTime * multiplier, this.#options.maxEjectionTime);',
    'return Math.min(this.#options.baseEjectionTime * Math.min(multiplier, 1), this.#options.maxEjectionTime);',
  ]),
  mutant('ejections are not forgotten', 'outlier', 'outlier', [
    'if (now - monitor.readmittedAt >= this.#options.interval) monitor.multiplier -= 1;',
    '',
  ]),
  mutant('an endpoint that comes back is still on its last error', 'outlier', 'outlier', [
    'monitor.readmittedAt = now;\n    monitor.consecutive = 0;',
    'monitor.readmittedAt = now;',
  ]),
  mutant('a success does not end a row of errors', 'outlier', 'outlier', [
    'monitor.consecutive = 0;\n      return false;',
    'return false;',
  ]),
  mutant('requests go to ejected endpoints', 'endpoints', 'cluster', [
    '!this.#isEjected(endpoint)',
    '(true || !this.#isEjected(endpoint))',
  ]),
  mutant('a half-open breaker lets one more through', 'breaker', 'breaker', [
    'return this.#tries < this.#options.maxRequests;',
    'return this.#tries <= this.#options.maxRequests;',
  ]),
  mutant('a failure while half open does not open the breaker', 'breaker', 'breaker', [
    "if (this.state === 'half-open' || isTooMany)",
    'if (isTooMany)',
  ]),
  mutant('results from before the breaker changed count', 'breaker', 'breaker', [
    'if (generation !== this.generation) return;\n    this.#failures += 1;',
    'this.#failures += 1;',
  ]),
  mutant('a client that leaves keeps the breaker half open', 'breaker', 'breaker', [
    'if (generation === this.generation) this.#tries -= 1;',
    '',
  ]),
  mutant('a bucket that nobody takes from grows', 'token-bucket', 'rate-limit', [
    'Math.min(this.#size, this.#tokens + (now - this.#at) * this.#rate)',
    'this.#tokens + (now - this.#at) * this.#rate',
  ]),
  mutant('a key that had no bucket gets another burst', 'rate-limit', 'rate-limit', [
    'this.#newBucket(this.#roomless.tokens(now), now)',
    'this.#newBucket(this.#options.burst, now)',
  ]),
  mutant(
    'the place of an endpoint on the ring depends on who else is there',
    'balancers/consistent-hash',
    'balancers',
    [
      'if (candidates.includes(owner)) return owner;',
      'if (candidates.includes(owner)) return candidates[(first + step) % candidates.length] as number;',
    ],
  ),
  mutant('who was away catches up in a round robin', 'balancers/schedule', 'balancers', [
    'return Math.max(this.#now, this.#dueAt[endpoint] as number);',
    'return this.#dueAt[endpoint] as number;',
  ]),
  mutant('jitter of a Retry-After makes it shorter', 'retry-after', 'retry', [
    'asked * (1 + random / 2)',
    'asked * (1 - random / 2)',
  ]),
  mutant('every request is the first', 'fault-injection', 'fault-injection', ['this.#requests += 1;', '']),
];
