import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, request } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { eventually, withDeadline } from '../../../support/deadline.ts';
import { logHere, proxyHere } from '../support/proxy-here.ts';
import { proxyOptions } from '../support/proxy-options.ts';
import { RawClient } from '../support/raw-client.ts';
import { byteServer, httpServer } from '../support/server.ts';

const before = async (serve: RequestListener) => {
  const proxy = await proxyHere(proxyOptions(await httpServer(serve)));
  return { proxy, url: `http://127.0.0.1:${proxy.port}` };
};

/** An endpoint that says what is given, on a connection that it keeps. */
const saying = async (...responses: readonly string[]) => {
  const left = [...responses];
  const port = await byteServer((socket) =>
    socket.on('data', () => socket.write(left.shift() ?? '', 'latin1')),
  );
  return proxyHere(proxyOptions(port));
};

const answerOf = async (asked: ReturnType<typeof request>): Promise<IncomingMessage> => {
  const [response] = await withDeadline('a response', once(asked, 'response'));
  return response;
};

it('a request and its response go through as they are', async () => {
  const { url } = await before((asked, response) => {
    response.setHeader('Set-Cookie', ['a=1', 'b=2']);
    response.setHeader(
      'X-Seen',
      `${asked.method} ${asked.url} ${asked.headers['x-mine']} ${asked.headers.host}`,
    );
    response.end('hello');
  });
  const response = await fetch(`${url}/a%20b?c=d&e`, { headers: { 'X-Mine': 'yes' } });
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(response.headers.get('x-seen')).toBe(`GET /a%20b?c=d&e yes ${url.slice('http://'.length)}`);
  expect(await response.text()).toBe('hello');
});

it.each(['with a length', 'in chunks'])('a body %s goes both ways', async (how) => {
  const { url } = await before((asked, response) => {
    response.setHeader(
      'X-Framing',
      asked.headers['transfer-encoding'] ?? asked.headers['content-length'] ?? 'none',
    );
    asked.pipe(response);
  });
  const body = Buffer.alloc(3_000_000, 'abcdefg');
  const asked = request(url, {
    method: 'POST',
    headers: how === 'in chunks' ? {} : { 'content-length': body.length },
  });
  asked.write(body.subarray(0, 1_000_000));
  asked.end(body.subarray(1_000_000));
  const response = await answerOf(asked);
  expect(response.headers['x-framing']).toBe(how === 'in chunks' ? 'chunked' : '3000000');
  expect((await buffer(response)).equals(body)).toBe(true);
});

it('the trailers of a response go through', async () => {
  const { url } = await before((asked, response) => {
    response.writeHead(200, { trailer: 'x-sum' });
    asked.on('end', () => {
      response.addTrailers({ 'X-Sum': '7' });
      response.end();
    });
    asked.resume();
  });
  const response = await answerOf(request(url, { method: 'POST' }).end('body'));
  await text(response);
  expect(response.trailers).toEqual({ 'x-sum': '7' });
});

it('early hints and their final response go through', async () => {
  const { url } = await before((_, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    response.end('page');
  });
  const asked = request(url).end();
  const answered = answerOf(asked);
  const [hints] = await withDeadline('hints', once(asked, 'information'));
  expect(hints).toMatchObject({ statusCode: 103, headers: { link: '</style.css>; rel=preload; as=style' } });
  expect(await text(await answered)).toBe('page');
});

it('a client that asks whether its body is wanted is told so once the endpoint is reached', async () => {
  const { proxy } = await before((asked, response) => {
    asked.resume().on('end', () => response.end(`${asked.headers.expect}`));
  });
  const ask = (port: number) =>
    request({ port, method: 'POST', headers: { expect: '100-continue', 'content-length': 4 } });
  const wanted = ask(proxy.port);
  wanted.flushHeaders();
  await withDeadline('a 100', once(wanted, 'continue'));
  wanted.end('body');
  expect(await text(await answerOf(wanted))).toBe('undefined');
});

it('a response without a body keeps the length that it would have', async () => {
  const { proxy } = await before((asked, response) => {
    if (asked.method === 'HEAD') response.writeHead(200, { 'content-length': 1_000 }).end();
    else response.writeHead(asked.url === '/304' ? 304 : 204, { etag: '"a"' }).end();
  });
  const client = await RawClient.to(proxy.port);
  client.send('HEAD /head HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.receives('content-length: 1000');
  client.send('GET /304 HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.receives('304 Not Modified');
  client.send('GET /204 HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.receives('204 No Content');
  expect(client.text).not.toContain('chunked');
});

it('events reach the client as they are sent', async () => {
  const { url } = await before((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: one\n\n');
  });
  const response = await answerOf(request(url).end());
  const [data] = await withDeadline('an event', once(response, 'data'));
  expect(String(data)).toBe('data: one\n\n');
  response.destroy();
});

it('a client that goes away takes its request with it', async () => {
  let gone = 0;
  let begun = 0;
  const { url } = await before((_, response) => {
    begun += 1;
    response.on('close', () => (gone += 1));
  });
  const asked = request(url)
    .on('error', () => undefined)
    .end();
  await eventually('the request', () => begun === 1);
  asked.destroy();
  await eventually('the end of the request', () => gone === 1);
});

it.each([
  ['chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
  ['a length', 'Content-Length: 500\r\n\r\nhello'],
])('a client can tell that a response in %s was cut', async (_, rest) => {
  const port = await byteServer((socket) =>
    socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\n${rest}`, () => socket.resetAndDestroy())),
  );
  const proxy = await proxyHere(proxyOptions(port));
  const response = await answerOf(request({ port: proxy.port }).end());
  await expect(withDeadline('the end', text(response))).rejects.toThrow('aborted');
});

it('a slow reader slows the endpoint, and nothing is kept for it', async () => {
  let sent = 0;
  const { proxy } = await before((_, response) => {
    const chunk = Buffer.alloc(65_536);
    const more = (): void => {
      while (sent < 500_000_000) {
        sent += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
    };
    more();
  });
  const client = await RawClient.to(proxy.port);
  client.socket.pause();
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  let before0 = -1;
  await eventually('the endpoint to wait', () => {
    const isSame = sent > 0 && sent === before0;
    before0 = sent;
    return isSame;
  });
  expect(sent).toBeLessThan(50_000_000);
});

it('a connection that the endpoint closes when it is idle costs no request', async () => {
  const port = await httpServer(
    (_, response) => void response.end('x'),
    (server) => {
      server.keepAliveTimeout = 1;
      Object.assign(server, { keepAliveTimeoutBuffer: 4 });
    },
  );
  const proxy = await proxyHere(proxyOptions(port));
  const bad: number[] = [];
  for (let round = 0; round < 400; round += 1) {
    const { status } = await fetch(`http://127.0.0.1:${proxy.port}/`);
    if (status !== 200) bad.push(status);
    await new Promise((resolve) => setTimeout(resolve, round % 8));
  }
  expect(bad).toEqual([]);
});

it('what an endpoint says unasked is not given to the next client', async () => {
  const proxy = await saying(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
    'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood',
  );
  const ask = async () => (await fetch(`http://127.0.0.1:${proxy.port}/`)).text();
  expect(await ask()).toBe('ok');
  expect(await ask()).toBe('good');
});

const MALFORMED = 'edge: this request is malformed: ';

it.each([
  [
    'two framings',
    'Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    [400, `${MALFORMED}Transfer-Encoding can't be present with Content-Length`],
  ],
  ['a folded header', 'Host: a\r\nA: 1\r\n 2\r\n\r\n', [400, MALFORMED]],
  [
    'a chunk without a size',
    'Host: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
    [400, `${MALFORMED}Invalid character in chunk size`],
  ],
  [
    'headers without an end',
    `Host: a\r\nA: ${'x'.repeat(70_000)}`,
    [431, 'edge: the headers of this request have more than 65536 bytes'],
  ],
  ['no host', '\r\n', [400, `${MALFORMED}it has no Host header`]],
  ['two hosts', 'Host: a\r\nhost: b\r\n\r\n', [400, `${MALFORMED}it has more than one Host header`]],
  [
    'two hosts and an upgrade',
    'Host: a\r\nHost: b\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    [400, `${MALFORMED}it has more than one Host header`],
  ],
] as const)(
  'a request with %s is refused, logged, counted, and told why',
  async (_, rest, [status, text]) => {
    const log = logHere('json');
    const endpoint = await httpServer((asked, response) => asked.resume().on('end', () => response.end()));
    const proxy = await proxyHere({ ...proxyOptions(endpoint), accessLog: log.accessLog });
    const client = await RawClient.to(proxy.port);
    client.send(`POST / HTTP/1.1\r\n${rest}`);
    expect(['closed', 'ECONNRESET']).toContain(await client.ending);
    expect(client.text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(client.text).toContain('x-sidecarctl-flags: DPE');
    expect(client.text).toContain(text);
    await eventually('a line in the log', () => log.text().endsWith('\n'));
    const { response_code, response_flags } = JSON.parse(log.text());
    expect([response_code, response_flags]).toEqual([status, 'DPE']);
    expect(proxy.stats()).toContain('"DPE":1');
  },
);

it('a request for no path is no failure of the endpoint', async () => {
  const { proxy } = await before((_, response) => response.end());
  const client = await RawClient.to(proxy.port);
  client.send('OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await client.ending;
  expect(client.text).toMatch(/^HTTP\/1.1 400 /);
  expect(client.text).toContain('edge: this request is malformed: it is for no path');
});
