import type { RawHeaders } from '../upstream.ts';
import { headerName } from './header-names.ts';

/** The head of a response, and what it says of the message and of the connection. */
export interface ResponseHead {
  readonly status: number;
  /** Without those that are of this connection only. */
  readonly headers: RawHeaders;
  /** `null`: it says nothing, and the body ends with the connection. */
  readonly length: number | 'chunked' | null;
  readonly keepsAlive: boolean;
  /** Milliseconds for which the peer says that it keeps an idle connection; `null`: it does not say. */
  readonly idleTime: number | null;
}

/** What came is not HTTP/1.1. */
export class MalformedResponse extends Error {}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a value cannot have
const BAD_IN_VALUE = /[\0-\x08\x0a-\x1f\x7f]/;
const DIGITS = /^\d{1,15}$/;

/** Parts of a head that is read line by line. */
class HeadReader {
  readonly headers: string[] = [];
  length: number | 'chunked' | null = null;
  connection = '';
  idleTime: number | null = null;

  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  readAll(): void {
    while (this.#at < this.#text.length) this.#readLine();
  }

  #readLine(): void {
    const text = this.#text;
    const end = text.indexOf('\r\n', this.#at);
    const colon = text.indexOf(':', this.#at);
    if (colon === -1 || colon > end) throw new MalformedResponse('a header has no colon');
    const written = text.slice(this.#at, colon);
    const name = headerName(written);
    if (name === null) throw new MalformedResponse('the name of a header is none');
    const value = text.slice(colon + 1, end).trim();
    if (BAD_IN_VALUE.test(value)) throw new MalformedResponse(`the value of ${name} has a control character`);
    this.#at = end + 2;
    if (!this.#isOfConnection(name, value)) this.headers.push(written, value);
  }

  #isOfConnection(name: string, value: string): boolean {
    switch (name) {
      case 'content-length':
        this.#setLength(value);
        return false;
      case 'transfer-encoding':
        if (this.length !== null || value.toLowerCase() !== 'chunked')
          throw new MalformedResponse(`transfer-encoding is ${value}`);
        this.length = 'chunked';
        return true;
      case 'connection':
        this.connection = this.connection === '' ? value : `${this.connection},${value}`;
        return true;
      case 'keep-alive':
        this.idleTime = idleTimeOf(value);
        return true;
      case 'proxy-connection':
      case 'upgrade':
        return true;
      default:
        return false;
    }
  }

  #setLength(value: string): void {
    if (!DIGITS.test(value) || (this.length !== null && this.length !== Number(value)))
      throw new MalformedResponse(`content-length is ${value}`);
    if (this.length !== null) this.headers.splice(lengthAt(this.headers), 2);
    this.length = Number(value);
  }
}

const lengthAt = (headers: readonly string[]): number =>
  headers.findIndex((each, at) => at % 2 === 0 && each.toLowerCase() === 'content-length');

const idleTimeOf = (value: string): number | null => {
  const [, seconds] = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(value) ?? [];
  return seconds === undefined ? null : Number(seconds) * 1000;
};

/** Reads a head up to and with the line end of its last line. */
export const readHead = (text: string): ResponseHead => {
  const lineEnd = text.indexOf('\r\n');
  const [, minor, status] = STATUS_LINE.exec(text.slice(0, lineEnd)) ?? [];
  if (status === undefined) throw new MalformedResponse('it does not begin with a status of HTTP/1.1');
  const reader = new HeadReader(text, lineEnd + 2);
  reader.readAll();
  const { headers, length, connection, idleTime } = reader;
  if (connection === '')
    return { status: Number(status), headers, length, keepsAlive: minor === '1', idleTime };
  const named = connection.toLowerCase().split(',');
  const options = named.map((option) => option.trim());
  return {
    status: Number(status),
    headers: options.some((option) => option !== 'close' && option !== 'keep-alive')
      ? without(headers, options)
      : headers,
    length,
    keepsAlive: minor === '1' ? !options.includes('close') : options.includes('keep-alive'),
    idleTime,
  };
};

/** A sender names in `Connection` what is for the next hop only. What frames the message cannot be taken away in this way. */
const without = (headers: readonly string[], names: readonly string[]): RawHeaders => {
  const kept: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'content-length' || !names.includes(lower)) kept.push(name, headers[at + 1] ?? '');
  }
  return kept;
};

/** Reads trailers, which are headers after a body. What frames a message means nothing there. */
export const readTrailers = (text: string): RawHeaders => {
  if (text === '') return [];
  const reader = new HeadReader(text, 0);
  reader.readAll();
  return reader.headers;
};
