import { describe, expect, test } from 'vitest';
import { Breaker } from '../../../../src/programs/proxy/policies/breaker.ts';

/** What Dapr configures and sony/gobreaker does (gobreaker.go). */
const newBreaker = (changes: Partial<ConstructorParameters<typeof Breaker>[0]> = {}): Breaker =>
  new Breaker({ consecutiveFailures: 3, timeout: 60_000, maxRequests: 1, interval: 0, ...changes }, 0);

const fail = (breaker: Breaker, times: number, now: number): void => {
  for (let number = 0; number < times; number += 1) breaker.failed(breaker.pass(), now);
};

const tried = (breaker: Breaker, now: number): number | null =>
  breaker.mayPass(now) ? breaker.pass() : null;

describe('closed', () => {
  test('so many failures in a row open it', () => {
    const breaker = newBreaker();
    fail(breaker, 2, 0);
    breaker.succeeded(breaker.pass(), 0);
    fail(breaker, 2, 0);
    expect(breaker.mayPass(0)).toBe(true);
    fail(breaker, 1, 0);
    expect(breaker.mayPass(0)).toBe(false);
  });

  test('failures are forgotten after an interval', () => {
    const breaker = newBreaker({ interval: 1_000 });
    fail(breaker, 2, 0);
    breaker.mayPass(1_000);
    fail(breaker, 2, 1_000);
    expect(breaker.state).toBe('closed');
    fail(breaker, 1, 1_500);
    expect(breaker.state).toBe('open');
  });
});

describe('open', () => {
  test('it refuses for its timeout, then it is half open', () => {
    const breaker = newBreaker();
    fail(breaker, 3, 0);
    expect(breaker.mayPass(59_999)).toBe(false);
    expect(breaker.mayPass(60_000)).toBe(true);
    expect(breaker.state).toBe('half-open');
  });

  test('requests from before do not count', () => {
    const breaker = newBreaker();
    const early = breaker.pass();
    fail(breaker, 3, 0);
    breaker.mayPass(60_000);
    breaker.failed(early, 60_000);
    expect(breaker.state).toBe('half-open');
    breaker.succeeded(early, 60_000);
    expect(breaker.state).toBe('half-open');
  });
});

describe('half open', () => {
  const halfOpen = (maxRequests: number): Breaker => {
    const breaker = newBreaker({ maxRequests });
    fail(breaker, 3, 0);
    return breaker;
  };

  test('maxRequests may try', () => {
    const breaker = halfOpen(2);
    expect([60_000, 60_000, 60_000].map((now) => tried(breaker, now) !== null)).toEqual([true, true, false]);
  });

  test('as many successes close it', () => {
    const breaker = halfOpen(2);
    const [one, two] = [tried(breaker, 60_000) ?? 0, tried(breaker, 60_000) ?? 0];
    breaker.succeeded(one, 60_100);
    expect(breaker.state).toBe('half-open');
    breaker.succeeded(two, 60_100);
    expect(breaker.state).toBe('closed');
  });

  test('one failure opens it for another timeout', () => {
    const breaker = halfOpen(2);
    breaker.failed(tried(breaker, 60_000) ?? 0, 70_000);
    expect(breaker.mayPass(129_999)).toBe(false);
    expect(breaker.mayPass(130_000)).toBe(true);
  });

  test('who leaves without a result makes room for another', () => {
    const breaker = halfOpen(1);
    breaker.forgot(tried(breaker, 60_000) ?? 0);
    expect(breaker.mayPass(60_000)).toBe(true);
  });
});
