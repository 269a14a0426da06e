import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import type { ProxyOptions } from '../../../../src/programs/proxy/options.ts';
import { eventually, withDeadline } from '../../../support/deadline.ts';
import { proxyHere } from '../support/proxy-here.ts';
import { clusterOptions, listenerOptions, proxyOptions, routeOptions } from '../support/proxy-options.ts';
import { RawClient } from '../support/raw-client.ts';
import { runProxy } from '../support/run-proxy.ts';
import { httpServer } from '../support/server.ts';

const named = (name: string) => httpServer((_, response) => void response.end(name));

/** A server whose answers wait until they are let go. */
const holding = async () => {
  const held: (() => void)[] = [];
  const port = await httpServer((_, response) => {
    response.write('begun,');
    held.push(() => response.end('ended'));
  });
  return { port, held };
};

const sayingHeader = (value: string): ProxyOptions['listeners'] => [
  listenerOptions({
    routes: [routeOptions({ responseHeaders: { set: { 'x-options': value }, add: {}, remove: [] } })],
  }),
];

const answerOf = async (asked: ReturnType<typeof request>): Promise<IncomingMessage> => {
  const [response] = await withDeadline('a response', once(asked, 'response'));
  return response;
};

/** Asks on one connection until it is told that this is the last response on it. Gives what was no answer. */
const askUntilTheEnd = async (port: number, onAnswer: () => void): Promise<readonly string[]> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const errors: string[] = [];
  for (;;) {
    const response = await new Promise<IncomingMessage | string>((resolve) => {
      const asked = request({ port, agent }).once('response', resolve);
      asked.once('error', (error) => resolve(error.message)).end();
    });
    if (typeof response === 'string') return [...errors, response];
    const body = await text(response);
    if (body === 'app') onAnswer();
    else errors.push(body);
    if (response.headers.connection === 'close') return errors;
  }
};

const http2To = (port: number): ClientHttp2Session => {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  onTestFinished(() => session.destroy());
  return session;
};

it('other options are used by the next request on a connection, and requests under way go on', async () => {
  const { port, held } = await holding();
  const before = proxyOptions(port, { listeners: sayingHeader('old') });
  const { proxy, port: listening } = await proxyHere(before);
  const asked = request({ port: listening }).end();
  const response = await answerOf(asked);
  expect(response.headers['x-options']).toBe('old');
  const other = await named('other');
  await proxy.apply({
    ...before,
    listeners: sayingHeader('new'),
    clusters: { web: clusterOptions([other]) },
  });
  const next = await fetch(`http://127.0.0.1:${listening}`);
  expect([next.headers.get('x-options'), await next.text()]).toEqual(['new', 'other']);
  held[0]?.();
  expect(await text(response)).toBe('begun,ended');
});

it('a connection of a client outlives a reload, and so do those of a cluster that stays', async () => {
  const sockets = new Set<unknown>();
  const app = await httpServer((incoming, response) => {
    sockets.add(incoming.socket);
    response.end();
  });
  const before = proxyOptions(app, { listeners: sayingHeader('old') });
  const { proxy, port } = await proxyHere(before);
  const client = await RawClient.to(port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.receives('x-options: old');
  await proxy.apply({ ...before, listeners: sayingHeader('new') });
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.receives('x-options: new');
  expect(sockets.size).toBe(1);
});

it('options that cannot be used are not applied at all', async () => {
  const before = proxyOptions(await named('app'), { listeners: sayingHeader('old') });
  const { proxy, port } = await proxyHere(before);
  const { retry } = routeOptions();
  const routes = [routeOptions({ retry: { ...retry, retryOn: ['sometimes'] } })];
  await expect(
    proxy.apply({ ...before, listeners: [listenerOptions({ routes })], clusters: {} }),
  ).rejects.toThrow('sometimes');
  const response = await fetch(`http://127.0.0.1:${port}`);
  expect([response.headers.get('x-options'), await response.text()]).toEqual(['old', 'app']);
});

it('what a rate limit has counted stays when its route does', async () => {
  const limited = routeOptions({ rateLimit: { requests: 1, unit: 'Hour', burst: 1, by: 'all' } });
  const before = proxyOptions(await named('app'), { listeners: [listenerOptions({ routes: [limited] })] });
  const { proxy, port } = await proxyHere(before);
  const ask = async () => (await fetch(`http://127.0.0.1:${port}`)).status;
  expect(await ask()).toBe(200);
  await proxy.apply({ ...before, listeners: [listenerOptions({ routes: [limited, routeOptions()] })] });
  expect(await ask()).toBe(429);
});

it('a listener that is gone takes no more connections, and ends what it has', async () => {
  const { port, held } = await holding();
  const [first, second] = [listenerOptions({ name: 'first' }), listenerOptions({ name: 'second' })];
  const before = proxyOptions(port, { listeners: [first] });
  const { proxy, port: listening } = await proxyHere(before);
  const response = await answerOf(request({ port: listening }).end());
  await proxy.apply({ ...before, listeners: [{ ...second, listen: '127.0.0.1:00' }] });
  await eventually('a refused connection', () =>
    fetch(`http://127.0.0.1:${listening}`).then(
      () => false,
      () => true,
    ),
  );
  held[0]?.();
  expect(await text(response)).toBe('begun,ended');
});

it('a drain lets every request end, and says to clients that their connection does', async () => {
  const { port, held } = await holding();
  const { proxy, port: listening } = await proxyHere(proxyOptions(port));
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const response = await answerOf(request({ port: listening, agent }).end());
  const http2 = http2To(listening);
  const stream = http2.request({ ':path': '/' });
  await withDeadline('a head', once(stream, 'response'));
  const goneAway = once(http2, 'goaway');
  const drained = proxy.drain();
  await withDeadline('a GOAWAY', goneAway);
  await withDeadline('the drain', drained);
  for (const end of held) end();
  expect(await text(response)).toBe('begun,ended');
  expect(await text(stream)).toBe('begun,ended');
});

it('an idle client is answered once more during a drain, with the end of its connection', async () => {
  const { proxy, port } = await proxyHere(proxyOptions(await named('app')));
  const client = await RawClient.to(port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.receives('app');
  void proxy.drain();
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.receives('Connection: close');
  expect(await client.ending).toBe('closed');
});

it('a stop under load fails no request', async () => {
  const proxy = await runProxy(proxyOptions(await named('app')));
  let answered = 0;
  const clients = Array.from({ length: 16 }, () => askUntilTheEnd(proxy.port, () => (answered += 1)));
  await eventually('requests', () => answered > 200);
  proxy.child.kill('SIGTERM');
  expect((await withDeadline('the clients', Promise.all(clients))).flat()).toEqual([]);
  expect(await withDeadline('the exit', proxy.exit)).toBe(0);
});

it('a stop waits for open requests, and no longer than drainTimeout', async () => {
  const { port } = await holding();
  const proxy = await runProxy(proxyOptions(port, { drainTimeout: 300 }));
  const response = await answerOf(request({ port: proxy.port }).end());
  const ended = text(response).catch((error: Error) => error.message);
  proxy.child.kill('SIGTERM');
  expect(await withDeadline('the end', ended)).toBe('aborted');
  expect(await withDeadline('the exit', proxy.exit)).toBe(0);
});

it('POST /drain makes it not ready, and it runs on', async () => {
  const proxy = await runProxy(proxyOptions(await named('app')));
  const admin = `http://127.0.0.1:${proxy.admin}`;
  expect((await fetch(`${admin}/drain`, { method: 'POST' })).status).toBe(200);
  expect((await fetch(`${admin}/ready`)).status).toBe(503);
  await expect(fetch(`http://127.0.0.1:${proxy.port}`)).rejects.toThrow();
});

it('SIGHUP reads the options again, and says why they cannot be used', async () => {
  const proxy = await runProxy(proxyOptions(await named('one')));
  const other = await named('two');
  proxy.reload((options) => ({ ...options, clusters: { web: clusterOptions([other]) } }));
  const ask = async () => (await fetch(`http://127.0.0.1:${proxy.port}`)).text();
  await eventually('the other app', async () => (await ask()) === 'two');
  const { retry } = routeOptions();
  const routes = [routeOptions({ retry: { ...retry, retryOn: ['sometimes'] } })];
  proxy.reload((options) => ({
    ...options,
    listeners: options.listeners.map((each) => ({ ...each, routes })),
  }));
  await eventually('a sentence', () => proxy.output.includes('the options were not applied: '));
  expect(await ask()).toBe('two');
});

it('connections beyond the limit are closed at once', async () => {
  const { limits } = proxyOptions(0);
  const { port } = await proxyHere(
    proxyOptions(await named('app'), { limits: { ...limits, connections: 1 } }),
  );
  const first = await RawClient.to(port);
  first.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await first.receives('app');
  expect(await (await RawClient.to(port)).ending).toBe('closed');
  first.socket.destroy();
  await eventually('room', () =>
    fetch(`http://127.0.0.1:${port}`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
});
