import { describe, expect, test } from 'vitest';
import { RetryPolicy } from '../../../../src/programs/proxy/policies/retry.ts';
import { retryOn, retryOptions } from './support.ts';

const FAILURES = [
  'connect-failure',
  'connect-timeout',
  'refused-stream',
  'reset-before-request',
  'reset',
  'protocol-error',
  'per-try-timeout',
  'broken',
  'timeout',
] as const;

const ALL_BUT_LATE = FAILURES.slice(0, 7);

/** `RetryStateImpl::wouldRetryFromReset` of Envoy. */
describe.each([
  ['connect-failure', ['connect-failure', 'connect-timeout']],
  ['refused-stream', ['refused-stream']],
  ['reset-before-request', ['connect-failure', 'connect-timeout', 'reset-before-request']],
  ['reset', ALL_BUT_LATE],
  ['5xx', ALL_BUT_LATE],
  ['gateway-error', ALL_BUT_LATE],
  ['retriable-4xx', []],
  ['retriable-status-codes', []],
  ['retriable-headers', []],
  ['envoy-ratelimited', []],
  ['unavailable', []],
])('%s', (word, expected) => {
  test(`retries ${expected.length === 0 ? 'no failure' : expected.join(', ')}`, () => {
    expect(FAILURES.filter((failure) => retryOn(1, word).isForFailure(failure))).toEqual(expected);
  });
});

/** `RetryStateImpl::wouldRetryFromHeaders`. */
describe('responses', () => {
  const statuses = [200, 400, 409, 425, 429, 500, 501, 502, 503, 504, 505];

  const retried = (policy: RetryPolicy): readonly number[] =>
    statuses.filter((status) => policy.isForResponse(status, []));

  test.each([
    ['5xx', [500, 501, 502, 503, 504, 505]],
    ['gateway-error', [502, 503, 504]],
    ['retriable-4xx', [409]],
    ['retriable-status-codes', [429, 503]],
    ['connect-failure', []],
    ['reset', []],
  ])('%s: %j', (word, expected) => {
    const policy = new RetryPolicy(retryOptions({ retryOn: [word], statusCodes: [429, 503] }));
    expect(retried(policy)).toEqual(expected);
  });

  test('statusCodes do nothing without their word', () => {
    expect(retried(new RetryPolicy(retryOptions({ retryOn: ['reset'], statusCodes: [503] })))).toEqual([]);
  });

  test('a status below 400 can be one to retry', () => {
    const policy = new RetryPolicy(retryOptions({ retryOn: ['retriable-status-codes'], statusCodes: [302] }));
    expect(policy.isForResponse(302, [])).toBe(true);
  });

  test.each([
    ['cancelled', '1'],
    ['deadline-exceeded', '4'],
    ['resource-exhausted', '8'],
    ['internal', '13'],
    ['unavailable', '14'],
  ])('%s is grpc-status %s', (word, code) => {
    const codes = Array.from({ length: 17 }, (_, index) => `${index}`);
    expect(codes.filter((other) => retryOn(1, word).isForResponse(200, ['grpc-status', other]))).toEqual([
      code,
    ]);
  });

  test.each([
    ['Present', '', ['X-Again', 'anything'], true],
    ['Exact', 'yes', ['X-AGAIN', 'yes'], true],
    ['Exact', 'yes', ['x-again', 'yes, please'], false],
    ['RegularExpression', 'y.s', ['x-again', 'yes'], true],
    ['RegularExpression', 'y.s', ['x-again', 'yes, please'], false],
    ['Present', '', ['x-other', ''], false],
  ] as const)('retriable-headers: %s %o and %j: %s', (type, value, headers, expected) => {
    const options = retryOptions({
      retryOn: ['retriable-headers'],
      headers: [{ type, name: 'X-Again', value }],
    });
    expect(new RetryPolicy(options).isForResponse(200, headers)).toBe(expected);
  });

  test('what another Envoy has limited is retried by its own word, and by no other', () => {
    const limited = ['x-envoy-ratelimited', 'true'];
    expect(retryOn(1, '5xx').isForResponse(503, limited)).toBe(false);
    expect(retryOn(1, 'envoy-ratelimited').isForResponse(429, limited)).toBe(true);
    expect(retryOn(1, 'envoy-ratelimited').isForResponse(429, [])).toBe(false);
  });
});

test('a word that is none is an error that names those there are', () => {
  expect(() => retryOn(1, '5xx', 'reset-after-request')).toThrow(
    /^retryOn: reset-after-request is none of 5xx, gateway-error, reset/,
  );
});

describe('the pause', () => {
  const pauses = (policy: RetryPolicy, random: number): readonly number[] =>
    [1, 2, 3, 4, 5, 6].map((retry) => policy.backOff(retry, random));

  test('is anything up to an interval that doubles up to its maximum', () => {
    expect(pauses(retryOn(6, '5xx'), 0)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(pauses(retryOn(6, '5xx'), 0.5)).toEqual([12.5, 25, 50, 100, 125, 125]);
  });

  test('is always the same by the constant policy', () => {
    const backOff = { baseInterval: 5_000, maxInterval: 60_000, policy: 'constant' } as const;
    expect(pauses(new RetryPolicy(retryOptions({ backOff })), 0.5)).toEqual(new Array(6).fill(5_000));
  });

  const DATE = Date.UTC(2026, 0, 1);
  const pauseFor = (value: string, random = 0): number =>
    retryOn(1, '5xx').backOffAfter(['Retry-After', value], 1, random, DATE);

  test('is what Retry-After says, and up to half of it more', () => {
    expect(pauseFor('2')).toBe(2_000);
    expect(pauseFor('2', 0.5)).toBe(2_500);
    expect(pauseFor('Thu, 01 Jan 2026 00:00:10 GMT')).toBe(10_000);
  });

  test.each(['301', 'soon', '', '-1', '1.5'])('is not what Retry-After says if that is %o', (value) => {
    expect(pauseFor(value, 0.5)).toBe(12.5);
  });

  test('is none for a date that has passed', () => {
    expect(pauseFor('Wed, 31 Dec 2025 23:59:00 GMT', 0.5)).toBe(0);
  });

  test('is at most 300 s and their half', () => {
    expect(pauseFor('300', 0.5)).toBe(375_000);
  });
});
