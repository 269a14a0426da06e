import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BindAtOnce } from '../../../src/runtime/native/bind-at-once.ts';
import { loadLibc } from '../../../src/runtime/native/libc.ts';
import { abstractAddress, addressOf } from '../../../src/runtime/native/socket-address.ts';
import { countOpenFiles } from '../../../src/runtime/process-tree/proc-table.ts';
import { closedPort, listen } from '../probes/probe-context.ts';

describe.runIf(process.platform === 'linux')('a socket that is bound at once', () => {
  const bind = (...given: Parameters<BindAtOnce>) => {
    const bound = loadLibc()?.bindAtOnce(...given);
    if (bound?.ok) onTestFinished(() => closeSync(bound.fd));
    return bound;
  };
  const name = `sidecarctl-test-${process.pid}`;

  test('has its port as long as it is open, so that nobody else can have it', async () => {
    const address = addressOf({ host: '127.0.0.1', port: await closedPort() });
    const bound = loadLibc()?.bindAtOnce('tcp', address);
    expect(bind('tcp', address)).toEqual({ ok: false, code: 'EADDRINUSE' });
    if (bound?.ok) closeSync(bound.fd);
    expect(bind('tcp', address)).toMatchObject({ ok: true });
  });

  test('gets no port on which another one listens, and listens itself', async () => {
    const server = createServer();
    onTestFinished(() => void server.close());
    const [taken, free] = [await listen(server), await closedPort()];
    expect(bind('tcp', addressOf({ host: '127.0.0.1', port: taken }))).toEqual({
      ok: false,
      code: 'EADDRINUSE',
    });
    bind('tcp', addressOf({ host: '127.0.0.1', port: free }));
    const client = connect(free, '127.0.0.1');
    await once(client, 'connect');
    client.destroy();
  });

  test('has the very name that Node gives an abstract socket', async () => {
    const server = createServer().listen(`\0${name}`);
    await once(server, 'listening');
    expect(bind('unix', abstractAddress(name))).toEqual({ ok: false, code: 'EADDRINUSE' });
    server.close();
    await once(server, 'close');
    expect(bind('unix', abstractAddress(name))).toMatchObject({ ok: true });
  });

  test('leaves no descriptor open where it fails', async () => {
    const udp = addressOf({ host: '127.0.0.1', port: await closedPort() });
    bind('udp', udp);
    // The first count keeps a spare descriptor.
    countOpenFiles(process.pid);
    const before = countOpenFiles(process.pid);
    for (let count = 0; count < 50; count++) expect(bind('udp', udp)).toMatchObject({ ok: false });
    expect(countOpenFiles(process.pid)).toBe(before);
  });
});
