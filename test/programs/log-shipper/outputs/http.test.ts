import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { batchOf, bodyOf, deliver, entries, entry, opened, serve, target } from './support.ts';

const http = (url: string, changes: object = {}) => opened({ kind: 'http', ...target(url, changes) });

/** A server that answers its requests one after the other with these statuses, and the last one again. */
const answering = async (...statuses: readonly (number | [number, Readonly<Record<string, string>>])[]) => {
  const bodies: string[] = [];
  const url = await serve(async (request, response) => {
    bodies.push((await bodyOf(request)).toString());
    const answer = statuses[Math.min(bodies.length, statuses.length) - 1] ?? 200;
    const [status, headers] = typeof answer === 'number' ? [answer, {}] : answer;
    response.writeHead(status, headers).end(`said ${status}\n`);
  });
  return { url, bodies };
};

describe('lines as NDJSON over HTTP', () => {
  it('are one object each, with what the source says and what was parsed', async () => {
    const { url, bodies } = await answering(204);
    const parsed = { status: 200, file: 'other', path: '/a "b"', gone: undefined };
    const batch = [entry(1), entry(2, { body: 'ä\n\u0000"', severity: 17, parsed, time: 1.5 })];
    expect(await deliver(await http(url), batch)).toEqual({ kind: 'taken' });
    const own = { 'service.name': 'web', process: 'web', file: '/logs/web.log' };
    expect(
      bodies[0]
        ?.trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { timestamp: '2026-01-02T03:04:05.678Z', message: 'line 1', offset: 10, ...own },
      {
        ...{ timestamp: '1970-01-01T00:00:00.001Z', message: 'ä\n\u0000"', severity: 17, offset: 20 },
        ...{ status: 200, 'parsed.file': 'other', path: '/a "b"', ...own },
      },
    ]);
  });

  it('go with the headers of the options, compressed or not, over one connection', async () => {
    const sockets = new Set<Socket>();
    const seen: unknown[] = [];
    const url = await serve(async (request, response) => {
      sockets.add(request.socket);
      const body = await bodyOf(request);
      const { authorization, 'content-type': type, 'content-encoding': encoding } = request.headers;
      seen.push([
        request.method,
        request.url,
        authorization,
        type,
        encoding,
        gunzipSync(body).toString().match(/\n/g)?.length,
      ]);
      response.end();
    });
    const output = await http(`${url}/in?key=1`, { headers: { authorization: 'Bearer x' }, gzip: true });
    for (const batch of [entries(3), entries(3)])
      expect(await deliver(output, batch)).toEqual({ kind: 'taken' });
    expect(seen[0]).toEqual(['POST', '/in?key=1', 'Bearer x', 'application/x-ndjson', 'gzip', 3]);
    expect([seen.length, sockets.size]).toEqual([2, 1]);
  });

  it.each([
    [[503, { 'retry-after': '7' }], 7000],
    [[429, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }], expect.closeTo(60_000, -4)],
    [[503, { 'retry-after': '1.5' }], undefined],
    [[500, { 'retry-after': '999999' }], undefined],
    [[408, {}], undefined],
  ] as const)('are sent again after %j', async (answer, after) => {
    const { url } = await answering([...answer] as [number, Record<string, string>]);
    const why = `${new URL(url).host} answered ${answer[0]}: said ${answer[0]}`;
    expect(await deliver(await http(url), entries(2))).toEqual({
      kind: 'retry',
      why,
      ...(after && { after }),
    });
  });

  it('are rejected by any other 4xx', async () => {
    const { url } = await answering(400);
    const why = `${new URL(url).host} answered 400: said 400`;
    expect(await deliver(await http(url), entries(2))).toEqual({ kind: 'rejected', entries: 'all', why });
  });

  it('are not sent where a redirect leads', async () => {
    const { url, bodies } = await answering([307, { location: 'http://elsewhere.test/' }]);
    const why = `${new URL(url).host} answered 307, to http://elsewhere.test/, which is not followed`;
    expect(await deliver(await http(url), entries(1))).toEqual({ kind: 'retry', why });
    expect(bodies).toHaveLength(1);
  });

  it('are sent in parts after 413, and one that is too large alone is rejected', async () => {
    const taken: string[] = [];
    const url = await serve(async (request, response) => {
      const body = await bodyOf(request);
      const isTooLarge = body.length > 400;
      if (!isTooLarge) taken.push(body.toString());
      response.writeHead(isTooLarge ? 413 : 200).end();
    });
    const batch = [...entries(6), entry(6, { body: 'x'.repeat(500) }), entry(7)];
    const delivery = await deliver(await http(url), batch);
    expect(delivery).toMatchObject({ kind: 'rejected', entries: [6] });
    const lines = taken.flatMap((body) => body.trimEnd().split('\n')).map((line) => JSON.parse(line).message);
    expect(lines).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4', 'line 5', 'line 7']);
  });

  it('go on where they were when a batch that was taken in part is sent again', async () => {
    const { url, bodies } = await answering(413, 200, 503, 200);
    const output = await http(url);
    const batch = entries(4);
    expect(await deliver(output, batch)).toMatchObject({ kind: 'retry' });
    expect(await deliver(output, batch)).toEqual({ kind: 'taken' });
    expect(bodies.map((body) => body.match(/line \d/g)?.join())).toEqual([
      ...['line 0,line 1,line 2,line 3', 'line 0,line 1', 'line 2,line 3', 'line 2,line 3'],
    ]);
  });
});

describe('a server that fails', () => {
  it('by refusing connections is tried again', async () => {
    const url = await serve(() => undefined);
    const port = Number(new URL(url).port);
    const output = await http(`http://127.0.0.1:${port === 1 ? 2 : 1}`);
    expect(await deliver(output, entries(1))).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('by resetting the connection in the middle of a batch is tried again', async () => {
    const url = await serve((request) => void request.once('data', () => request.socket.resetAndDestroy()));
    const batch = [entry(1, { body: 'x'.repeat(2_000_000) })];
    const delivery = await deliver(await http(url), batch);
    expect(delivery).toMatchObject({ kind: 'retry', why: expect.stringMatching(/ECONNRESET|EPIPE/) });
  });

  it('by never answering, or only half, has a limit', async () => {
    const silent = await serve(() => undefined);
    const half = await serve(
      (_, response) => void response.writeHead(200, { 'content-length': 10 }).write('x'),
    );
    for (const url of [silent, half])
      expect(await deliver(await http(url, { timeout: 150 }), entries(1))).toMatchObject({
        kind: 'retry',
        why: expect.stringContaining('150 ms'),
      });
    // Ten seconds are the limit by default.
  }, 9_000);

  it('by an answer without end is let go', async () => {
    const url = await serve((_, response) => {
      const more = (): void =>
        void (response.destroyed || response.write(Buffer.alloc(1 << 20), () => setImmediate(more)));
      more();
    });
    expect(await deliver(await http(url), entries(1))).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('longer than'),
    });
  });

  it('by closing an idle connection at the moment of a request gets it over a new one', async () => {
    let requests = 0;
    const url = await serve(async (request, response) => {
      requests += 1;
      await bodyOf(request);
      if (requests === 2) request.socket.resetAndDestroy();
      else response.end();
    });
    const output = await http(url);
    for (const batch of [entries(1), entries(1)])
      expect(await deliver(output, batch)).toEqual({ kind: 'taken' });
    expect(requests).toBe(3);
  });

  it('to read all of a batch before it answers gets nothing of the next one in its place', async () => {
    const bodies: string[] = [];
    const requests: IncomingMessage[] = [];
    const url = await serve((request, response) => {
      const number = requests.push(request) - 1;
      request.on('data', (data) => {
        bodies[number] = `${bodies[number] ?? ''}${data}`;
        if (number > 0 || response.headersSent) return;
        request.pause();
        response.writeHead(204).end();
      });
      request.on('end', () => void response.end());
      request.on('error', () => undefined);
    });
    const output = await http(url);
    const large = (letter: string) => [entry(1, { body: letter.repeat(12_000_000) })];
    expect(await deliver(output, large('x'))).toEqual({ kind: 'taken' });
    const next = deliver(output, large('y'));
    requests[0]?.resume();
    expect(await next).toEqual({ kind: 'taken' });
    expect([bodies[0]?.includes('yy'), bodies[1]?.includes('xx')]).toEqual([false, false]);
  });

  it('is left at once by an abort', async () => {
    const output = await http(await serve(() => undefined));
    const stop = new AbortController();
    const delivery = output.deliver(batchOf(entries(1)), stop.signal);
    stop.abort();
    expect(await delivery).toMatchObject({ kind: 'retry' });
  });
});
