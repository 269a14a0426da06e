import type { AttemptFailure, RawHeaders } from '../http/upstream.ts';
import type { RetryOptions, ValueMatch } from '../options.ts';
import { backOffFor } from './back-off.ts';
import { headerValue } from './header-value.ts';
import { retryAfterIn } from './retry-after.ts';

/**
 * How an attempt can end without a response: as its connection says, or because it took longer than `perRetryTimeout`, or than a
 * timeout of the route, after which there is no time for another.
 */
export type Failure = AttemptFailure | 'per-try-timeout' | 'timeout';

/** Codes of gRPC (https://grpc.github.io/grpc/core/md_doc_statuscodes.html) that are words for retries. */
const GRPC_CODES: Readonly<Record<string, string>> = {
  cancelled: '1',
  'deadline-exceeded': '4',
  'resource-exhausted': '8',
  internal: '13',
  unavailable: '14',
};

const WORDS: ReadonlySet<string> = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'refused-stream',
  'retriable-4xx',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  ...Object.keys(GRPC_CODES),
]);

const isGatewayError = (status: number): boolean => status >= 502 && status <= 504;

/**
 * Whether a route's requests are sent again, and after how long: Envoy's words with their meaning there
 * (`RetryStateImpl` in source/common/router/retry_state_impl.cc).
 *
 * @example
 * const policy = new RetryPolicy({ numRetries: 1, retryOn: ['connect-failure'], … });
 * policy.isForFailure('connect-failure'); // true
 */
export class RetryPolicy {
  readonly numRetries: number;
  readonly #backOff: RetryOptions['backOff'];
  readonly #words: ReadonlySet<string>;
  readonly #statusCodes: ReadonlySet<number>;
  readonly #grpcCodes: ReadonlySet<string>;
  readonly #headers: readonly HeaderMatcher[];
  /** True: also a response that says 200 may be one to retry. */
  readonly #looksAtHeaders: boolean;

  /** @throws Error naming a word that is none */
  constructor(options: RetryOptions) {
    const unknown = options.retryOn.find((word) => !WORDS.has(word));
    if (unknown !== undefined) throw new Error(`retryOn: ${unknown} is none of ${[...WORDS].join(', ')}`);
    this.numRetries = options.numRetries;
    this.#backOff = options.backOff;
    this.#words = new Set(options.retryOn);
    this.#statusCodes = new Set(this.#words.has('retriable-status-codes') ? options.statusCodes : []);
    this.#grpcCodes = new Set(options.retryOn.flatMap((word) => GRPC_CODES[word] ?? []));
    this.#headers = this.#words.has('retriable-headers') ? options.headers.map(matcherOf) : [];
    this.#looksAtHeaders =
      this.#grpcCodes.size > 0 || this.#headers.length > 0 || this.#words.has('envoy-ratelimited');
  }

  /** Milliseconds before retry number `retry`, from 1 on. */
  backOff(retry: number, random: number): number {
    return backOffFor(this.#backOff, retry, random);
  }

  /** As `backOff`, unless the response asks for a time of its own. */
  backOffAfter(headers: RawHeaders, retry: number, random: number, date: number): number {
    return retryAfterIn(headers, random, date) ?? this.backOff(retry, random);
  }

  /** A reset counts as a 5xx and as a gateway error, since it would become one. What has begun to answer is never sent again. */
  isForFailure(failure: Failure): boolean {
    if (failure === 'broken' || failure === 'timeout') return false;
    const words = this.#words;
    if (words.has('reset') || words.has('5xx') || words.has('gateway-error')) return true;
    switch (failure) {
      case 'connect-failure':
      case 'connect-timeout':
        return words.has('connect-failure') || words.has('reset-before-request');
      case 'reset-before-request':
        return words.has('reset-before-request');
      case 'refused-stream':
        return words.has('refused-stream');
      case 'reset':
      case 'protocol-error':
      case 'per-try-timeout':
        return false;
    }
  }

  isForResponse(status: number, headers: RawHeaders): boolean {
    // Without a word for headers a response that is no error is none to retry either: most end here.
    if (status < 400 && !this.#looksAtHeaders && !this.#statusCodes.has(status)) return false;
    if (headerValue(headers, 'x-envoy-ratelimited') !== null) return this.#words.has('envoy-ratelimited');
    return this.#isForStatus(status) || this.#isForHeaders(headers);
  }

  #isForStatus(status: number): boolean {
    const words = this.#words;
    return (
      (status >= 500 && status < 600 && words.has('5xx')) ||
      (isGatewayError(status) && words.has('gateway-error')) ||
      (status === 409 && words.has('retriable-4xx')) ||
      this.#statusCodes.has(status)
    );
  }

  #isForHeaders(headers: RawHeaders): boolean {
    if (this.#headers.some((matches) => matches(headers))) return true;
    if (this.#grpcCodes.size === 0) return false;
    const code = headerValue(headers, 'grpc-status');
    return code !== null && this.#grpcCodes.has(code);
  }
}

type HeaderMatcher = (headers: RawHeaders) => boolean;

const matcherOf = ({ type, name, value }: ValueMatch): HeaderMatcher => {
  const lowerCase = name.toLowerCase();
  const pattern = type === 'RegularExpression' ? new RegExp(`^(?:${value})$`) : null;
  return (headers) => {
    const found = headerValue(headers, lowerCase);
    if (found === null || type === 'Present') return found !== null;
    return pattern === null ? found === value : pattern.test(found);
  };
};
