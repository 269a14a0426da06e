import type { RawHeaders } from '../http/upstream.ts';
import { type Cause, causeFacts } from './cause.ts';
import { grpcMessage, grpcStatusOf, isGrpc } from './grpc.ts';
import type { ResponseFlag } from './response-flags.ts';
import type { RoutedRequest } from './routed-request.ts';
import { sentenceOf } from './sentence.ts';

/** A response of the proxy's own. */
export interface OwnAnswer {
  readonly status: number;
  readonly headers: RawHeaders;
  /** `''`: none, of a HEAD too. */
  readonly body: string;
  readonly flags: readonly ResponseFlag[];
}

/** What an own answer needs to know besides its cause. */
interface Asked {
  /** Name of the proxy's process. */
  readonly proxy: string;
  readonly request: Pick<RoutedRequest, 'method' | 'headers'>;
  /** Flags of what happened before: `URX`, `DI`. */
  readonly flags?: readonly ResponseFlag[];
}

/**
 * Makes the response that a client gets in place of the app's. It says what happened in one line of text and in
 * `x-sidecarctl-flags`; a gRPC client gets it as a status and a message, because it shows nobody a body.
 */
export const ownAnswer = (cause: Cause, { proxy, request, flags: before = [] }: Asked): OwnAnswer => {
  const { status, flag } = causeFacts(cause);
  const flags = flag === null ? before : [...before, flag];
  const sentence = sentenceOf(proxy, cause);
  const headers = [...flagHeaders(flags), ...headersOf(cause)];
  return isGrpc(request.headers)
    ? { status: 200, headers: [...headers, ...grpcHeaders(cause, status, sentence)], body: '', flags }
    : asText({ status, headers, body: `${sentence}\n`, flags }, request.method);
};

/** A fault can have one of these, which have no body: what came behind the head would be the next response. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

const asText = (answer: OwnAnswer, method: string): OwnAnswer =>
  WITHOUT_BODY.has(answer.status)
    ? { ...answer, body: '' }
    : {
        ...answer,
        headers: [
          ...answer.headers,
          ...['content-type', 'text/plain; charset=utf-8'],
          ...['content-length', String(Buffer.byteLength(answer.body))],
        ],
        body: method === 'HEAD' ? '' : answer.body,
      };

const grpcHeaders = (cause: Cause, status: number, sentence: string): RawHeaders => [
  ...['content-type', 'application/grpc'],
  ...['grpc-status', String(grpcStatusOf(cause, status))],
  ...['grpc-message', grpcMessage(sentence)],
];

const flagHeaders = (flags: readonly ResponseFlag[]): RawHeaders =>
  flags.length === 0 ? [] : ['x-sidecarctl-flags', flags.join(',')];

const headersOf = (cause: Cause): RawHeaders => {
  switch (cause.kind) {
    case 'overflow':
      return ['x-envoy-overloaded', 'true'];
    case 'breaker-open':
      return ['x-envoy-overloaded', 'true', 'retry-after', seconds(cause.retryAfter)];
    case 'rate-limited':
      return ['retry-after', seconds(cause.retryAfter)];
    default:
      return [];
  }
};

/** Whole ones, and never a time at which it is still too early. */
const seconds = (milliseconds: number): string => String(Math.max(1, Math.ceil(milliseconds / 1000)));
