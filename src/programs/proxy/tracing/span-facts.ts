import type { Downstream } from '../http/downstream.ts';
import type { Failure } from '../policies/retry.ts';
import type { ResponseFlag } from '../routing/response-flags.ts';

/** What both kinds of spans of a request tell. Times are milliseconds since 1970. */
interface SpanFacts {
  readonly spanId: string;
  readonly start: number;
  readonly end: number;
  /** 0: there was no response. */
  readonly status: number;
  /** `grpc-status`, of a call of gRPC that has come to an end. */
  readonly grpcStatus: string | null;
}

/** A request as it came. */
export interface ServerFacts extends SpanFacts {
  readonly parentId: string | null;
  readonly request: Pick<
    Downstream,
    'method' | 'url' | 'scheme' | 'authority' | 'protocol' | 'ip' | 'headers'
  >;
  /** Path that the route asked for; `null` if it asked for none. */
  readonly route: string | null;
  readonly flags: readonly ResponseFlag[];
}

/** One try to get a response of an endpoint. */
export interface TryFacts extends SpanFacts {
  /** From 0. */
  readonly resends: number;
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Path with the query, as it was sent. */
  readonly path: string;
  /** Host of the endpoint, as a URL has it: `pay.example.com`, `127.0.0.1:3000`. */
  readonly host: string;
  /** `127.0.0.1:3000` */
  readonly address: string;
  readonly protocol: 'http/1.1' | 'h2';
  readonly cluster: string;
  /** `null`: the response came whole. */
  readonly failure: Failure | 'canceled' | null;
}

/** A sampled request, once it is over. */
export interface TracedRequest {
  readonly traceId: string;
  readonly traceState: string | null;
  readonly isGrpc: boolean;
  readonly server: ServerFacts;
  readonly tries: readonly TryFacts[];
}
