import { timeIn } from '../combined.ts';
import { ofStatus } from '../severity.ts';
import type { ByteParser, Told } from './byte-parser.ts';
import { findByte, findPair, isSame } from './find-bytes.ts';
import { newObjectPlaces } from './object-places.ts';
import { FIELD, newRequestPlaces } from './request-places.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const DASH = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const QUESTION = 0x3f;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING = 0x5d;

/** ` HTTP/` */
const PROTOCOL = new TextEncoder().encode(' HTTP/');

/** Digits of a number that is surely the same as text. */
const MOST_DIGITS = 15;

/** Finds the fields of a line in Common or Combined Log Format where `parseCombined` does. What is unusual is left to that. */
export class CombinedBytes implements ByteParser {
  readonly request = newRequestPlaces();
  readonly object = newObjectPlaces();
  readonly #places = this.request.places;
  #time = new Uint8Array(0);
  #lastTime: number | null = null;

  read(bytes: Buffer, start: number, end: number): Told {
    const client = findByte(bytes, SPACE, start, end);
    const identity = client <= start ? -1 : findByte(bytes, SPACE, client + 1, end);
    const open = identity === -1 ? -1 : findPair(bytes, SPACE, BRACKET, identity + 1, end);
    const close = open === -1 ? -1 : findClose(bytes, open + 2, end);
    const requestEnd = close === -1 ? -1 : endOfQuoted(bytes, close + 3, end);
    if (requestEnd === -1 || !this.#readTime(bytes, open + 2, close)) return 'unsure';
    this.#places.fill(-1);
    this.#put(FIELD.client, start, client);
    if (!isDash(bytes, identity + 1, open)) this.#put(FIELD.user, identity + 1, open);
    this.#readRequest(bytes, close + 3, requestEnd);
    const isRead = this.#readStatus(bytes, requestEnd + 1, end) && this.#readRest(bytes, requestEnd + 6, end);
    return isRead ? 'request' : 'unsure';
  }

  /** Many lines are of the same second. */
  #readTime(bytes: Uint8Array, start: number, end: number): boolean {
    if (!isSame(bytes, start, end, this.#time)) {
      this.#time = bytes.slice(start, end);
      this.#lastTime = timeIn(Buffer.from(this.#time).toString('latin1'));
    }
    this.request.time = this.#lastTime ?? 0;
    return this.#lastTime !== null;
  }

  /** `GET /path HTTP/1.1`; whatever else a client has sent stays in the body. */
  #readRequest(bytes: Uint8Array, start: number, end: number): void {
    const method = findByte(bytes, SPACE, start, end);
    const version = lastProtocol(bytes, start, end);
    if (method <= start || version <= method) return;
    this.#put(FIELD.method, start, method);
    const query = findByte(bytes, QUESTION, method + 1, version);
    this.#put(FIELD.path, method + 1, query === -1 ? version : query);
    if (query !== -1) this.#put(FIELD.query, query + 1, version);
    this.#put(FIELD.version, version + PROTOCOL.length, end);
  }

  /** A space and three digits. */
  #readStatus(bytes: Uint8Array, at: number, end: number): boolean {
    if (at + 4 > end || bytes[at] !== SPACE || bytes[at + 1] === ZERO || !areDigits(bytes, at + 1, at + 4))
      return false;
    this.#put(FIELD.status, at + 1, at + 4);
    const [hundreds = 0, tens = 0, ones = 0] = [bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    this.request.severity = ofStatus((hundreds - ZERO) * 100 + (tens - ZERO) * 10 + ones - ZERO);
    return true;
  }

  /** Size, referrer and user agent, as far as they are there. */
  #readRest(bytes: Uint8Array, start: number, end: number): boolean {
    const quote = findByte(bytes, QUOTE, start, end);
    if (!this.#readSize(bytes, start, quote === -1 ? end : quote - 1)) return false;
    if (quote === -1) return true;
    const referrerEnd = endOfQuoted(bytes, quote + 1, end);
    if (referrerEnd === -1) return true;
    this.#putText(FIELD.referrer, bytes, quote + 1, referrerEnd);
    const agent = referrerEnd + 3;
    if (agent > end || bytes[agent - 2] !== SPACE || bytes[agent - 1] !== QUOTE) return true;
    const agentEnd = endOfQuoted(bytes, agent, end);
    if (agentEnd !== -1) this.#putText(FIELD.agent, bytes, agent, agentEnd);
    return true;
  }

  #readSize(bytes: Uint8Array, start: number, end: number): boolean {
    if (start >= end || isDash(bytes, start, end)) return true;
    const isPlain = end - start <= MOST_DIGITS && (bytes[start] !== ZERO || end - start === 1);
    if (!isPlain || !areDigits(bytes, start, end)) return false;
    this.#put(FIELD.size, start, end);
    return true;
  }

  #putText(field: number, bytes: Uint8Array, start: number, end: number): void {
    if (start < end && !isDash(bytes, start, end)) this.#put(field, start, end);
  }

  #put(field: number, start: number, end: number): void {
    this.#places[2 * field] = start;
    this.#places[2 * field + 1] = end;
  }
}

/** Place of `] "`, which ends the time of a request. */
export const findClose = (bytes: Uint8Array, start: number, end: number): number => {
  let at = findPair(bytes, CLOSING, SPACE, start, end);
  while (at !== -1 && (at + 2 >= end || bytes[at + 2] !== QUOTE))
    at = findPair(bytes, CLOSING, SPACE, at + 1, end);
  return at;
};

/** Place of the quote that ends what is quoted: none that is escaped. -1: there is none. */
const endOfQuoted = (bytes: Uint8Array, start: number, end: number): number => {
  let at = findByte(bytes, QUOTE, start, end);
  while (at !== -1 && isEscaped(bytes, at, start)) at = findByte(bytes, QUOTE, at + 1, end);
  return at;
};

const isEscaped = (bytes: Uint8Array, at: number, start: number): boolean => {
  let first = at;
  while (first > start && bytes[first - 1] === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
};

const lastProtocol = (bytes: Uint8Array, start: number, end: number): number => {
  for (let at = end - PROTOCOL.length; at >= start; at -= 1)
    if (bytes[at] === SPACE && isSame(bytes, at, at + PROTOCOL.length, PROTOCOL)) return at;
  return -1;
};

const isDash = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start === 1 && bytes[start] === DASH;

const areDigits = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return false;
  }
  return true;
};
