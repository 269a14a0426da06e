import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PortSpec } from '../../../src/model/pod-spec.ts';
import { findAnswering } from '../../../src/runtime/ports/answering.ts';
import { OwnPorts } from '../../../src/runtime/ports/own-ports.ts';
import { parseSocket, readListeners, readSockets } from '../../../src/runtime/ports/socket-table.ts';
import type { ProcessTrees, TreeRoot } from '../../../src/runtime/process-tree/process-trees.ts';
import { podSpec } from '../../support/pod-spec.ts';
import { hasIpv6, listenOn } from './support.ts';

const isLinux = process.platform === 'linux';

/** Says its port, and goes on until it is killed. */
const LISTENER =
  'const s = require("node:net").createServer(); s.listen(0, "127.0.0.1", () => console.log(s.address().port))';

const started = async (
  script: string,
  argv0?: string,
): Promise<{ readonly child: ChildProcess; readonly said: string }> => {
  const child = spawn(process.execPath, ['-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(argv0 === undefined ? {} : { argv0 }),
  });
  onTestFinished(async () => {
    if (child.kill('SIGKILL')) await once(child, 'exit');
  });
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
};

const rootOf = (pid: number): TreeRoot => ({ pid, mark: 'web', startTime: null, holdsNamespace: false });

const ownPorts = (
  root: number,
  port: number,
  own: readonly number[] = [],
  fields: Partial<PortSpec> = {},
) => {
  const spec = podSpec({ web: {} }).processes.get('web');
  if (spec === undefined) throw new Error('no web');
  const declared = {
    name: 'http',
    port,
    target: port,
    protocol: 'tcp',
    host: '127.0.0.1',
    auto: false,
    activate: false,
  } as const;
  const trees = { owns: (_root: TreeRoot, pid: number) => own.includes(pid), markOf: () => null };
  const ports = [{ ...declared, ...fields }];
  return new OwnPorts({ ...spec, ports }, rootOf(root), trees as unknown as ProcessTrees);
};

const at = (port: number, address = '127.0.0.1') => ({ address, port });

describe.runIf(isLinux)('what answers on a port of a process', () => {
  test('is the process itself', async () => {
    const { child, said } = await started(LISTENER);
    expect(await ownPorts(child.pid ?? 0, Number(said)).whoElseAnswers(at(Number(said)))).toBeNull();
  });

  test('is something that the process has started', async () => {
    const { child, said } = await started(LISTENER);
    const ports = ownPorts(process.ppid, Number(said), [child.pid ?? 0]);
    expect(await ports.whoElseAnswers(at(Number(said)))).toBeNull();
  });

  test('is a stranger, who is identified', async () => {
    const { child, said } = await started(LISTENER);
    const other = await started('console.log("up"); setInterval(() => {}, 1e6)');
    const ports = ownPorts(other.child.pid ?? 0, Number(said));
    const expected = {
      kind: 'port-answered',
      port: Number(said),
      process: 'web',
      by: { kind: 'process', pid: child.pid, command: expect.stringMatching(/node.* -e /) },
    };
    expect(await ports.whoElseAnswers(at(Number(said)))).toEqual(expected);
    expect(await ports.whoElseAnswers(at(Number(said)))).toEqual(expected);
  });

  test('is looked at once, and again after a probe has failed', async () => {
    const { child, said } = await started(LISTENER);
    const owned = [child.pid ?? 0];
    const ports = ownPorts(process.ppid, Number(said), owned);
    expect(await ports.whoElseAnswers(at(Number(said)))).toBeNull();
    owned.pop();
    expect(await ports.whoElseAnswers(at(Number(said)))).toBeNull();
    ports.forget();
    expect(await ports.whoElseAnswers(at(Number(said)))).not.toBeNull();
  });

  test('is a container engine, which listens for whoever has asked it to', async () => {
    const { said } = await started(LISTENER, 'docker-proxy');
    expect(await ownPorts(process.ppid, Number(said)).whoElseAnswers(at(Number(said)))).toBeNull();
  });

  test('is not asked of a port that it does not declare, or that sidecarctl listens on for it', async () => {
    const { said } = await started(LISTENER);
    expect(await ownPorts(process.ppid, 1).whoElseAnswers(at(Number(said)))).toBeNull();
    const activated = ownPorts(process.ppid, Number(said), [], { activate: true });
    expect(await activated.whoElseAnswers(at(Number(said)))).toBeNull();
  });

  test('cannot be told where nothing listens any more', async () => {
    const server = await listenOn(0);
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await ownPorts(process.ppid, port).whoElseAnswers(at(port))).toBeNull();
  });
});

describe.runIf(isLinux && hasIpv6)('among several sockets on a port', () => {
  const listen = async (options: object): Promise<Server> => {
    const server = createServer().listen(options);
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return server;
  };
  const addresses = (port: number, address: string) =>
    findAnswering(at(port, address)).map((row) => row.address.text);

  test('the one on the very address answers, then the one on all of its family', async () => {
    const server = await listen({ host: '::1', port: 0 });
    const { port } = server.address() as AddressInfo;
    await listen({ host: '127.0.0.2', port });
    await listen({ host: '127.0.0.1', port });
    expect(addresses(port, '::1')).toEqual(['0:0:0:0:0:0:0:1']);
    expect(addresses(port, '127.0.0.2')).toEqual(['127.0.0.2']);
    expect(addresses(port, '::ffff:127.0.0.1')).toEqual(['127.0.0.1']);
    expect(addresses(port, '127.0.0.3')).toEqual([]);
  });

  test('one on all IPv6 addresses answers for IPv4 too, unless it says otherwise', async () => {
    const dual = (await listen({ host: '::', port: 0 })).address() as AddressInfo;
    expect(addresses(dual.port, '127.0.0.1')).toEqual(['0:0:0:0:0:0:0:0']);
    const only = (await listen({ host: '::', port: 0, ipv6Only: true })).address() as AddressInfo;
    expect(addresses(only.port, '::1')).toEqual(['0:0:0:0:0:0:0:0']);
  });

  test('those that share it answer in turns', async () => {
    const server = await listen({ host: '127.0.0.1', port: 0, reusePort: true });
    const { port } = server.address() as AddressInfo;
    await listen({ host: '127.0.0.1', port, reusePort: true });
    expect(addresses(port, '127.0.0.1')).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});

describe('the kernel’s table of sockets', () => {
  test.each([
    [
      '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1',
      '127.0.0.1',
    ],
    [
      '   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1',
      '0:0:0:0:0:0:0:1',
    ],
    [
      '   0: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1',
      '127.0.0.1',
    ],
  ])('has its address in the row %s', (line, text) => {
    expect(parseSocket(line)).toMatchObject({
      address: { text },
      port: 8080,
      listening: true,
      uid: 1000,
      inode: '4711',
    });
  });

  test.runIf(isLinux)('tells the same as the kernel’s answer', async () => {
    const { port } = (await listenOn(0)).address() as AddressInfo;
    const inTable = readSockets('tcp').find((row) => row.port === port && row.listening);
    expect(readListeners().find((row) => row.port === port)).toEqual(inTable);
  });
});
