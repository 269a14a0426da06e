import type { OnReadOpts, Socket } from 'node:net';
import { now } from '../../../../time/timers.ts';
import type { AttemptFailure, RawHeaders } from '../upstream.ts';
import type { H1Attempt } from './attempt.ts';
import { type BodySender, lastChunk, sendBuffer, sendStream } from './body-sender.ts';
import { framingOf, requestText } from './request-text.ts';
import { MalformedResponse, type ResponseHead } from './response-head.ts';
import { type ResponseHandler, ResponseParser } from './response-parser.ts';

/**
 * What the kernel has is read into these bytes, and parsed before anything else is read: one buffer is enough for all
 * connections. Node's own way allocates as much for every read.
 */
const READ = Buffer.allocUnsafeSlow(64 * 1024);

/** The options of a socket whose bytes go to a connection. */
export const readingInto = (connection: () => Connection | null): OnReadOpts => ({
  buffer: READ,
  callback: (count: number): boolean => connection()?.onRead(READ.subarray(0, count)) ?? true,
});

/** What the owner of a connection learns of it. */
export interface ConnectionOwner {
  /** The response has come whole, and the connection is free for another request. */
  readonly onFree: (connection: Connection) => void;
  readonly onClosed: (connection: Connection) => void;
  /** A connection that was used before has ended before any byte of this response: it was idle for too long. */
  readonly onStale: (attempt: H1Attempt) => void;
}

/** This long before the peer closes an idle connection, it may be about to. */
const MARGIN = 1_000;

/** One connection to an endpoint, with one request at a time. */
export class Connection implements ResponseHandler {
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  readonly #parser: ResponseParser;
  #attempt: H1Attempt | null = null;
  #sender: BodySender | null = null;
  #isSent = true;
  #keepsAlive = true;
  #hasBytes = false;
  #isPaused = false;
  #isReused = false;
  #error: Error | null = null;
  /** Until when the peer keeps it, by what it said. */
  #keptFor: number | null = null;
  freeSince = 0;

  constructor(socket: Socket, owner: ConnectionOwner, mostOfHead: number) {
    this.#socket = socket;
    this.#owner = owner;
    this.#parser = new ResponseParser(this, mostOfHead);
    socket.setNoDelay(true);
    socket.on('error', (error) => {
      this.#error ??= error;
    });
    socket.on('end', () => this.#onEnd());
    socket.on('close', () => this.#onClosed());
  }

  get isUsable(): boolean {
    return this.#keepsAlive && this.#socket.writable && this.#socket.readable;
  }

  /** Whether the peer may close it before the next request reaches it. */
  isDoubtfulAt(time: number): boolean {
    return this.#keptFor !== null && time > this.freeSince + this.#keptFor - MARGIN;
  }

  send(attempt: H1Attempt): void {
    const { request } = attempt;
    this.#attempt = attempt;
    attempt.connection = this;
    this.#hasBytes = false;
    this.#isSent = false;
    const framing = framingOf(request);
    const head = requestText(request, framing);
    const isChunked = framing === 'chunked';
    const end = (): string => lastChunk(request.trailers?.() ?? []);
    const { body } = request;
    if (body === null || Buffer.isBuffer(body)) {
      if (body === null) this.#socket.write(head, 'latin1');
      else sendBuffer(this.#socket, head, body, isChunked, isChunked ? end() : '');
      this.#isSent = true;
    } else {
      this.#socket.write(head, 'latin1');
      const onSent = (): void => {
        this.#isSent = true;
      };
      this.#sender = sendStream(this.#socket, body, { isChunked, end, onSent });
    }
  }

  /** The request is of no interest any more; what is under way on this connection would be taken for another's. */
  abort(): void {
    this.#attempt = null;
    this.close();
  }

  close(): void {
    this.#keepsAlive = false;
    this.#stopSending();
    this.#socket.destroy();
  }

  resume(): void {
    this.#isPaused = false;
    this.#socket.resume();
  }

  onRead(bytes: Buffer): boolean {
    this.#hasBytes = true;
    if (this.#attempt === null) this.close();
    else this.#feed(bytes);
    return !this.#isPaused;
  }

  isHead(): boolean {
    return this.#attempt?.request.method === 'HEAD';
  }

  onResponseHead({ status, headers, length, keepsAlive, idleTime }: ResponseHead): void {
    if (status === 101) return this.#fail('protocol-error', new Error('it switches protocols unasked'));
    if (status < 200) return this.#attempt?.sink.onInformation(status, headers);
    this.#keepsAlive = this.#keepsAlive && keepsAlive;
    this.#keptFor = idleTime;
    const isWhole = length === 0 || status === 204 || status === 304 || this.isHead();
    if (this.#attempt === null) return;
    this.#attempt.hasHead = true;
    this.#attempt.sink.onHead(status, headers, isWhole);
  }

  onBody(bytes: Buffer): void {
    // What is passed on outlives this read.
    const isTaken = this.#attempt?.sink.onData(Buffer.from(bytes)) ?? true;
    if (!isTaken) this.#isPaused = true;
  }

  onMessageEnd(trailers: RawHeaders, isFollowed: boolean): void {
    const attempt = this.#attempt;
    this.#attempt = null;
    this.#isReused = true;
    // An endpoint that answers before it has read everything may not read the rest. What follows a response unasked would
    // be taken for the answer to the next request.
    if (!this.#isSent || isFollowed) this.#keepsAlive = false;
    this.#stopSending();
    if (this.#isPaused) this.resume();
    if (this.isUsable) {
      this.freeSince = now();
      this.#owner.onFree(this);
    } else this.close();
    attempt?.sink.onEnd(trailers);
  }

  #feed(bytes: Buffer): void {
    try {
      this.#parser.feed(bytes);
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      this.#fail('protocol-error', error);
    }
  }

  #onEnd(): void {
    this.#keepsAlive = false;
    if (this.#attempt !== null) this.#parser.end();
    this.#lose();
  }

  #onClosed(): void {
    this.#lose();
    this.#owner.onClosed(this);
  }

  #lose(): void {
    const attempt = this.#attempt;
    if (attempt === null) return this.close();
    const cause = this.#error ?? new Error('the other side has closed the connection');
    if (!this.#hasBytes && this.#isReused && attempt.isRepeatable) {
      this.abort();
      return this.#owner.onStale(attempt);
    }
    this.#fail(this.#isUnwritten(attempt) ? 'reset-before-request' : 'reset', cause);
  }

  /** The kernel refuses with this what it has not sent. Of a stream, a part may have been sent before. */
  #isUnwritten({ request: { body } }: H1Attempt): boolean {
    const isOnePiece = body === null || Buffer.isBuffer(body);
    return isOnePiece && (this.#error as NodeJS.ErrnoException | null)?.code === 'EPIPE';
  }

  #fail(failure: AttemptFailure, cause: Error): void {
    const attempt = this.#attempt;
    this.abort();
    attempt?.sink.onFailure(attempt.hasHead ? 'broken' : failure, cause);
  }

  #stopSending(): void {
    this.#sender?.stop();
    this.#sender = null;
  }
}
