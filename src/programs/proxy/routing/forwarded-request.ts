import type { RawHeaders } from '../http/upstream.ts';
import type { ListenerOptions } from '../options.ts';

/** What of a request is not in its headers. */
export interface ForwardedRequest {
  readonly headers: RawHeaders;
  /** Address of the client's socket. */
  readonly ip: string;
  readonly scheme: 'http' | 'https';
  /** `Host` or `:authority`. */
  readonly authority: string;
  /** The `Host` that goes out; `null`: none, for HTTP/2. */
  readonly host: string | null;
  readonly forwarded: ListenerOptions['forwarded'];
  /** A request for another protocol keeps `Upgrade`. */
  readonly isUpgrade: boolean;
  /** True for HTTP/2, where gRPC asks for trailers in this way. In HTTP/1.1 `TE` would need a `Connection` of its own. */
  readonly keepsTe: boolean;
  /** The span that the endpoint's are below, in place of the client's; `null`: the client's goes on. */
  readonly traceparent: string | null;
  /** Whether a trace that begins here is to be recorded by those behind. */
  readonly startsSampled: boolean;
}

/** What is taken out of the headers on the way, and goes out in another form. */
export interface TakenHeaders {
  upgrade: string | null;
  te: string | null;
  hops: string | null;
  requestId: string | null;
  traceparent: string | null;
  tracestate: string | null;
  'x-forwarded-for': string | null;
  'x-forwarded-proto': string | null;
  'x-forwarded-host': string | null;
  'x-forwarded-port': string | null;
  forwarded: string | null;
}
