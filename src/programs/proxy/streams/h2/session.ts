import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionRequestOptions,
  connect,
} from 'node:http2';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type DialOptions, dial, timer } from '../dial.ts';
import { Heartbeat, type Keepalive } from './keepalive.ts';

export interface SessionOptions extends DialOptions {
  /** `null`: it is on this machine. */
  readonly keepalive: Keepalive | null;
}

/** A stream that nobody reads holds back so much at most, in place of 64 KiB, which a fast upload fills at once. */
const STREAM_WINDOW = 256 * 1024;
const SESSION_WINDOW = 1024 * 1024;

export interface SessionEvents {
  /** It can take streams: at first, after one has ended, and when the peer allows more. */
  readonly onRoom: () => void;
  /** No connection came about. */
  readonly onFailure: (failure: SessionFailure, cause: Error) => void;
  /** It is gone, and takes no more streams. Open ones have been told by themselves. */
  readonly onClosed: () => void;
}

type SessionFailure = 'connect-failure' | 'connect-timeout' | 'protocol-error';

/**
 * A connection that speaks HTTP/2. It takes streams once the settings of the peer have come: only then is it known how
 * many it takes, and that it speaks HTTP/2 at all.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #events: SessionEvents;
  readonly #giveUp: () => void;
  readonly #stopTimer: () => void;
  #socket: Socket | null = null;
  #http2: ClientHttp2Session | null = null;
  #state: 'connecting' | 'open' | 'draining' | 'closed' = 'connecting';
  #openStreams = 0;
  #most = 0;
  #lastTaken = Infinity;
  #heartbeat: Heartbeat | null = null;

  constructor(options: SessionOptions, events: SessionEvents) {
    this.#options = options;
    this.#events = events;
    const { connectTimeout } = options;
    this.#stopTimer = timer(connectTimeout, () =>
      this.#fail('connect-timeout', new Error(`no HTTP/2 connection within ${connectTimeout} ms`)),
    );
    this.#giveUp = dial(
      { ...options, connectTimeout: 0 },
      {
        onOpen: (socket) => this.#speak(socket),
        onFailure: (failure, cause) => this.#fail(failure, cause),
      },
    );
  }

  get isConnecting(): boolean {
    return this.#state === 'connecting';
  }

  /** Streams that are open on it end, and it takes no others. */
  get isEnding(): boolean {
    return this.#state === 'draining' || this.#state === 'closed';
  }

  get hasRoom(): boolean {
    return this.#state === 'open' && this.#openStreams < this.#most;
  }

  /** Of WebSockets, by requests with CONNECT and a protocol. */
  get takesTunnels(): boolean {
    return this.#http2?.remoteSettings.enableConnectProtocol === true;
  }

  /** Its connection is closed. */
  get isGone(): boolean {
    return this.#http2?.destroyed !== false;
  }

  /** The peer has said that it has not begun with this stream, and never will. */
  hasRefused({ id = 0 }: ClientHttp2Stream): boolean {
    return id > this.#lastTaken;
  }

  /** Null: it has begun to close, and another has to take it. */
  request(headers: readonly string[], options: ClientSessionRequestOptions): ClientHttp2Stream | null {
    const stream = this.#begin(headers, options);
    if (stream === null) return null;
    this.#openStreams += 1;
    this.#heartbeat?.onRequest();
    stream.once('close', () => {
      this.#openStreams -= 1;
      this.#heartbeat?.onResponse();
      this.#closeIfIdle();
      if (this.hasRoom) this.#events.onRoom();
    });
    return stream;
  }

  /** Streams that are open may end. */
  close(): void {
    if (this.#state === 'connecting') {
      this.#stopTimer();
      this.#giveUp();
      this.#over();
    }
    this.#drain();
    this.#closeIfIdle();
  }

  /** A farewell would take back the requests that have not been written yet. */
  #closeIfIdle(): void {
    if (this.isEnding && this.#openStreams === 0) this.#http2?.close();
  }

  #begin(headers: readonly string[], options: ClientSessionRequestOptions): ClientHttp2Stream | null {
    const session = this.#http2;
    // Its end is announced later than it comes.
    if (session === null || session.closed || session.destroyed) {
      this.#drain();
      return null;
    }
    try {
      return session.request(headers, options);
    } catch (error) {
      // Its ids are used up, or it has been closed in this very turn.
      if (!/SESSION|OUT_OF_STREAMS/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
      this.close();
      return null;
    }
  }

  #speak(socket: Socket): void {
    this.#socket = socket;
    if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2')
      return this.#fail('protocol-error', new Error('it does not offer HTTP/2 in its TLS handshake (ALPN)'));
    const session = connect('http://upstream', {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
    });
    this.#http2 = session;
    const { keepalive } = this.#options;
    if (keepalive !== null)
      this.#heartbeat = new Heartbeat(session, socket, keepalive, () => this.#openStreams);
    session.once('connect', () => session.setLocalWindowSize(SESSION_WINDOW));
    session.on('remoteSettings', ({ maxConcurrentStreams = Infinity }) =>
      this.#onSettings(maxConcurrentStreams),
    );
    session.on('goaway', (_code, lastTaken) => {
      this.#lastTaken = lastTaken;
      this.#drain();
    });
    session.on('error', (error) => {
      if (this.#state === 'connecting')
        this.#fail('protocol-error', new Error('it does not speak HTTP/2', { cause: error }));
    });
    session.once('close', () => {
      if (this.#state === 'connecting')
        this.#fail('connect-failure', new Error('the connection was closed before it spoke HTTP/2'));
      else this.#over();
    });
  }

  #onSettings(most: number): void {
    this.#most = most;
    if (this.#state === 'connecting') {
      this.#stopTimer();
      this.#state = 'open';
    }
    if (this.hasRoom) this.#events.onRoom();
  }

  #drain(): void {
    if (this.#state === 'open') this.#state = 'draining';
  }

  #fail(failure: SessionFailure, cause: Error): void {
    this.#state = 'closed';
    this.#stopTimer();
    this.#giveUp();
    this.#http2?.destroy();
    this.#socket?.destroy();
    this.#events.onFailure(failure, cause);
  }

  #over(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#events.onClosed();
  }
}
