import type { Duplex, Readable } from 'node:stream';

/** Headers as they are on the wire, in order: name, value, name, value, … */
export type RawHeaders = readonly string[];

/** A request as it is sent to an endpoint. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path with the query. */
  readonly path: string;
  /** Of an `h2` endpoint without the pseudo-headers, which come from `method`, `path`, `scheme` and `authority`. */
  readonly headers: RawHeaders;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  /** A stream can be sent once, a buffer again. */
  readonly body: Readable | Buffer | null;
  /** Called once the body has been sent; `null`: there are no trailers, and nobody has to wait for them. */
  readonly trailers: (() => RawHeaders) | null;
  /** What the connection is to become: `CONNECT`, or the protocol of an upgrade, such as `websocket`. */
  readonly tunnel: string | null;
}

/** How an attempt ended without a whole response, in Envoy's words for retries. */
export type AttemptFailure =
  /** No connection: refused, unreachable, handshake failed. */
  | 'connect-failure'
  | 'connect-timeout'
  /** The endpoint promises that it has not begun with the request (HTTP/2). */
  | 'refused-stream'
  /** The connection ended before the request was written on it. */
  | 'reset-before-request'
  /** The connection ended before the head of a response. */
  | 'reset'
  /** The connection ended within the body of a response. */
  | 'broken'
  /** What came is no HTTP, or too large. */
  | 'protocol-error';

/** Takes the response of an attempt. After `onEnd` or `onFailure` nothing more comes, nor after `abort`. */
export interface ResponseSink {
  /** The connection that the request goes out on is open. */
  readonly onConnected: () => void;
  /** 100 to 199, except 101. */
  readonly onInformation: (status: number, headers: RawHeaders) => void;
  /** A request for a tunnel was granted: the stream is the client's from here on, and nothing else comes. */
  readonly onTunnel?: (status: number, headers: RawHeaders, stream: Duplex) => void;
  /** With `isWhole`, neither a body nor trailers come: a gRPC error is such a response, and has to stay one. */
  readonly onHead: (status: number, headers: RawHeaders, isWhole: boolean) => void;
  /** False: no more until `resume`. */
  readonly onData: (chunk: Buffer) => boolean;
  readonly onEnd: (trailers: RawHeaders) => void;
  readonly onFailure: (failure: AttemptFailure, cause: Error) => void;
}

export interface Attempt {
  readonly resume: () => void;
  /** The client has gone, or the attempt takes too long. */
  readonly abort: () => void;
}

/** The connections to one endpoint. */
export interface Upstream {
  readonly send: (request: UpstreamRequest, sink: ResponseSink) => Attempt;
  /** Connections that are open now. */
  readonly openConnections: number;
  /** Lets open requests end, and closes what is idle. */
  readonly close: () => void;
}
