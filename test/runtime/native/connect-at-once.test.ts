import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { loadLibc } from '../../../src/runtime/native/libc.ts';
import { countOpenFiles } from '../../../src/runtime/process-tree/proc-table.ts';
import { closedPort, listen } from '../probes/probe-context.ts';

describe.runIf(process.platform === 'linux')('a connection within this machine', () => {
  const connect = (host: '127.0.0.1' | '::1', port: number) => loadLibc()?.connectAtOnce({ host, port });

  test('is opened and closed before the call returns, with nothing sent', async () => {
    const server = createServer();
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const port = await listen(server);

    expect(connect('127.0.0.1', port)).toBe('connected');

    const [socket] = await accepted;
    socket.resume();
    await once(socket, 'close');
    expect(socket.bytesRead).toBe(0);
    server.close();
  });

  test('is refused where nobody listens', async () => {
    const port = await closedPort();
    expect([connect('127.0.0.1', port), connect('::1', port)]).toEqual(['refused', 'refused']);
  });

  test('leaves no descriptor open', async () => {
    const port = await closedPort();
    // The first count keeps a spare descriptor.
    countOpenFiles(process.pid);
    const before = countOpenFiles(process.pid);
    for (let count = 0; count < 50; count++) connect('127.0.0.1', port);
    expect(countOpenFiles(process.pid)).toBe(before);
  });
});
