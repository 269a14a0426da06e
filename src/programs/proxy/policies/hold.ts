import type { Failure } from './retry.ts';

/** RFC 9110, 9.2.2. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** A request that ends every process it reaches must not be handed from one to the next. */
const RESENDS_AT_MOST = 3;

export const isIdempotent = (method: string): boolean => IDEMPOTENT.has(method);

/** Nobody listens there now. */
export const isRefusal = (failure: Failure): boolean =>
  failure === 'connect-failure' || failure === 'connect-timeout';

/**
 * Whether a request that did not get an answer waits for an endpoint and is sent again, retries or not: always if no endpoint has
 * begun with it, and if one may have, when it may be sent twice.
 */
export const mayBeSentAgain = (failure: Failure, idempotent: boolean, resends: number): boolean => {
  if (resends >= RESENDS_AT_MOST) return false;
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
