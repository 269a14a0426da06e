import type { Failure } from './retry.ts';

/** RFC 9110, 9.2.2. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Milliseconds before a request is sent again, each time: at once if it was bad luck. A process that is killed resets all its
 * connections, one after the other, and for a moment every other one looks as if it were open. There are few, since a request
 * that ends every process it reaches must not be handed from one to the next.
 */
const RESENDS: readonly number[] = [0, 25, 100, 250, 250];

export const isIdempotent = (method: string): boolean => IDEMPOTENT.has(method);

/** Nobody listens there now. */
export const isRefusal = (failure: Failure): boolean =>
  failure === 'connect-failure' || failure === 'connect-timeout';

/**
 * Milliseconds after which a request that did not get an answer is sent again without a retry; `null`: it is not. It is if no
 * endpoint has begun with it, and if one may have, when it may be sent twice.
 */
export const resendAfter = (failure: Failure, idempotent: boolean, resends: number): number | null =>
  mayBeSentAgain(failure, idempotent) ? (RESENDS[resends] ?? null) : null;

const mayBeSentAgain = (failure: Failure, idempotent: boolean): boolean => {
  switch (failure) {
    case 'connect-failure':
    case 'connect-timeout':
    case 'refused-stream':
    case 'reset-before-request':
      return true;
    case 'reset':
      return idempotent;
    case 'broken':
    case 'protocol-error':
    case 'per-try-timeout':
    case 'timeout':
      return false;
  }
};
