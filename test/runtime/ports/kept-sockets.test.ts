import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import net, { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PortSpec } from '../../../src/model/pod-spec.ts';
import { spawn } from '../../../src/runtime/launch/spawn.ts';
import { KeptSockets } from '../../../src/runtime/ports/kept-sockets.ts';
import { openListeningSocket } from '../../../src/runtime/ports/listening-socket.ts';
import { freePort } from '../../fixtures/support.ts';

/** Null: it opened. */
const connectTo = async (port: number): Promise<string | null> => {
  const connection = connect(port, '127.0.0.1');
  try {
    await once(connection, 'connect');
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  } finally {
    connection.destroy();
  }
};

const portSpec = (name: string, port: number, activate = true): PortSpec => ({
  ...{ name, port, target: port, activate, protocol: 'tcp', host: '127.0.0.1', auto: false },
});

describe.skipIf(process.platform === 'win32')('a listening socket', () => {
  test('lets connections wait, accepts none of them, and is gone once closed', async () => {
    const port = await freePort();
    const opened = openListeningSocket('127.0.0.1', port);
    if (!opened.ok) throw new Error(opened.code);
    const connection = connect(port, '127.0.0.1');
    await once(connection, 'connect');
    const broken = once(connection, 'error');
    opened.socket.close();
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(await connectTo(port)).toBe('ECONNREFUSED');
  });

  test.each([
    ['a port that is taken', '127.0.0.1', 'EADDRINUSE'],
    ['an address of another machine', '192.0.2.1', 'EADDRNOTAVAIL'],
    ['a name in place of an address', 'nowhere.invalid', 'EINVAL'],
  ])('is refused for %s', async (_, host, code) => {
    const port = await freePort();
    const first = openListeningSocket('127.0.0.1', port);
    expect(openListeningSocket(host, port)).toEqual({ ok: false, code });
    if (first.ok) first.socket.close();
  });
});

describe.skipIf(process.platform === 'win32')('the sockets of a process', () => {
  test('stay the same for each instance, and close with the port they are for', async () => {
    const kept = new KeptSockets();
    const [http, admin] = [portSpec('http', await freePort()), portSpec('admin', await freePort())];
    const first = kept.forLaunch([http, admin, portSpec('plain', await freePort(), false)]);
    expect(first).toMatchObject({ ok: true, sockets: [{ name: 'http' }, { name: 'admin' }] });
    expect(kept.forLaunch([http, admin])).toEqual(first);
    kept.keepOnly([{ ...http, name: 'web' }]);
    expect(await connectTo(http.port)).toBeNull();
    expect(await connectTo(admin.port)).toBe('ECONNREFUSED');
    kept.keepOnly([]);
    expect(await connectTo(http.port)).toBe('ECONNREFUSED');
  });

  test('that cannot be had are reported with port and reason', async () => {
    const port = portSpec('http', await freePort());
    const [holder, late] = [new KeptSockets(), new KeptSockets()];
    holder.forLaunch([port]);
    expect(late.forLaunch([port])).toEqual({
      ok: false,
      failure: { kind: 'socket-not-opened', port, code: 'EADDRINUSE' },
    });
    holder.keepOnly([]);
  });

  test('are refused by a Node that has lost the way to them', async () => {
    const internals = net as { _createServerHandle?: unknown };
    const { _createServerHandle: create } = internals;
    onTestFinished(() => {
      internals._createServerHandle = create;
      syncBuiltinESMExports();
    });
    internals._createServerHandle = undefined;
    syncBuiltinESMExports();
    const port = portSpec('http', 3000);
    expect(new KeptSockets().forLaunch([port])).toEqual({
      ok: false,
      failure: { kind: 'socket-not-opened', port, code: 'UNSUPPORTED' },
    });
  });

  test('are told of to the process alone, by its own pid, with names and in order', async () => {
    const kept = new KeptSockets();
    const launch = kept.forLaunch([portSpec('b', await freePort()), portSpec('a', await freePort())]);
    if (!launch.ok) throw new Error(launch.failure.code);
    const tell = `const { LISTEN_FDS, LISTEN_FDNAMES, LISTEN_PID, 'ODD-NAME': odd } = process.env;
      console.log(LISTEN_FDS, LISTEN_FDNAMES, LISTEN_PID === String(process.pid), odd);`;
    const spawned = spawn({
      command: { kind: 'direct', file: process.execPath, args: ['-e', tell] },
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '', 'ODD-NAME': 'kept' },
      sockets: launch.sockets,
    });
    if (!spawned.ok) throw new Error('not started');
    const output = spawned.child.stdout?.setEncoding('utf8').toArray();
    const [code] = await once(spawned.child, 'exit');
    expect([(await output)?.join(''), code]).toEqual(['2 b:a true kept\n', 0]);
    kept.keepOnly([]);
  });
});
