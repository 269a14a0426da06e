import type { RawHeaders } from '../upstream.ts';
import { MalformedResponse, type ResponseHead, readHead, readTrailers } from './response-head.ts';

/** Takes what is in the bytes of a connection. */
export interface ResponseHandler {
  /** Whether the request was a `HEAD`: its answer has no body. */
  readonly isHead: () => boolean;
  readonly onResponseHead: (head: ResponseHead) => void;
  /** Bytes of the body, which are valid during the call only. */
  readonly onBody: (bytes: Buffer) => void;
  /** With `isFollowed`, there are more bytes, which are dropped: nobody has asked for another response. */
  readonly onMessageEnd: (trailers: RawHeaders, isFollowed: boolean) => void;
}

type Expected = 'head' | 'length' | 'close' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers';

const HEAD_END = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);
const NO_TRAILERS: RawHeaders = [];
const CR = 13;
const LF = 10;

/** Of the size of a chunk, with its extensions. */
const MOST_OF_A_LINE = 4_096;

const CHUNK_SIZE = /^([0-9a-f]{1,12})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/i;

/** Parses the responses on one connection: strictly, as they come, and without keeping any body. */
export class ResponseParser {
  readonly #handler: ResponseHandler;
  readonly #mostOfHead: number;
  #expected: Expected = 'head';
  #left = 0;
  /** The begin of a head or a line whose end has not come. */
  #begun: Buffer = NOTHING;
  /** Trailers of the message that has just ended. */
  #ended: RawHeaders | null = null;

  constructor(handler: ResponseHandler, mostOfHead: number) {
    this.#handler = handler;
    this.#mostOfHead = mostOfHead;
  }

  /** True: the next byte begins a response. */
  get isBetween(): boolean {
    return this.#expected === 'head' && this.#begun.length === 0;
  }

  /** Throws if it is no HTTP/1.1. The bytes are not kept. */
  feed(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length && this.#ended === null) at = this.#step(bytes, at);
    this.#tellEnd(at < bytes.length);
  }

  /** The connection has ended. False: within a message. */
  end(): boolean {
    if (this.#expected !== 'close') return this.isBetween;
    this.#finish(NO_TRAILERS);
    this.#tellEnd(false);
    return true;
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#expected) {
      case 'head':
        return this.#head(bytes, at);
      case 'length':
      case 'chunk':
        return this.#body(bytes, at);
      case 'close':
        this.#handler.onBody(at === 0 ? bytes : bytes.subarray(at));
        return bytes.length;
      case 'chunk-size':
        return this.#chunkSize(bytes, at);
      case 'chunk-end':
        return this.#chunkEnd(bytes, at);
      case 'trailers':
        return this.#trailers(bytes, at);
      default:
        return this.#expected satisfies never;
    }
  }

  #head(bytes: Buffer, from: number): number {
    const begun = this.#begun;
    // The end may have begun in the bytes before.
    const all = begun.length === 0 ? bytes : Buffer.concat([begun, bytes.subarray(from)]);
    const start = begun.length === 0 ? from : 0;
    const end = all.indexOf(HEAD_END, Math.max(start, begun.length - 3));
    if (end === -1 ? all.length - start > this.#mostOfHead : end - start > this.#mostOfHead)
      throw new MalformedResponse('its headers are too large');
    if (end === -1) {
      this.#begun = Buffer.from(all.subarray(start));
      return bytes.length;
    }
    this.#begun = NOTHING;
    this.#beginMessage(readHead(all.toString('latin1', start, end + 2)));
    return bytes.length - (all.length - end - 4);
  }

  #beginMessage(head: ResponseHead): void {
    const { status, length } = head;
    const hasNoBody = status < 200 || status === 204 || status === 304 || this.#handler.isHead();
    this.#handler.onResponseHead(head);
    if (status < 200) return;
    if (hasNoBody || length === 0) return this.#finish(NO_TRAILERS);
    if (length === null) this.#expected = 'close';
    else if (length === 'chunked') this.#expected = 'chunk-size';
    else {
      this.#expected = 'length';
      this.#left = length;
    }
  }

  #body(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    const isWhole = this.#left === 0;
    const isChunk = this.#expected === 'chunk';
    if (isWhole && isChunk) this.#expected = 'chunk-end';
    this.#handler.onBody(bytes.subarray(at, end));
    if (isWhole && !isChunk) this.#finish(NO_TRAILERS);
    return end;
  }

  #chunkSize(bytes: Buffer, at: number): number {
    const end = this.#lineEnd(bytes, at);
    if (end === -1) return bytes.length;
    const [, size] = CHUNK_SIZE.exec(this.#line(bytes, at, end)) ?? [];
    if (size === undefined) throw new MalformedResponse('the size of a chunk is none');
    this.#left = Number.parseInt(size, 16);
    this.#expected = this.#left === 0 ? 'trailers' : 'chunk';
    return end + 1;
  }

  #chunkEnd(bytes: Buffer, at: number): number {
    const end = this.#lineEnd(bytes, at);
    if (end === -1) return bytes.length;
    if (this.#line(bytes, at, end) !== '') throw new MalformedResponse('a chunk is longer than its size');
    this.#expected = 'chunk-size';
    return end + 1;
  }

  #trailers(bytes: Buffer, at: number): number {
    const begun = this.#begun;
    // Without trailers, which is the rule, the end of the last chunk's line is followed by an empty one.
    if (begun.length === 0 && bytes[at] === CR && bytes[at + 1] === LF) {
      this.#finish(NO_TRAILERS);
      return at + 2;
    }
    const all = Buffer.concat([begun, bytes.subarray(at)]);
    const isEmpty = all[0] === CR && all[1] === LF;
    const end = isEmpty ? -2 : all.indexOf(HEAD_END);
    if (all.length > this.#mostOfHead && end > this.#mostOfHead - 4)
      throw new MalformedResponse('its trailers are too large');
    if (end === -1) {
      if (all.length > this.#mostOfHead) throw new MalformedResponse('its trailers are too large');
      this.#begun = all;
      return bytes.length;
    }
    this.#begun = NOTHING;
    this.#finish(readTrailers(all.toString('latin1', 0, end + 2)));
    return bytes.length - (all.length - end - 4);
  }

  /** Where the line feed of this line is; -1: not here, and the begin is kept. */
  #lineEnd(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LF, at);
    const length = (end === -1 ? bytes.length : end) - at + this.#begun.length;
    if (length > MOST_OF_A_LINE) throw new MalformedResponse('the size of a chunk is too long');
    if (end === -1) this.#begun = Buffer.concat([this.#begun, bytes.subarray(at)]);
    return end;
  }

  #line(bytes: Buffer, at: number, end: number): string {
    const line = `${this.#begun.toString('latin1')}${bytes.toString('latin1', at, end)}`;
    this.#begun = NOTHING;
    if (!line.endsWith('\r')) throw new MalformedResponse('a line ends without a carriage return');
    return line.slice(0, -1);
  }

  #finish(trailers: RawHeaders): void {
    this.#expected = 'head';
    this.#ended = trailers;
  }

  #tellEnd(isFollowed: boolean): void {
    const trailers = this.#ended;
    this.#ended = null;
    if (trailers !== null) this.#handler.onMessageEnd(trailers, isFollowed);
  }
}
