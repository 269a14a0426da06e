import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DeclaredPort, PortFailure } from '../../../src/model/failures/port-failure.ts';
import { allocatePorts, type PortAllocationOptions } from '../../../src/runtime/ports/allocate-ports.ts';
import { inFull } from '../../support/in-full.ts';
import {
  allocateInChild,
  autoPort,
  bindUdpOn,
  fixedPort,
  hasIpv6,
  listenOn,
  optionsIn,
  temporaryFolder,
} from './support.ts';

const onLinux = process.platform === 'linux';

/** The numbers, in declared order; released when the test ends. */
const allocate = async (
  declared: readonly DeclaredPort[],
  options: PortAllocationOptions,
): Promise<{ readonly numbers: readonly number[]; readonly release: () => Promise<void> }> => {
  const allocation = await allocatePorts(declared, options);
  if (!allocation.ok) throw new Error(JSON.stringify(allocation.failures));
  allocation.remember();
  onTestFinished(() => allocation.leases.release());
  const numbers = declared.map(({ process, name }) => allocation.ports.get(process)?.get(name) ?? Number.NaN);
  return { numbers, release: () => allocation.leases.release() };
};

const allocateOne = async (options: PortAllocationOptions, port: DeclaredPort = autoPort('web')) => {
  const { numbers, release } = await allocate([port], options);
  return { number: numbers[0] ?? Number.NaN, release };
};

/** A run that has ended. */
const numberOfRun = async (options: PortAllocationOptions, port?: DeclaredPort): Promise<number> => {
  const { number, release } = await allocateOne(options, port);
  await release();
  return number;
};

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const failuresOf = async (
  declared: readonly DeclaredPort[],
  options = optionsIn(),
): Promise<readonly PortFailure[]> => {
  const allocation = await allocatePorts(declared, options);
  if (allocation.ok) await allocation.leases.release();
  return allocation.ok ? [] : allocation.failures;
};

/** What an earlier run has written. */
const remember = (options: PortAllocationOptions, ports: Record<string, number>): void =>
  writeFileSync(join(options.stateFolder.path, 'ports.json'), JSON.stringify({ version: 1, ports }));

const rememberedIn = (folder: string): unknown =>
  JSON.parse(readFileSync(join(folder, 'ports.json'), 'utf8'));

describe('an auto port', () => {
  test('can be listened on at once', async () => {
    const { number } = await allocateOne(optionsIn());
    const server = await listenOn(number);
    expect(server.address()).toMatchObject({ port: number });
  });

  test('is the same at the next run', async () => {
    const options = optionsIn();
    expect(await numberOfRun(options)).toBe(await numberOfRun(options));
  });

  test('is the remembered one rather than the one computed from the names', async () => {
    const options = optionsIn();
    const computed = await numberOfRun(options);
    const remembered = computed === 23_456 ? 23_457 : 23_456;
    remember(options, { 'shop/web/main': remembered });
    expect(await numberOfRun(options)).toBe(remembered);
  });

  test('is the preferred one where that is free, whatever it was before, and another one where it is taken', async () => {
    const options = optionsIn();
    const preferred = await numberOfRun(optionsIn());
    const stranger = await listenOn(preferred);
    const numberNow = () => numberOfRun(options, { ...autoPort('web'), preferred });
    const other = await numberNow();
    expect(other).not.toBe(preferred);
    await new Promise((resolve) => stranger.close(resolve));
    expect(await numberNow()).toBe(preferred);
  });

  test('is preferred by one of several only', async () => {
    const free = await numberOfRun(optionsIn());
    const ports = [autoPort('web-1'), autoPort('web-2')].map((port) => ({ ...port, preferred: free }));
    const { numbers } = await allocate(ports, optionsIn());
    expect(numbers[0]).toBe(free);
    expect(numbers[1]).not.toBe(free);
  });

  test('is computed from the names where nothing could be remembered', async () => {
    const folder = temporaryFolder();
    const options = { pod: 'shop', stateFolder: { path: join(folder, 'missing'), configFolder: folder } };
    expect(await numberOfRun(options)).toBe(await numberOfRun(options));
  });

  test.each(['{"version":1,', '[]', 'null', '{"version":1,"ports":{"shop/web/main":"80"}}', '{"version":2}'])(
    'is found although ports.json is broken: %s',
    async (content) => {
      const options = optionsIn();
      writeFileSync(join(options.stateFolder.path, 'ports.json'), content);
      const number = await numberOfRun(options);
      expect(rememberedIn(options.stateFolder.path)).toEqual({
        version: 1,
        ports: { 'shop/web/main': number },
      });
    },
  );

  test('is another one, from then on, where a stranger took the remembered one', async () => {
    const options = optionsIn();
    const first = await numberOfRun(options);
    const stranger = await listenOn(first);
    const second = await numberOfRun(options);
    await new Promise((resolve) => stranger.close(resolve));
    expect(second).not.toBe(first);
    expect(await numberOfRun(options)).toBe(second);
  });

  test('that was taken when it was tried is not held on to', async () => {
    const options = optionsIn();
    const first = await numberOfRun(options);
    const stranger = await listenOn(first);
    await allocateOne(options);
    await new Promise((resolve) => stranger.close(resolve));
    remember(options, { 'shop/web/main': first });
    expect(await numberOfRun(options)).toBe(first);
  });

  test.runIf(onLinux)(
    'of a second pod in the folder does not displace the first one from memory',
    async () => {
      const options = optionsIn();
      const first = await allocateOne(options);
      const second = await allocateOne(options);
      expect(second.number).not.toBe(first.number);
      await Promise.all([first.release(), second.release()]);
      expect(await numberOfRun(options)).toBe(first.number);
    },
  );

  test('leaves what other pods of the folder remember', async () => {
    const folder = temporaryFolder();
    const shop = await numberOfRun(optionsIn(folder, 'shop'));
    const tests = await numberOfRun(optionsIn(folder, 'tests'));
    expect(rememberedIn(folder)).toEqual({
      version: 1,
      ports: { 'shop/web/main': shop, 'tests/web/main': tests },
    });
  });

  test.runIf(onLinux && hasIpv6)('is not one on which something listens on ::1 only', async () => {
    const options = optionsIn();
    const first = await numberOfRun(options);
    await listenOn(first, '::1');
    expect(await numberOfRun(options)).not.toBe(first);
  });

  test('may be a udp port, and one in use is not given', async () => {
    const options = optionsIn();
    const udp = { ...autoPort('web'), protocol: 'udp' } as const;
    const first = await allocateOne(options, udp);
    await first.release();
    await bindUdpOn(first.number);
    expect((await allocateOne(options, udp)).number).not.toBe(first.number);
  });

  test.runIf(onLinux)('is never handed out by the kernel, although nobody listens on it yet', async () => {
    const { numbers } = await allocate(
      ['a', 'b', 'c', 'd', 'e'].map((name) => autoPort(name)),
      optionsIn(),
    );
    const handedOut = new Set<number>();
    for (let round = 0; round < 2000; round += 1) {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      handedOut.add((server.address() as { port: number }).port);
      await new Promise((resolve) => server.close(resolve));
    }
    expect(handedOut.size).toBeGreaterThan(500);
    expect(numbers.filter((number) => handedOut.has(number))).toEqual([]);
  });
});

describe('the auto ports of one pod', () => {
  const fifty = Array.from({ length: 50 }, (_, index) => autoPort(`process-${index}`));

  test('are all different', async () => {
    const { numbers } = await allocate(fifty, optionsIn());
    expect(new Set(numbers).size).toBe(50);
  });

  test('stay with their names when one of them is new', async () => {
    const options = optionsIn();
    const before = await allocate(fifty.slice(1), options);
    await before.release();
    const after = await allocate(fifty, options);
    expect(after.numbers.slice(1)).toEqual(before.numbers);
  });

  test('leave each other the remembered one', async () => {
    const options = optionsIn();
    const computedForWeb = await numberOfRun(options);
    remember(options, { 'shop/redis/main': computedForWeb });
    const { numbers } = await allocate([autoPort('web'), autoPort('redis')], options);
    expect(numbers[1]).toBe(computedForWeb);
  });

  test('are different although the same number is remembered for two', async () => {
    const options = optionsIn();
    remember(options, { 'shop/a/main': 23_456, 'shop/b/main': 23_456 });
    const { numbers } = await allocate([autoPort('a'), autoPort('b')], options);
    expect(new Set(numbers).size).toBe(2);
  });

  test('avoid the fixed ports of the pod', async () => {
    const options = optionsIn();
    const number = await numberOfRun(options);
    const { numbers } = await allocate([fixedPort('other', number), autoPort('web')], options);
    expect(numbers[0]).toBe(number);
    expect(numbers[1]).not.toBe(number);
  });
});

const SUPERVISORS = inFull ? 20 : 4;

describe('supervisors at the same time', () => {
  test.runIf(onLinux)(
    'that ask for the same ten auto ports all get different numbers',
    async () => {
      const options = optionsIn();
      const ten = Array.from({ length: 10 }, (_, index) => autoPort(`process-${index}`));
      const children = await Promise.all(
        Array.from({ length: SUPERVISORS }, () => allocateInChild(ten, options)),
      );
      const numbers = children.flatMap(({ facts }) => facts.ports ?? []);
      expect(numbers).toHaveLength(10 * SUPERVISORS);
      expect(new Set(numbers).size).toBe(10 * SUPERVISORS);
      expect(rememberedIn(options.stateFolder.path)).toMatchObject({ version: 1 });
    },
    120_000,
  );

  test.runIf(onLinux)('one that is killed leaves its ports to the next', async () => {
    const options = optionsIn();
    const { child, facts } = await allocateInChild([autoPort('web')], options);
    const whileItLives = await numberOfRun(options);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(whileItLives).not.toBe(facts.ports?.[0]);
    expect(await numberOfRun(options)).toBe(facts.ports?.[0]);
  });

  test('a lease does not keep its process alive', async () => {
    const { child } = await allocateInChild([autoPort('web')], optionsIn());
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('releasing twice is as good as once', async () => {
    const { release } = await allocateOne(optionsIn());
    await release();
    await release();
  });
});

describe('a fixed port', () => {
  test('that is free is given as declared and not held', async () => {
    const number = await numberOfRun(optionsIn());
    const { numbers } = await allocate([fixedPort('web', number)], optionsIn());
    await listenOn(number);
    expect(numbers).toEqual([number]);
  });

  test('that is taken is a failure that names who has it', async () => {
    const number = await numberOfRun(optionsIn());
    await listenOn(number);
    expect(await failuresOf([fixedPort('web', number)])).toEqual([
      {
        kind: 'port-taken',
        port: fixedPort('web', number),
        holder: { kind: 'process', pid: process.pid, command: expect.stringContaining('vitest') },
      },
    ]);
  });

  test.runIf(onLinux).each(['0.0.0.0', ...(hasIpv6 ? ['::'] : [])])(
    'is taken by what listens on all addresses (%s), which is named',
    async (host) => {
      const port = portOf(await listenOn(0, host));
      const failure = { kind: 'port-taken', holder: { kind: 'process', pid: process.pid } };
      expect(await allocatePorts([fixedPort('web', port)], optionsIn())).toMatchObject({
        ok: false,
        failures: [failure],
      });
    },
  );

  test('can be had while connections of its last holder still time out', async () => {
    const server = await listenOn(0);
    const port = portOf(server);
    server.on('connection', (peer) => peer.end());
    const client = connect(port, '127.0.0.1');
    await once(client, 'close');
    await new Promise((resolve) => server.close(resolve));
    expect(await allocatePorts([fixedPort('web', port)], optionsIn())).toMatchObject({ ok: true });
  });

  test.runIf(hasIpv6)('is not taken by what listens on another address', async () => {
    const number = await numberOfRun(optionsIn());
    await listenOn(number, '::1');
    expect(await failuresOf([fixedPort('web', number)])).toEqual([]);
  });

  test.runIf(hasIpv6)('on localhost is taken by what listens on either loopback address', async () => {
    const number = await numberOfRun(optionsIn());
    await listenOn(number, '::1');
    const port = { ...fixedPort('web', number), host: 'localhost' };
    expect(await failuresOf([port])).toMatchObject([{ kind: 'port-taken', holder: { pid: process.pid } }]);
  });

  test('may be declared by two processes that use it one after the other', async () => {
    const number = await numberOfRun(optionsIn());
    const everywhere = { ...fixedPort('web', number), host: '0.0.0.0' };
    expect(await failuresOf([fixedPort('migrate', number), everywhere, fixedPort('web', number)])).toEqual(
      [],
    );
  });

  test('of udp is taken by udp only', async () => {
    const number = await numberOfRun(optionsIn());
    await bindUdpOn(number);
    const udp = { ...fixedPort('web', number), protocol: 'udp' } as const;
    expect(await failuresOf([fixedPort('web', number)])).toEqual([]);
    expect(await failuresOf([udp])).toMatchObject([{ kind: 'port-taken', holder: { pid: process.pid } }]);
  });

  test('on a host that is not this machine is a failure of its own, as is an auto port there', async () => {
    const host = '192.0.2.1';
    const failures = await failuresOf([
      { ...fixedPort('web', 23_456), host },
      { ...autoPort('redis'), host },
    ]);
    expect(failures).toMatchObject([
      { kind: 'port-host-unusable', port: { process: 'web' }, code: 'EADDRNOTAVAIL' },
      { kind: 'port-host-unusable', port: { process: 'redis' }, code: 'EADDRNOTAVAIL' },
    ]);
  });

  const rootBesidesOthers = onLinux && process.getuid?.() === 0;

  test.runIf(rootBesidesOthers)('below 1024 is a failure of its own for one who is not root', async () => {
    const { facts } = await allocateInChild([fixedPort('web', 1)], optionsIn(), { uid: 65_534 });
    expect(facts.failures).toMatchObject([{ kind: 'port-not-permitted', port: { port: 1 } }]);
  });

  test.runIf(rootBesidesOthers)("of another user's process is a failure that names the user", async () => {
    const number = await numberOfRun(optionsIn());
    await listenOn(number);
    const { facts } = await allocateInChild([fixedPort('web', number)], optionsIn(), { uid: 65_534 });
    expect(facts.failures).toMatchObject([{ kind: 'port-taken', holder: { kind: 'user', uid: 0 } }]);
  });
});

test('all failures come at once, and then no auto port is held', async () => {
  const options = optionsIn();
  const free = await numberOfRun(options);
  const [one, two] = (await allocate([autoPort('one'), autoPort('two')], optionsIn())).numbers as [
    number,
    number,
  ];
  await Promise.all([listenOn(one), listenOn(two)]);
  const failures = await failuresOf([fixedPort('a', one), autoPort('web'), fixedPort('b', two)], options);
  expect(failures.map(({ port }) => port.process)).toEqual(['a', 'b']);
  expect(await numberOfRun(options)).toBe(free);
});

test('a pod without ports loads nothing of the network', async () => {
  const { facts } = await allocateInChild([], optionsIn());
  expect(facts).toEqual({ ports: [], netLoaded: false });
});
