import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import type { RawHeaders } from './upstream.ts';

/** Learns what happens on the client's side while a request is under way. */
export interface ClientListener {
  /** The client takes more of the response again. */
  readonly onDrain: () => void;
  /** The client has gone before its response was whole. */
  readonly onGone: () => void;
  /** What comes behind the head is no HTTP. The client gets an answer with that status. */
  readonly onMalformed: (status: number) => void;
}

/** A client's request that its connection becomes something else. */
export interface ClientTunnel {
  /** `CONNECT`, or the protocol of an upgrade, such as `websocket`. */
  readonly protocol: string;
  /** Grants it, and gives the stream of what comes then. */
  readonly open: (status: number, headers: RawHeaders) => Duplex;
}

/** The client's side of one request, over whatever protocol it has come. */
export interface Downstream {
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';
  readonly method: string;
  /** Path with the query, as the client wrote it. */
  readonly url: string;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  /** Without pseudo-headers. */
  readonly headers: RawHeaders;
  /** Address of the client. */
  readonly ip: string;
  /** What the request has come over; `null`: it is gone. */
  readonly connection: Socket | null;
  /** `null`: there is none. */
  readonly body: Readable | null;
  /** `null`: there cannot be any. */
  readonly trailers: (() => RawHeaders) | null;
  /** The client waits for a 100 before it sends the body. */
  readonly isExpecting: boolean;
  /** `null`: an ordinary request. */
  readonly tunnel: ClientTunnel | null;
  listener: ClientListener | null;
  /** 100 to 199. */
  readonly inform: (status: number, headers: RawHeaders) => void;
  readonly respond: (status: number, headers: RawHeaders, isWhole: boolean) => void;
  /** False: no more until `onDrain`. */
  readonly write: (chunk: Buffer) => boolean;
  readonly end: (trailers: RawHeaders) => void;
  /** Ends the connection, or the stream, so that the client can tell that the response is not whole. */
  readonly cut: () => void;
}
