import type { RetryOptions, RouteOptions } from '../../../programs/proxy/options.ts';

/** Words of HAProxy for those of `retryOn`. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'connect-failure': ['conn-failure'],
  'refused-stream': ['conn-failure'],
  'reset-before-request': ['empty-response'],
  reset: ['empty-response', 'junk-response'],
  '5xx': ['conn-failure', 'empty-response', 'junk-response', '500', '501', '502', '503', '504'],
  'gateway-error': ['conn-failure', 'empty-response', '502', '503', '504'],
};

/** Status codes that HAProxy can retry. */
export const RETRIED_STATUS: ReadonlySet<number> = new Set([
  401, 403, 404, 408, 425, 500, 501, 502, 503, 504,
]);

export const isRetryWord = (word: string): boolean => word in WORDS || word === 'retriable-status-codes';

/** The lines for retries of a backend. */
export const retryLines = ({ retry }: RouteOptions, holdFor: number): readonly (string | null)[] => {
  const words = retryWords(retry);
  return [
    `retries ${Math.min(retryCount(retry, words, holdFor), 1_000)}`,
    words.length === 0 ? null : `retry-on ${words.join(' ')}`,
    // What may have been done already is not done again, unless that was asked for.
    retry.retryOn.includes('reset') || retry.retryOn.includes('5xx')
      ? null
      : 'http-request disable-l7-retry unless METH_GET or { method HEAD OPTIONS PUT DELETE TRACE }',
  ];
};

const retryWords = ({ numRetries, retryOn, statusCodes }: RetryOptions): readonly string[] => {
  if (numRetries === 0) return ['conn-failure'];
  const codes = retryOn.includes('retriable-status-codes') ? statusCodes.map(String) : [];
  return [...new Set([...retryOn.flatMap((word) => WORDS[word] ?? []), ...codes])];
};

/** HAProxy waits a second before it connects to the same server again. A response is never retried that often. */
const retryCount = ({ numRetries }: RetryOptions, words: readonly string[], holdFor: number): number =>
  words.some((word) => /^\d/.test(word)) ? numRetries : Math.max(numRetries, Math.ceil(holdFor / 1_000));
