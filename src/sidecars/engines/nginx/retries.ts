import type { RouteOptions } from '../../../programs/proxy/options.ts';

/** Words of nginx for those of `retryOn`. nginx does not send what may have been done already again. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'connect-failure': ['error', 'timeout'],
  'refused-stream': ['error'],
  'reset-before-request': ['error'],
  reset: ['error', 'invalid_header'],
  '5xx': ['error', 'timeout', 'invalid_header', 'http_500', 'http_502', 'http_503', 'http_504'],
  'gateway-error': ['error', 'timeout', 'invalid_header', 'http_502', 'http_503', 'http_504'],
};

export const RETRIED_STATUS: ReadonlySet<number> = new Set([403, 404, 429, 500, 502, 503, 504]);

export const isRetryWord = (word: string): boolean => word in WORDS || word === 'retriable-status-codes';

/** The lines for retries of a location; `module`: `proxy` or `grpc`. */
export const retryLines = ({ retry }: RouteOptions, module: string): readonly string[] => {
  const { numRetries, retryOn, statusCodes } = retry;
  if (numRetries === 0) return [`${module}_next_upstream off`];
  const codes = retryOn.includes('retriable-status-codes') ? statusCodes.map((code) => `http_${code}`) : [];
  const words = new Set([...retryOn.flatMap((word) => WORDS[word] ?? []), ...codes]);
  return words.size === 0
    ? [`${module}_next_upstream off`]
    : [
        `${module}_next_upstream ${[...words].join(' ')}`,
        `${module}_next_upstream_tries ${attemptsOf(retry)}`,
      ];
};

/** More than a hundred have no use, and would all be lines of a group. */
export const attemptsOf = ({ numRetries }: RouteOptions['retry']): number => Math.min(numRetries, 100) + 1;
