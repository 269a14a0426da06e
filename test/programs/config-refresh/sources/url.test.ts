import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { UrlSource } from '../../../../src/programs/config-refresh/sources/url.ts';
import { FIELDS, read, serve } from './read.ts';

it('asks for what is newer than the last good answer', async () => {
  const asked: IncomingMessage['headers'][] = [];
  let version = 1;
  const url = await serve((request, response) => {
    asked.push(request.headers);
    const tag = `"v${version}"`;
    if (request.headers['if-none-match'] === tag) return void response.writeHead(304).end();
    response.writeHead(200, { etag: tag, 'last-modified': 'Mon, 30 Nov 2026 06:00:00 GMT' });
    response.end(JSON.stringify({ version }));
  });
  const source = new UrlSource(`${url}/flags.json`, { 'x-key': 'secret' }, FIELDS);
  expect([await read(source), await read(source)]).toEqual([{ version: 1 }, 'same']);
  version = 2;
  expect(await read(source)).toEqual({ version: 2 });
  expect(asked[0]).toMatchObject({ 'x-key': 'secret' });
  expect(asked[0]).not.toHaveProperty('if-none-match');
  expect(asked[2]).toMatchObject({
    'if-none-match': '"v1"',
    'if-modified-since': 'Mon, 30 Nov 2026 06:00:00 GMT',
  });
});

it('reads an answer as the URL ends, as its type says, or as the option says', async () => {
  const url = await serve((request, response) => {
    response.setHeader(
      'content-type',
      request.url?.includes('typed') === true ? 'application/problem+json' : 'x/y',
    );
    response.end('{"a": 1}');
  });
  const found = (path: string, parse: 'text' | null = null) =>
    read(new UrlSource(`${url}${path}`, {}, { ...FIELDS, parse }));
  expect(await found('/typed')).toEqual({ a: 1 });
  expect(await found('/a.yaml?b=c')).toEqual({ a: 1 });
  expect(await found('/a')).toBe('{"a": 1}');
  expect(await found('/a.json', 'text')).toBe('{"a": 1}');
});

it('tells a server that fails, is slow, is down, or has too much', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/500') response.writeHead(500).end('x');
    else if (request.url === '/bad.json') response.end('{');
    else if (request.url === '/drip') response.write('a');
    else if (request.url === '/much') response.end(Buffer.alloc(4 * 1024 * 1024 + 1));
    else if (request.url === '/cut') response.write('a', () => request.socket.destroy());
  });
  const found = (at: string, timeout = 5_000) => read(new UrlSource(at, {}, { ...FIELDS, timeout }));
  expect(await found(`${url}/500`)).toBe('failed: answered with 500');
  expect(await found(`${url}/bad.json`)).toMatch(/^failed: Expected property name/);
  expect(await found(`${url}/hangs`, 200)).toBe('failed: no answer within 200 ms');
  expect(await found(`${url}/drip`, 200)).toBe('failed: no answer within 200 ms');
  expect(await found(`${url}/much`)).toBe('failed: answers with more than 4194304 bytes');
  expect(await found(`${url}/cut`)).toMatch(/^failed: /);
  expect(await found('http://127.0.0.1:9/')).toMatch(/^failed: /);
});

it('is asked again in full after an answer that could not be read', async () => {
  let isGood = false;
  const url = await serve((request, response) => {
    if (request.headers['if-none-match'] !== undefined) return void response.writeHead(304).end();
    response.writeHead(200, { etag: '"1"' }).end(isGood ? '{}' : '{');
  });
  const source = new UrlSource(`${url}/a.json`, {}, FIELDS);
  expect(await read(source)).toMatch(/^failed/);
  isGood = true;
  expect([await read(source), await read(source)]).toEqual([{}, 'same']);
});

it('gives the user and password of a URL as its header', async () => {
  const url = await serve((request, response) => response.end(request.headers.authorization));
  const source = new UrlSource(`${url.replace('//', '//ann:p%26w@')}/`, {}, FIELDS);
  expect(await read(source)).toBe(`Basic ${Buffer.from('ann:p&w').toString('base64')}`);
});

it('follows redirects on the same server, and gives its headers to no other', async () => {
  let stolen = false;
  const other = await serve((_request, response) => {
    stolen = true;
    response.end('x');
  });
  const url = await serve((request, response) => {
    const to: Readonly<Record<string, string>> = { '/a': '/b', '/loop': '/loop', '/away': other };
    const location = to[request.url ?? ''];
    if (location === undefined) return void response.end(`at ${request.url} ${request.headers['x-key']}`);
    response.writeHead(302, { location }).end();
  });
  const found = (path: string) => read(new UrlSource(`${url}${path}`, { 'x-key': 'k' }, FIELDS));
  expect(await found('/a')).toBe('at /b k');
  expect(await found('/loop')).toBe('failed: redirects more than 5 times');
  expect(await found('/away')).toBe(`failed: redirects to another server, ${other}: name that one instead`);
  expect(stolen).toBe(false);
});
