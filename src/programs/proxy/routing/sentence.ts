import type { Cause } from './cause.ts';

/**
 * One sentence, or two, on why the proxy answers itself: it begins with the proxy, and names the process behind it.
 *
 * @example
 * // edge: web does not answer on 127.0.0.1:3000: connection refused. It restarts; see 'sidecarctl why web'
 */
export const sentenceOf = (proxy: string, cause: Cause): string =>
  oneLine(`${proxy}: ${causeText(cause)}${processText(cause)}`);

const causeText = (cause: Cause): string => {
  switch (cause.kind) {
    case 'no-route':
      return 'no route matches this request';
    case 'no-cluster':
      return 'all weights of the route are 0';
    case 'no-endpoint':
      return `nothing of ${cause.cluster} is ready`;
    case 'none-healthy':
      return cause.ejected === 0
        ? `no endpoint of ${cause.cluster} passes its health check`
        : `no endpoint of ${cause.cluster} is healthy (${cause.ejected} ejected)`;
    case 'connect-failure':
      return `${cause.cluster} does not answer on ${cause.address}: ${plainError(cause.error)}`;
    case 'connect-timeout':
      return `${cause.cluster} does not answer on ${cause.address}: no connection within ${time(cause.after)}`;
    case 'upstream-closed':
      return `${cause.cluster} on ${cause.address} ended the connection before its response: ${plainError(cause.error)}`;
    case 'upstream-protocol':
      return `${cause.cluster} on ${cause.address} sent what is no HTTP: ${cause.error}`;
    case 'timeout':
      return `${cause.cluster} did not answer within ${time(cause.after)}`;
    case 'stream-idle':
      return `nothing came from or for ${cause.cluster} for ${time(cause.after)}`;
    case 'overflow':
      return `too much for ${cause.cluster} at the same time (${cause.limit}: ${cause.most})`;
    case 'breaker-open':
      return `${cause.cluster} gets no requests after ${cause.failures} failures in a row, for another ${time(cause.retryAfter)}`;
    default:
      return ownText(cause);
  }
};

type OwnCause = Extract<
  Cause,
  { kind: 'rate-limited' | 'fault' | 'loop' | 'bad-request' | 'headers-too-large' | 'not-possible' }
>;

const ownText = (cause: OwnCause): string => {
  switch (cause.kind) {
    case 'rate-limited':
      return `too many requests: the next one is allowed in ${time(cause.retryAfter)}`;
    case 'fault':
      return 'this fault was injected, as its options say';
    case 'loop':
      return 'this request goes round in a loop of proxies';
    case 'bad-request':
      return `this request is malformed: ${cause.error}`;
    case 'headers-too-large':
      return `the headers of this request have more than ${cause.most} bytes`;
    case 'not-possible':
      return cause.what;
  }
};

const processText = (cause: Cause): string => {
  const process = 'process' in cause ? cause.process : null;
  return process === null ? '' : `. It ${process.state}; see 'sidecarctl why ${process.name}'`;
};

/** `connect ECONNREFUSED 127.0.0.1:3000` says little to most people. */
const plainError = (error: string): string => {
  const known = Object.entries(PLAIN).find(([code]) => error.includes(code));
  return known === undefined ? error : known[1];
};

const PLAIN: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ENOTFOUND: 'the name is unknown',
  EAI_AGAIN: 'the name cannot be looked up',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no answer',
  UND_ERR_SOCKET: 'connection closed',
};

const time = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.ceil(milliseconds)}ms` : `${Math.ceil(milliseconds / 100) / 10}s`;

/** What an endpoint or a client sent may be in it. */
const oneLine = (sentence: string): string => sentence.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
