import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ClientTunnel } from '../../http/downstream.ts';
import type { RawHeaders } from '../../http/upstream.ts';
import { headerIn } from '../../routing/raw-headers.ts';
import { acceptOf } from './web-socket.ts';

/**
 * Whether a request is to be served as one for another protocol. HTTP/2 is not among them: it is for this connection only
 * (RFC 9113 has given up that upgrade), and a server may always go on in HTTP/1.1. A body would come before the other
 * protocol begins.
 */
export const isUpgrade = (request: IncomingMessage): boolean =>
  !hasBody(request) && !/^h2c?$/i.test(request.headers.upgrade ?? '');

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/**
 * A CONNECT names a host and a port, and nothing else (RFC 9112, 3.2.3). What follows it is for the tunnel: whoever waited for a
 * body would wait for ever.
 */
export const isTarget = (request: IncomingMessage): boolean =>
  request.method !== 'CONNECT' || (/^[^\s/?#@]+:\d{1,5}$/.test(request.url ?? '') && !hasBody(request));

const nothing = (): void => undefined;

/** Responses to requests that a client has sent before, without waiting for them, go first. */
export const afterOthers = (socket: Duplex, go: () => void): void => {
  const { _httpMessage: before } = socket as Duplex & { readonly _httpMessage?: ServerResponse | null };
  if (socket.destroyed) return;
  if (before === null || before === undefined) return go();
  socket.on('error', nothing);
  // The next one has the connection by then.
  before.once('close', () => setImmediate(() => afterOthers(socket, go)));
};

/** An upgrade, or a CONNECT, over HTTP/1.1. An answer that refuses it goes out as an ordinary response. */
export class H1Tunnel implements ClientTunnel {
  readonly protocol: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #socket: Duplex;

  constructor(request: IncomingMessage, response: ServerResponse, socket: Duplex, head: Buffer) {
    this.protocol = request.method === 'CONNECT' ? 'CONNECT' : (request.headers.upgrade ?? '').toLowerCase();
    this.#request = request;
    this.#response = response;
    this.#socket = socket;
    socket.on('error', nothing);
    if (head.length > 0) socket.unshift(head);
    // Without a reader nobody would learn that the client has gone.
    socket.on('readable', nothing);
    response.assignSocket(request.socket);
    // A response before this one has left the time after which its connection counts as idle.
    request.socket.setTimeout(0);
    response.once('finish', () => {
      if (response.socket !== null) request.socket.destroySoon();
    });
  }

  open(status: number, headers: RawHeaders): Duplex {
    const socket = this.#socket;
    this.#response.detachSocket(this.#request.socket);
    this.#response.emit('close');
    socket.off('readable', nothing);
    socket.write(this.#head(status, headers), 'latin1');
    return socket;
  }

  #head(status: number, headers: RawHeaders): string {
    const isConnect = this.protocol === 'CONNECT';
    const fields = isConnect ? headers : this.#upgraded(headers);
    let text = `HTTP/1.1 ${isConnect ? status : 101} ${STATUS_CODES[isConnect ? status : 101] ?? ''}\r\n`;
    for (let at = 0; at + 1 < fields.length; at += 2) text += `${fields[at]}: ${fields[at + 1]}\r\n`;
    return `${text}\r\n`;
  }

  /** An endpoint that speaks HTTP/2 grants it without them. */
  #upgraded(headers: RawHeaders): RawHeaders {
    const key = this.#request.headers['sec-websocket-key'];
    const isUpgraded = headerIn(headers, 'upgrade') !== null;
    const isAccepted = key === undefined || headerIn(headers, 'sec-websocket-accept') !== null;
    return [
      ...headers,
      ...(isUpgraded ? [] : ['connection', 'upgrade', 'upgrade', this.protocol]),
      ...(isAccepted ? [] : ['sec-websocket-accept', acceptOf(key)]),
    ];
  }
}
