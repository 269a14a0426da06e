import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { attempt, closedPort, expectNothingBeyond, listen, openHandles } from './probe-context.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ family }) => family === 'IPv6'),
);

test('a connection that opens is a success, and closes with nothing sent', async () => {
  const server = createServer();
  const port = await listen(server);
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  expect(await attempt({ kind: 'tcp', host: '127.0.0.1', port })).toEqual({ ok: true, message: 'connected' });
  const [socket] = await accepted;
  socket.resume();
  await once(socket, 'close');
  expect(socket.bytesRead).toBe(0);
  server.close();
});

test('a closed port is a failure that names the address', async () => {
  const port = await closedPort();
  const message = `connect ECONNREFUSED 127.0.0.1:${port}`;
  expect(await attempt({ kind: 'tcp', host: '127.0.0.1', port })).toEqual({ ok: false, message });
});

test.runIf(hasIpv6)('an IPv6 host is reached', async () => {
  const server = createServer((socket) => socket.resume());
  const port = await listen(server, { host: '::1', port: 0 });
  expect(await attempt({ kind: 'tcp', host: '::1', port })).toEqual({ ok: true, message: 'connected' });
  server.close();
});

test('localhost is reached by whichever address is open', async () => {
  const server = createServer((socket) => socket.resume());
  const port = await listen(server);
  expect(await attempt({ kind: 'tcp', host: 'localhost', port })).toEqual({ ok: true, message: 'connected' });
  server.close();
});

test('a host that does not exist is a failure', async () => {
  const result = await attempt({ kind: 'tcp', host: 'nowhere.invalid', port: 80 });
  expect(result).toEqual({ ok: false, message: expect.stringMatching(/nowhere\.invalid|timed out/) });
});

test('a port that cannot be is a failure and no rejection', async () => {
  const result = await attempt({ kind: 'tcp', host: '127.0.0.1', port: 70_000 });
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining('70000') });
});

test('neither a timer nor a socket is left', async () => {
  const server = createServer((socket) => socket.resume());
  const port = await listen(server);
  const before = openHandles();
  await attempt({ kind: 'tcp', host: '127.0.0.1', port }, 60_000);
  await expectNothingBeyond(before);
  server.close();
});
