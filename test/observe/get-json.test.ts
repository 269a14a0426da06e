import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { failureSentence } from '../../src/observe/failure-text.ts';
import { getJson } from '../../src/observe/get-json.ts';

describe('a question to a port of this machine', () => {
  let server: Server;

  const serve = (answer: RequestListener): Promise<{ host: string; port: number }> =>
    new Promise((resolve) => {
      server = createServer(answer).listen(0, '127.0.0.1', () =>
        resolve({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }),
      );
    });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is answered with JSON', async () => {
    const at = await serve(({ url, headers }, response) =>
      response.end(JSON.stringify([url, headers.accept])),
    );
    expect(await getJson(at, '/traces?limit=1')).toEqual({
      ...{ ok: true, value: ['/traces?limit=1', 'application/json'] },
    });
  });

  it('fails with the words of the answer, or its status', async () => {
    const at = await serve(({ url }, response) =>
      response.writeHead(404).end(url === '/a' ? '{"error":"no trace abc"}' : 'gone'),
    );
    const worded = await getJson(at, '/a');
    expect(worded).toEqual({
      ok: false,
      failure: { kind: 'status', status: 404, message: 'no trace abc' },
    });
    expect(worded.ok ? '' : failureSentence('otel', worded.failure)).toBe('otel: no trace abc');
    const plain = await getJson(at, '/b');
    expect(plain.ok ? '' : failureSentence('otel', plain.failure)).toBe('otel answered with status 404');
  });

  it('fails if the answer is not JSON', async () => {
    const at = await serve((_, response) => response.end('<html>'));
    const answer = await getJson(at, '/');
    expect(answer.ok ? '' : failureSentence('otel', answer.failure)).toMatch(/not JSON: another program/);
  });

  it('fails if the answer is larger than the limit, and reads no more of it', async () => {
    let written = 0;
    const at = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 32))) written += 65_536;
      };
      response.on('drain', more);
      more();
    });
    expect(await getJson(at, '/', { mostBytes: 1024 * 1024 })).toEqual({
      ...{ ok: false, failure: { kind: 'too-large', limit: 1024 * 1024 } },
    });
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  it('fails if there is no whole answer in time, also of one that comes in drops', async () => {
    const at = await serve((_, response) => response.writeHead(200).write('['));
    expect(await getJson(at, '/', { within: 50 })).toEqual({
      ok: false,
      failure: { kind: 'late', within: 50 },
    });
  });

  it('fails if nothing listens, or the connection breaks', async () => {
    const at = await serve(({ socket }) => socket.destroy());
    expect(await getJson(at, '/')).toMatchObject({ failure: { kind: 'unreachable' } });
    await new Promise((resolve) => server.close(resolve));
    const refused = await getJson(at, '/');
    expect(refused.ok ? '' : failureSentence('otel', refused.failure)).toMatch(
      /otel cannot be reached: .*ECONNREFUSED/,
    );
  });

  it('ends with the signal, before and while it is asked', async () => {
    const abort = new AbortController();
    const at = await serve(() => abort.abort());
    expect(await getJson(at, '/', { signal: abort.signal })).toMatchObject({ failure: { kind: 'aborted' } });
    expect(await getJson(at, '/', { signal: abort.signal })).toMatchObject({ failure: { kind: 'aborted' } });
  });
});
