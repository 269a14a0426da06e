import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { goneAt, PodRig, statesOf, stop } from '../support/pod-rig.ts';
import type { Run } from '../support/run.ts';
import type { SteeredChild } from '../support/steering.ts';

/** A verdict within some 20 ms of the fact. */
const QUICK = { period: '20ms', failureThreshold: 1 };
/** So seldom that only the quicker attempts before the first success can be what is seen. */
const SELDOM = { period: '10m', timeout: '1s' };

const SERVING = 1;
const NOT_SERVING = 2;

/** A health service on a port of its own, by the public schema; the statuses may be changed at any time. */
const grpcServer = async (statuses: Record<string, number>): Promise<number> => {
  const schema = {
    options: { syntax: 'proto3' },
    nested: {
      'grpc.health.v1': {
        nested: {
          Status: { values: { UNKNOWN: 0, SERVING, NOT_SERVING } },
          Request: { fields: { service: { type: 'string', id: 1 } } },
          Response: { fields: { status: { type: 'Status', id: 1 } } },
          Health: { methods: { Check: { requestType: 'Request', responseType: 'Response', comment: '' } } },
        },
      },
    },
  };
  const { 'grpc.health.v1.Health': service } = fromJSON(schema) as Record<
    string,
    Parameters<Server['addService']>[0]
  >;
  const implementation: UntypedServiceImplementation = {
    Check: (call: { request: { service: string } }, answer: (error: null, response: object) => void) =>
      answer(null, { status: statuses[call.request.service] ?? 0 }),
  };
  const server = new Server();
  onTestFinished(() => server.forceShutdown());
  if (service !== undefined) server.addService(service, implementation);
  const bind = server.bindAsync.bind(server, '127.0.0.1:0', ServerCredentials.createInsecure());
  return new Promise((resolve, reject) =>
    bind((error, port) => (error === null ? resolve(port) : reject(error))),
  );
};

/** A sidecar `db` with these fields, and a primary that waits for it to be ready. */
const openRig = (db: object, files: Readonly<Record<string, string>> = {}): Promise<PodRig> =>
  PodRig.open((steered) => ({ sidecars: { db: steered('db', db) }, primary: steered('app') }), files);

const portOf = (child: SteeredChild, name = 'MAIN'): number => Number(child.env[`PORT_${name}`]);

/** The nth report that readiness has turned to this. */
const readiness = (run: Run, ok: boolean, nth = 1): Promise<void> =>
  run.until(`readiness to be ${ok} (${nth})`, () => {
    const reports = run.events.filter((event) => event['probe'] === 'readiness' && event['ok'] === ok);
    return reports.length >= nth;
  });

/** Makes the probe see one thing or the other, by itself or through the process. */
type Switch = (rig: PodRig, child: SteeredChild, ok: boolean) => Promise<unknown>;

const KINDS: [kind: string, fields: (grpcPort: number) => object, turn: Switch][] = [
  [
    'http',
    () => ({ ports: { main: 'auto' }, probe: { http: '/healthz' } }),
    (_, child, ok) => child.serve(portOf(child), { '/healthz': ok ? 204 : 500 }),
  ],
  [
    'tcp',
    () => ({ ports: { other: 'auto', main: 'auto' }, probe: { tcp: 'main' } }),
    (_, child, ok) => (ok ? child.listen(portOf(child)) : child.close(portOf(child))),
  ],
  ['exec', () => ({ probe: { exec: 'test -e ok' } }), (rig, _, ok) => toggleFile(rig, ok)],
  ['exec, as a list', () => ({ probe: { exec: ['test', '-e', 'ok'] } }), (rig, _, ok) => toggleFile(rig, ok)],
  ['file', () => ({ probe: { file: 'ok' } }), (rig, _, ok) => toggleFile(rig, ok)],
];

const toggleFile = (rig: PodRig, ok: boolean): Promise<void> =>
  ok ? rig.project.write('ok', '') : rig.remove('ok');

const withProbe = (name: string, timing: object, fields: object): object => {
  const { probe, ...rest } = fields as { probe: object };
  return { readiness: false, ...rest, [name]: { ...probe, ...timing } };
};

describe('a readiness probe', () => {
  test.each(KINDS)('by %s opens the gate, goes and comes back with the fact', async (_, fields, turn) => {
    await using rig = await openRig(withProbe('readiness', QUICK, fields(0)));
    const run = rig.here();
    const child = await rig.child('db');
    await readiness(run, false);
    expect(rig.steering.count('app')).toBe(0);
    await turn(rig, child, true);
    await rig.child('app');
    await turn(rig, child, false);
    await readiness(run, false, 2);
    await turn(rig, child, true);
    await run.until('five states', () => statesOf(run.events, 'db').length >= 5);
    expect(statesOf(run.events, 'db')).toEqual(['starting', 'running', 'ready', 'running', 'ready']);
    expect(child.signals).toEqual([]);
  });

  test.each(['', 'shop.Orders'])(
    'by grpc opens the gate, goes and comes back: service %j',
    async (service) => {
      const statuses: Record<string, number> = { '': NOT_SERVING, [service]: NOT_SERVING };
      const port = await grpcServer(statuses);
      const target = service === '' ? port : { port, service };
      await using rig = await openRig({ readiness: { grpc: target, ...QUICK } });
      const run = rig.here();
      await rig.child('db');
      await readiness(run, false);
      expect(rig.steering.count('app')).toBe(0);
      if (service !== '') statuses[''] = SERVING;
      statuses[service] = SERVING;
      await rig.child('app');
      statuses[service] = NOT_SERVING;
      await readiness(run, false, 2);
      statuses[service] = SERVING;
      await readiness(run, true, 2);
    },
  );

  test.each([
    ['a string', 'listening on port', 'stdout'],
    ['a regular expression', /^listening on port \d+$/, 'stdout'],
    ['a line of stderr', 'listening on port', 'stderr'],
  ] as const)('by log opens the gate at the line and stays: %s', async (_, log, stream) => {
    await using rig = await openRig({ readiness: { log, ...QUICK } });
    const run = rig.here();
    const child = await rig.child('db');
    await child.print('listening soon\n', stream);
    await run.event('that line', (event) => event['line'] === 'listening soon');
    expect(statesOf(run.events, 'db')).toEqual(['starting', 'running']);
    await child.print('listening on port 3000\n', stream);
    await rig.child('app');
    await child.print('and later lines do not matter\n', stream);
    expect(statesOf(run.events, 'db')).toEqual(['starting', 'running', 'ready']);
  });

  test.each([
    ['a newline', (child: SteeredChild) => child.notify('\n')],
    ['READY=1', (child: SteeredChild) => child.notify('READY=1')],
    ["process.send('ready')", (child: SteeredChild) => child.sendMessage('ready')],
  ])('by notify opens the gate when the process says so, and again in its next run: %s', async (_, say) => {
    await using rig = await openRig({ readiness: { notify: true, ...SELDOM } });
    const run = rig.up();
    const first = await rig.child('db');
    await run.state('db', 'running');
    expect(rig.steering.count('app')).toBe(0);
    await say(first);
    await rig.child('app');
    await first.exit(1);
    const second = await rig.child('db');
    await run.event('the next run', (event) => event['pid'] === second.pid && event['state'] === 'running');
    await say(second);
    await run.event('ready again', (event) => event['pid'] === second.pid && event['state'] === 'ready');
  });

  test('by notify takes no other message for it', async () => {
    await using rig = await openRig({ readiness: { notify: true, ...SELDOM } });
    const run = rig.up();
    const child = await rig.child('db');
    await child.notify('STATUS=warming up\n');
    await child.sendMessage('almost');
    await child.print('both have been sent\n');
    await run.event('that line', (event) => event['line'] === 'both have been sent');
    expect(statesOf(run.events, 'db')).toEqual(['starting', 'running']);
    await child.notify('READY=1\n');
    await rig.child('app');
  });

  test('by notify survives whatever else the process writes there, and hears it all the same', async () => {
    const flood = 'dd if=/dev/zero bs=64k count=1600 2>/dev/null';
    const garbage = `{ echo this is no json; head -c 5000 /dev/urandom; echo '{"half":'; ${flood}; echo; }`;
    const command = `${garbage} >&$NODE_CHANNEL_FD; ${flood} >&$NOTIFY_FD; echo '"ready"' >&$NODE_CHANNEL_FD; exec sleep 300`;
    await using rig = await openRig({ command, readiness: { notify: true, ...SELDOM } });
    const run = rig.up();
    await rig.child('app');
    await run.state('db', 'ready');
    expect(statesOf(run.events, 'db')).toEqual(['starting', 'running', 'ready']);
    expect((await stop(run)).code).toBe(0);
  });

  test('tests that a process with a TCP port listens there, unless it is turned off', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: {
        db: steered('db', { ports: { main: 'auto' } }),
        off: steered('off', { ports: { main: 'auto' }, readiness: false }),
      },
      primary: steered('app'),
    }));
    const run = rig.here();
    const db = await rig.child('db');
    await run.state('off', 'ready');
    await readiness(run, false);
    expect(rig.steering.count('app')).toBe(0);
    await db.listen(portOf(db));
    await rig.child('app');
  });

  test('is seen within moments of the fact, however seldom it is asked for afterwards', async () => {
    await using rig = await openRig({ readiness: { file: 'ok', ...SELDOM } });
    const run = rig.here();
    await rig.child('db');
    await readiness(run, false);
    await rig.project.write('ok', '');
    // The next regular attempt would be in ten minutes.
    await rig.child('app');
  });

  test('needs as many successes and failures in a row as it is told', async () => {
    const answers = ['no', 'yes', 'no', 'yes', 'yes', 'yes', 'no', 'yes', 'no', 'no'];
    // The nth attempt gives the nth answer; afterwards, no.
    const exec = `n=$(cat n 2>/dev/null || echo 0); n=$((n+1)); echo $n > n.new; mv n.new n; case $n in ${answers
      .flatMap((answer, index) => (answer === 'yes' ? [index + 1] : []))
      .join('|')}) exit 0;; *) exit 1;; esac`;
    const readiness = { exec, period: '20ms', successThreshold: 3, failureThreshold: 2 };
    await using rig = await PodRig.open({
      sidecars: { db: { command: 'exec sleep 300', readiness } },
      primary: { command: 'cat n > n-when-ready; exec sleep 300' },
    });
    const run = rig.here();
    await run.event(
      'unready again',
      (event) => event['name'] === 'db' && event['state'] === 'running' && event['previous'] === 'ready',
    );
    expect(statesOf(run.events, 'db')).toEqual(['starting', 'running', 'ready', 'running']);
    // Three successes in a row: the fourth to the sixth attempt, not the second.
    expect(Number(await rig.fileText('n-when-ready'))).toBeGreaterThanOrEqual(6);
    // Two failures in a row: the ninth and the tenth attempt, not the seventh.
    expect(Number(await rig.fileText('n'))).toBeGreaterThanOrEqual(10);
  });

  test('waits for its initial delay', async () => {
    await using rig = await openRig({ readiness: { file: 'ok', initialDelay: '400ms' } }, { ok: '' });
    const run = rig.here();
    await rig.child('app');
    const [running, ready] = [await run.state('db', 'running'), await run.state('db', 'ready')];
    const took = Date.parse(String(ready['time'])) - Date.parse(String(running['time']));
    // Counted from a decision, of which a busy machine tells some milliseconds later.
    expect(took).toBeGreaterThanOrEqual(380);
  });

  test('fails by time-out when no answer comes', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => server.closeAllConnections());
    const { port } = server.address() as AddressInfo;
    await using rig = await openRig({
      readiness: { http: `http://127.0.0.1:${port}/`, timeout: '100ms', period: '100ms' },
    });
    const run = rig.here();
    const event = await run.event('the time-out', ({ type, ok }) => type === 'probe' && ok === false);
    expect(event['message']).toMatch(/100 ?ms/);
    server.close();
  });
});

describe('an http probe', () => {
  test('follows redirects, takes 200 to 399, or the one status it is told', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: {
        moved: steered('moved', { ports: { main: 'auto' }, readiness: { http: '/old', ...QUICK } }),
        teapot: steered('teapot', {
          ports: { other: 'auto', main: 'auto' },
          readiness: { http: { port: 'main', path: '/tea', status: 418 }, ...QUICK },
        }),
      },
      primary: steered('app'),
    }));
    const run = rig.here();
    const [moved, teapot] = await Promise.all([rig.child('moved'), rig.child('teapot')]);
    await moved.serve(portOf(moved), { '/old': '/new', '/new': 404 });
    await teapot.serve(portOf(teapot), { '/tea': 200 });
    const failure = (name: string, message: RegExp) =>
      run.event(
        `${name} to fail`,
        (event) => event['name'] === name && message.test(String(event['message'])),
      );
    await Promise.all([failure('moved', /404|ECONNREFUSED/), failure('teapot', /200|ECONNREFUSED/)]);
    expect(rig.steering.count('app')).toBe(0);
    await moved.serve(portOf(moved), { '/old': '/new', '/new': 304 });
    await run.state('moved', 'ready');
    expect(rig.steering.count('app')).toBe(0);
    await teapot.serve(portOf(teapot), { '/tea': 418 });
    await rig.child('app');
  });

  test('sends the headers it is told, to wherever its URL points', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await using rig = await openRig({
      readiness: { http: { port, path: '/', headers: { 'X-Probe': 'yes' } } },
    });
    rig.here();
    await rig.child('app');
    expect(seen[0]).toMatchObject({ 'x-probe': 'yes' });
    server.close();
  });
});

describe('a liveness probe', () => {
  test.each(KINDS)('by %s restarts its process when it fails', async (_, fields, turn) => {
    const slow = { period: '50ms', failureThreshold: 2 };
    await using rig = await openRig({
      ...withProbe('liveness', slow, fields(0)),
      startup: { file: 'started' },
    });
    const run = rig.here();
    const first = await rig.child('db');
    await turn(rig, first, true);
    // Only now is there liveness to be probed: before, its failures would have killed.
    await rig.project.write('started', '');
    await rig.child('app');
    await run.event('alive', (event) => event['probe'] === 'liveness' && event['ok'] === true);
    await turn(rig, first, false);
    // The next run may be too short for the child to dial, as nothing has made it healthy.
    await run.event(
      'the next run',
      (event) => event['name'] === 'db' && event['state'] === 'starting' && event['restarts'] === 1,
    );
    expect(first.signals).toEqual(['SIGTERM']);
    expect(await run.state('db', 'stopping')).toMatchObject({ reason: expect.stringContaining('liveness') });
    await stop(run);
  });

  test('by grpc restarts its process when it fails', async () => {
    const statuses = { '': SERVING };
    const port = await grpcServer(statuses);
    await using rig = await openRig({ liveness: { grpc: port, ...QUICK } });
    const run = rig.here();
    const first = await rig.child('db');
    await rig.child('app');
    await run.event('alive', (event) => event['probe'] === 'liveness' && event['ok'] === true);
    statuses[''] = NOT_SERVING;
    await first.signalled('SIGTERM');
    statuses[''] = SERVING;
    await goneAt(first);
    await rig.child('db');
  });
});

describe('a startup probe', () => {
  test('holds back readiness and liveness until it has passed', async () => {
    const touch = (name: string, code: number) => ({ exec: `echo . >> ${name}; exit ${code}`, ...QUICK });
    await using rig = await openRig({
      startup: { exec: 'echo . >> startup; test -e ok', period: '20ms', failureThreshold: 10_000 },
      readiness: touch('readiness', 0),
      liveness: touch('liveness', 0),
    });
    const run = rig.here();
    const child = await rig.child('db');
    // Time enough for the others to be tried as well, if they were.
    await eventually('several attempts', async () => (await rig.fileText('startup')).length >= 10);
    expect(existsSync(rig.project.path('readiness'))).toBe(false);
    expect(existsSync(rig.project.path('liveness'))).toBe(false);
    expect(statesOf(run.events, 'db')).toEqual(['starting']);
    await rig.project.write('ok', '');
    await Promise.all([rig.fileExists('readiness'), rig.fileExists('liveness'), rig.child('app')]);
    expect(child.signals).toEqual([]);
  });

  test.each([
    ['log', { log: /^up$/ }, (child: SteeredChild) => child.print('up\n')],
    ['notify', { notify: true }, (child: SteeredChild) => child.notify('READY=1\n')],
  ])('by %s passes when the process says so, and kills when it never does', async (_, target, say) => {
    await using rig = await openRig({ startup: { ...target, period: '1s', failureThreshold: 1 } });
    const run = rig.here();
    const first = await rig.child('db');
    await first.signalled('SIGTERM');
    expect(await run.state('db', 'stopping')).toMatchObject({
      previous: 'starting',
      reason: expect.stringContaining('startup'),
    });
    // However long the next launch takes on a busy machine, one of them is in time.
    const speak = async (): Promise<void> => {
      const child = await rig.child('db');
      await Promise.race([say(child), child.gone]);
      if (child.signals.length > 0) return speak();
    };
    void speak();
    await rig.child('app');
  });
});
