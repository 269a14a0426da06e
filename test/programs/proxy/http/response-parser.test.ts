import { describe, expect, it } from 'vitest';
import type { ResponseHead } from '../../../../src/programs/proxy/http/h1/response-head.ts';
import { ResponseParser } from '../../../../src/programs/proxy/http/h1/response-parser.ts';
import type { RawHeaders } from '../../../../src/programs/proxy/http/upstream.ts';

/** What a parser tells. */
class Heard {
  readonly heads: ResponseHead[] = [];
  body = '';
  trailers: RawHeaders | null = null;
  isFollowed = false;
  readonly #isHead: boolean;

  constructor(isHead: boolean) {
    this.#isHead = isHead;
  }

  isHead = (): boolean => this.#isHead;
  onResponseHead = (head: ResponseHead): void => void this.heads.push(head);
  onBody = (bytes: Buffer): void => {
    this.body += bytes.toString('latin1');
  };
  onMessageEnd = (trailers: RawHeaders, isFollowed: boolean): void => {
    this.trailers = trailers;
    this.isFollowed = isFollowed;
  };
}

/** In pieces of a size, as a network may cut it. */
const parse = (text: string, { size = text.length, isHead = false, most = 1_000 } = {}) => {
  const heard = new Heard(isHead);
  const parser = new ResponseParser(heard, most);
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += size) parser.feed(bytes.subarray(at, at + size));
  return { heard, parser };
};

const OK = 'HTTP/1.1 200 OK\r\n';

describe.each([1, 2, 3, 7, 1_000])('in pieces of %i bytes, a response is read', (size) => {
  it('with a length', () => {
    const { heard, parser } = parse(`${OK}Content-Length: 5\r\nX-A: 1\r\nX-A: 2\r\n\r\nhello`, { size });
    expect(heard.heads[0]).toMatchObject({ status: 200, length: 5, keepsAlive: true });
    expect(heard.heads[0]?.headers).toEqual(['Content-Length', '5', 'X-A', '1', 'X-A', '2']);
    expect(heard).toMatchObject({ body: 'hello', trailers: [] });
    expect(parser.isBetween).toBe(true);
  });

  it('in chunks, with extensions and trailers', () => {
    const chunks = '3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-T: 1\r\nX-U: 2\r\n\r\n';
    const { heard } = parse(`${OK}Transfer-Encoding: chunked\r\n\r\n${chunks}`, { size });
    expect(heard).toMatchObject({ body: 'abc0123456789', trailers: ['X-T', '1', 'X-U', '2'] });
    expect(heard.heads[0]?.headers).toEqual([]);
  });

  it('until the connection ends', () => {
    const { heard, parser } = parse('HTTP/1.0 200 OK\r\n\r\nall of this', { size });
    expect(heard).toMatchObject({ body: 'all of this', trailers: null });
    expect(parser.end()).toBe(true);
    expect(heard.trailers).toEqual([]);
    expect(heard.heads[0]?.keepsAlive).toBe(false);
  });

  it('after others that only inform', () => {
    const { heard } = parse(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}Content-Length: 0\r\n\r\n`, {
      size,
    });
    expect(heard.heads.map(({ status }) => status)).toEqual([103, 200]);
    expect(heard.trailers).toEqual([]);
  });

  it('without a body where it can have none', () => {
    expect(parse('HTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n', { size }).heard.trailers).toEqual([]);
    expect(parse('HTTP/1.1 204 No Content\r\n\r\n', { size }).heard.trailers).toEqual([]);
    expect(parse(`${OK}Content-Length: 9\r\n\r\n`, { size, isHead: true }).heard.trailers).toEqual([]);
  });

  it('not, where it is none', () => {
    for (const text of MALFORMED) expect(() => parse(text, { size }), text).toThrow();
  });
});

const MALFORMED = [
  'HTTP/2 200 OK\r\n\r\n',
  'HTTP/1.1 99 OK\r\n\r\n',
  'HTTP/1.1 2000 OK\r\n\r\n',
  `${OK}no colon\r\n\r\n`,
  `${OK}a b: 1\r\n\r\n`,
  `${OK}A: 1\r\n folded\r\n\r\n`,
  `${OK}A: 1\nB: 2\r\n\r\n`,
  `${OK}A: \x01\r\n\r\n`,
  `${OK}: 1\r\n\r\n`,
  `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
  `${OK}Content-Length: +1\r\n\r\n`,
  `${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
  `${OK}Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n`,
  `${OK}Transfer-Encoding: gzip\r\n\r\n`,
  `${OK}Transfer-Encoding: chunked\r\n\r\n0x3\r\n`,
  `${OK}Transfer-Encoding: chunked\r\n\r\n-1\r\n`,
  `${OK}Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n`,
  `${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n`,
  `${OK}A: ${'x'.repeat(2_000)}`,
  `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nA: ${'x'.repeat(2_000)}`,
];

it('a length that is said twice in the same way counts once', () => {
  const { heard } = parse(`${OK}Content-Length: 2\r\nA: 1\r\nContent-Length: 2\r\n\r\nab`);
  expect(heard.heads[0]?.headers).toEqual(['A', '1', 'Content-Length', '2']);
  expect(heard.body).toBe('ab');
});

it('what is for this connection only is dropped, with what Connection names', () => {
  const { heard } = parse(
    `${OK}Connection: close, X-A\r\nKeep-Alive: timeout=7\r\nUpgrade: h2c\r\nX-A: 1\r\nX-B: 2\r\nContent-Length: 0\r\n\r\n`,
  );
  expect(heard.heads[0]).toMatchObject({ keepsAlive: false, idleTime: 7_000 });
  expect(heard.heads[0]?.headers).toEqual(['X-B', '2', 'Content-Length', '0']);
});

it('Connection cannot take away what frames the message', () => {
  const { heard } = parse(`${OK}Connection: content-length\r\nContent-Length: 2\r\n\r\nab`);
  expect(heard.heads[0]?.headers).toEqual(['Content-Length', '2']);
});

it('bytes that follow a response unasked are not taken for another one', () => {
  const { heard } = parse(`${OK}Content-Length: 2\r\n\r\nab${OK}Content-Length: 0\r\n\r\n`);
  expect(heard.heads).toHaveLength(1);
  expect(heard.isFollowed).toBe(true);
});

it('an end within a message is no end of it', () => {
  expect(parse(`${OK}Content-Length: 5\r\n\r\nhel`).parser.end()).toBe(false);
  expect(parse('HTTP/1.1 20').parser.end()).toBe(false);
});
