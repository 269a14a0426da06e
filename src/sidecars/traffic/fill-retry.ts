import { parseSize } from '../../config/schema/size.ts';
import type { DaprRetry, HeaderMatch, RetryPolicy } from '../../config/traffic.ts';
import type { RetryOptions } from '../../programs/proxy/options.ts';
import { fillValueMatch } from './fill-matches.ts';
import { milliseconds } from './time.ts';

/** All fields, in both ways to say them. */
export type AnyRetry = RetryPolicy & DaprRetry;

/** Fields in Dapr's words. */
export const DAPR_RETRY = ['policy', 'duration', 'maxInterval', 'maxRetries', 'matching'] as const;

/** They fail before the app has seen the request. */
const SAFE = ['connect-failure', 'refused-stream', 'reset-before-request'];

const BODY_LIMIT = 64 * 1024;

/** Both take the numbers of gRPC's states. */
export const GRPC_WORDS: Readonly<Record<number, string>> = {
  1: 'cancelled',
  4: 'deadline-exceeded',
  8: 'resource-exhausted',
  13: 'internal',
  14: 'unavailable',
};

export const fillRetry = (retry: AnyRetry = {}): RetryOptions =>
  DAPR_RETRY.some((field) => retry[field] !== undefined) ? fromDapr(retry) : fromEnvoy(retry);

const fromEnvoy = ({
  numRetries = 1,
  retryOn = SAFE as RetryPolicy['retryOn'],
  retriableStatusCodes = [],
  retriableHeaders = [],
  perRetry = {},
  bodyLimit = BODY_LIMIT,
}: RetryPolicy): RetryOptions => {
  const baseInterval = milliseconds(perRetry.backOff?.baseInterval, 25);
  return {
    numRetries,
    retryOn: withImplied(retryOn ?? [], retriableStatusCodes, retriableHeaders),
    statusCodes: retriableStatusCodes,
    headers: retriableHeaders.map(fillValueMatch),
    perRetryTimeout: milliseconds(perRetry.timeout, 0),
    backOff: {
      baseInterval,
      maxInterval: milliseconds(perRetry.backOff?.maxInterval, 10 * baseInterval),
      policy: 'exponential',
    },
    bodyLimit: parseSize(bodyLimit),
  };
};

/** Who lists codes or headers wants them to count. */
const withImplied = (
  words: readonly string[],
  codes: readonly number[],
  headers: readonly HeaderMatch[],
): readonly string[] => [
  ...new Set([
    ...words,
    ...(codes.length > 0 ? ['retriable-status-codes'] : []),
    ...(headers.length > 0 ? ['retriable-headers'] : []),
  ]),
];

const fromDapr = ({
  policy = 'constant',
  duration,
  maxInterval,
  maxRetries = -1,
  matching,
}: DaprRetry): RetryOptions => {
  const isConstant = policy === 'constant';
  const baseInterval = isConstant ? milliseconds(duration, 5_000) : 500;
  const statusCodes = matching?.httpStatusCodes === undefined ? [] : codesIn(matching.httpStatusCodes);
  const states = matching?.gRPCStatusCodes === undefined ? [] : codesIn(matching.gRPCStatusCodes);
  return {
    numRetries: maxRetries === -1 ? Number.MAX_SAFE_INTEGER : maxRetries,
    retryOn: [
      ...[...SAFE, 'reset'],
      ...(matching === undefined ? ['5xx'] : []),
      ...(statusCodes.length > 0 ? ['retriable-status-codes'] : []),
      ...states.flatMap((state) => GRPC_WORDS[state] ?? []),
    ],
    statusCodes,
    headers: [],
    perRetryTimeout: 0,
    backOff: {
      baseInterval,
      maxInterval: isConstant ? baseInterval : milliseconds(maxInterval, 60_000),
      policy: isConstant ? 'constant' : 'exponential',
    },
    bodyLimit: BODY_LIMIT,
  };
};

/**
 * The codes of a list with ranges; a part that is neither has `NaN`.
 *
 * @example codesIn('429,500-502') // [429, 500, 501, 502]
 */
export const codesIn = (list: string): readonly number[] =>
  list.split(',').flatMap((part) => {
    const [, first = 'NaN', last = first] = /^\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?$/.exec(part) ?? [];
    const count = Number(last) - Number(first) + 1;
    return count > 0 ? Array.from({ length: count }, (_, index) => Number(first) + index) : [Number.NaN];
  });
