import { type ClientHttp2Stream, constants } from 'node:http2';
import type {
  Attempt,
  AttemptFailure,
  RawHeaders,
  ResponseSink,
  UpstreamRequest,
} from '../../http/upstream.ts';
import { failureOf, nameOf } from './failures.ts';
import { lengthIn, requestHeadersOf, responseOf, trailersOf } from './headers.ts';
import type { Session } from './session.ts';

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM, NGHTTP2_NO_ERROR } = constants;

/** A request on its way: it waits for a session, and is then a stream. */
export class H2Attempt implements Attempt {
  readonly #request: UpstreamRequest;
  readonly #sink: ResponseSink;
  readonly #onAborted: () => void;
  #stream: ClientHttp2Stream | null = null;
  #hasHead = false;
  #isOver = false;
  #trailers: RawHeaders | null = null;
  #cause: Error | null = null;
  /** Bytes that are still to come; -1: nobody knows. */
  #missing = -1;

  constructor(request: UpstreamRequest, sink: ResponseSink, onAborted: () => void) {
    this.#request = request;
    this.#sink = sink;
    this.#onAborted = onAborted;
  }

  /** False: the session takes no more streams. */
  start(session: Session): boolean {
    const { body, trailers, tunnel } = this.#request;
    if (tunnel !== null && !session.takesTunnels) {
      this.fail('protocol-error', new Error('it takes no tunnels over HTTP/2 (RFC 8441)'));
      return true;
    }
    const stream = session.request(requestHeadersOf(this.#request), {
      endStream: body === null && tunnel === null,
      waitForTrailers: body !== null && trailers !== null,
    });
    if (stream === null) return false;
    this.#stream = stream;
    this.#sink.onConnected();
    // The request may have been aborted in the meantime.
    if (!this.#isOver) {
      this.#receive(stream, session);
      this.#sendBody(stream);
    }
    return true;
  }

  /** No session came about. */
  fail(failure: AttemptFailure, cause: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#sink.onFailure(failure, cause);
  }

  resume(): void {
    this.#stream?.resume();
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onAborted();
    this.#stream?.on('error', () => undefined).close(NGHTTP2_CANCEL);
  }

  #sendBody(stream: ClientHttp2Stream): void {
    const { body, trailers } = this.#request;
    stream.once('wantTrailers', () => stream.sendTrailers(trailersOf(trailers?.() ?? [])));
    if (body === null) return;
    if (Buffer.isBuffer(body)) {
      stream.end(body);
      return;
    }
    body.pipe(stream);
    stream.once('close', () => body.unpipe(stream));
  }

  #receive(stream: ClientHttp2Stream, session: Session): void {
    const sink = this.#sink;
    this.#on(stream, 'headers', (_flags, headers) => {
      const { status, fields } = responseOf(headers);
      sink.onInformation(status, fields);
    });
    this.#on(stream, 'response', (flags, headers) => {
      const { status, fields } = responseOf(headers);
      if (this.#request.tunnel !== null && status < 300) return this.#grant(stream, status, fields);
      this.#hasHead = true;
      const isWhole = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
      if (!isWhole && this.#request.method !== 'HEAD' && status !== 304) this.#missing = lengthIn(fields);
      sink.onHead(status, fields, isWhole);
    });
    this.#on(stream, 'trailers', (_flags, headers) => {
      this.#trailers = headers;
    });
    stream.on('data', (chunk: Buffer) => {
      if (this.#missing > 0) this.#missing -= chunk.length;
      if (!this.#isOver && !sink.onData(chunk)) stream.pause();
    });
    stream.on('error', (error) => {
      this.#cause = error;
    });
    stream.once('end', () => this.#end(stream));
    stream.once('close', () => this.#close(stream, session));
  }

  #grant(stream: ClientHttp2Stream, status: number, headers: RawHeaders): void {
    this.#isOver = true;
    stream.removeAllListeners('data');
    this.#sink.onTunnel?.(status, headers, stream);
  }

  #on(
    stream: ClientHttp2Stream,
    event: 'headers' | 'response' | 'trailers',
    take: (flags: number, headers: RawHeaders) => void,
  ): void {
    stream.on(event, (_headers: unknown, flags: number, raw: RawHeaders) => {
      if (!this.#isOver) take(flags, raw);
    });
  }

  /**
   * Node ends a stream that is reset, too, and does not tell how the last frame was marked. RFC 9113 has `NO_ERROR` for the
   * reset of a whole response.
   */
  #end({ rstCode }: ClientHttp2Stream): void {
    const isCut = (rstCode !== NGHTTP2_NO_ERROR && this.#trailers === null) || this.#missing > 0;
    if (this.#isOver || !this.#hasHead || isCut) return;
    this.#isOver = true;
    this.#sink.onEnd(this.#trailers ?? []);
  }

  #close(stream: ClientHttp2Stream, session: Session): void {
    const { rstCode } = stream;
    const how = session.isGone ? 'closed the connection' : `reset the stream (${nameOf(rstCode)})`;
    const cause = this.#cause ?? new Error(`the endpoint ${how}`);
    const isRefused = !this.#hasHead && session.hasRefused(stream);
    this.fail(isRefused ? 'refused-stream' : failureOf(rstCode, cause, this.#hasHead), cause);
  }
}
