import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { request } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { authorityFile } from '../../src/certificates/authority.ts';
import { CommandLine, type JsonEvent } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { HeldPort } from '../support/held-port.ts';
import { isAlive, processesWith, statesOf, stop } from '../support/pod-rig.ts';
import { Project } from '../support/project.ts';
import { published } from '../support/published-schema.ts';
import type { Outcome } from '../support/run-to-end.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const IN_CI = process.env['CI'] !== undefined && process.env['CI'] !== '';

/** The fixtures in a folder of their own: the state folder lies beside the config, and runs must not share it. */
class FixtureRig {
  readonly #project: Project;
  readonly #mark = `E2E_FIXTURE=${randomUUID()}`;

  private constructor(project: Project) {
    this.#project = project;
  }

  static async open(): Promise<FixtureRig> {
    const project = await Project.create();
    for (const path of ['fixtures', 'sidecars.config.ts']) {
      await cp(`${ROOT}${path}`, project.path(path), {
        recursive: true,
        filter: (source) => !source.endsWith('.sidecarctl'),
      });
    }
    return new FixtureRig(project);
  }

  path(path: string): string {
    return this.#project.path(path);
  }

  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): CommandLine {
    const [name = '', value = ''] = this.#mark.split('=');
    const data = { XDG_DATA_HOME: this.path('data') };
    return new CommandLine([...args], this.#project.folder, { [name]: value, ...data, ...env });
  }

  /** `sidecarctl up --ui json -c fixtures/broken/NAME.config.ts` */
  upBroken(
    name: string,
    env: Readonly<Record<string, string>> = {},
    ...args: readonly string[]
  ): CommandLine {
    return this.run(['up', '--ui', 'json', '-c', `fixtures/broken/${name}.config.ts`, ...args], env);
  }

  /** Of a run that has ended nothing is left: no process, no run's folder, nobody at its ports. */
  async expectNothingLeft(run: CommandLine, folder: string): Promise<void> {
    expect(processesWith(this.#mark)).toEqual([]);
    const runs = this.path(`${folder}/.sidecarctl/runs`);
    expect(existsSync(runs) ? readdirSync(runs) : []).toEqual([]);
    for (const port of portsOf(run)) expect(await answers(port)).toBe(false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of processesWith(this.#mark)) process.kill(pid, 'SIGKILL');
    await eventually('the fixtures to be gone', () => processesWith(this.#mark).length === 0);
    await this.#project[Symbol.asyncDispose]();
  }
}

/** The ports that `--ui json` has told of; the plain lines tell of none. */
const portsOf = (run: CommandLine): number[] =>
  !run.stdout.startsWith('{')
    ? []
    : run.events.flatMap((event) => Object.values((event['ports'] ?? {}) as Record<string, number>));

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const portOf = async (run: CommandLine, name: string): Promise<number> => {
  const { ports } = await run.state(name, 'ready');
  const [port] = Object.values(ports as Record<string, number>);
  return port ?? 0;
};

const json = async (url: string): Promise<Record<string, unknown>> => (await fetch(url)).json() as never;

/** Where a process came to a state: events are numbered in the order things happened. */
const seqOf = (events: readonly JsonEvent[], name: string, state: string): number => {
  const found = events.find(
    (event) => event.type === 'process' && event['name'] === name && event['state'] === state,
  );
  if (found === undefined) throw new Error(`${name} was never ${state}`);
  return found.seq;
};

/** Whole lines: on a busy machine one may have to wait for its end, and is shown before that. */
const logsOf = (events: readonly JsonEvent[], name: string): string[] =>
  events
    .filter((event) => event.type === 'log' && event['name'] === name && event['partial'] !== true)
    .map((event) => String(event['line']));

const logLine = (run: CommandLine, name: string, pattern: RegExp): Promise<JsonEvent> =>
  run.event(
    `${name} writes ${pattern}`,
    (event) => event['name'] === name && pattern.test(String(event['line'])),
  );

/** How long the stop took by the supervisor's own clock: when the test came to read of it does not count. */
const stopTime = (events: readonly JsonEvent[]): number => {
  const at = (state: string) =>
    Date.parse(String(events.find((event) => event.type === 'pod' && event['state'] === state)?.['time']));
  return at('stopped') - at('stopping');
};

/** In CI a missing program is a failure; elsewhere it is a reason to pass by. */
const needs = (context: TestContext, program: string): void => {
  const installed = spawnSync(program, ['--version']).status === 0;
  context.skip(!installed && !IN_CI, `${program} is not installed, so the pod that needs it was not run`);
  expect(installed, `${program} must be installed in CI`).toBe(true);
};

const throughTls = async (
  rig: FixtureRig,
  port: number,
  path: string,
): Promise<{ status: number; body: unknown }> => {
  // Trusts nothing but the CA of the rig's user, and checks the name.
  const ca = readFileSync(authorityFile(rig.path('data/sidecarctl')));
  const options = { host: '127.0.0.1', servername: 'localhost', port, path, ca, agent: false };
  const asked = request(options).end();
  const [response] = await once(asked, 'response');
  return { status: response.statusCode, body: JSON.parse(await text(response)) };
};

describe('the demo', () => {
  it('is served over TLS, ships its logs, is measured, and goes without a trace', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.run(['dev', '--ui', 'json']);
    const ambassador = await portOf(run, 'ambassador');
    const aggregator = await portOf(run, 'aggregator');
    const monitor = await portOf(run, 'monitor');
    await run.state('shop', 'ready');

    const products = await throughTls(rig, ambassador, '/products');
    expect(products).toMatchObject({
      status: 200,
      body: expect.arrayContaining([expect.objectContaining({ id: '1' })]),
    });
    expect(await throughTls(rig, ambassador, '/nowhere')).toMatchObject({ status: 404 });

    await expect.poll(() => statusesAt(aggregator)).toEqual([200, 404]);
    const metrics = async () => (await fetch(`http://127.0.0.1:${monitor}/metrics`)).text();
    await expect.poll(metrics).toMatch(/^process_resident_memory_bytes\{[^}]*process="shop"[^}]*\} \d/m);

    expect(await stop(run, 'SIGINT')).toEqual({ code: 0, signal: null });
    expect(stopTime(run.events)).toBeLessThan(10_000);
    await rig.expectNothingLeft(run, '.');
    expect(statesOf(run.events, 'seed').at(-1)).toBe('completed');
  });

  it('starts in order and stops in the reverse one', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.run(['dev', '--ui', 'json']);
    const ambassador = await portOf(run, 'ambassador');
    const aggregator = await portOf(run, 'aggregator');

    await throughTls(rig, ambassador, '/products/1');
    await stop(run, 'SIGINT');

    const { events } = run;
    expect(seqOf(events, 'shipper', 'starting')).toBeGreaterThan(seqOf(events, 'aggregator', 'starting'));
    for (const [name, state] of [
      ['seed', 'completed'],
      ['shipper', 'ready'],
      ['monitor', 'ready'],
    ] as const) {
      expect(seqOf(events, 'shop', 'starting')).toBeGreaterThan(seqOf(events, name, state));
    }
    expect(seqOf(events, 'ambassador', 'starting')).toBeGreaterThan(seqOf(events, 'shop', 'ready'));
    const gone = ['ambassador', 'shop', 'shipper', 'aggregator'].map((name) =>
      seqOf(events, name, 'stopped'),
    );
    expect(gone).toEqual(gone.toSorted((one, other) => one - other));
    await rig.expectNothingLeft(run, '.');
    expect(await answers(aggregator)).toBe(false);
  });

  it('has an aggregator that may crash: it is restarted on the same port, and no log line is lost', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.run(['dev', '--ui', 'json']);
    const ambassador = await portOf(run, 'ambassador');
    const first = await run.state('aggregator', 'ready');
    const shipped = () => readFileSync(rig.path(volumeFile(run, 'data/shipped.ndjson')), 'utf8');
    await throughTls(rig, ambassador, '/products/1');
    await expect.poll(shipped).toContain('/products/1');

    process.kill(Number(first['pid']), 'SIGKILL');
    await run.event('aggregator is ready again', (event) => {
      return event['name'] === 'aggregator' && event['state'] === 'ready' && event['restarts'] === 1;
    });
    await throughTls(rig, ambassador, '/products/2');

    await expect.poll(shipped).toContain('/products/2');
    expect(shipped()).toContain('/products/1');
    expect(await stop(run, 'SIGINT')).toEqual({ code: 0, signal: null });
    expect(statesOf(run.events, 'shop')).not.toContain('backoff');
    await rig.expectNothingLeft(run, '.');
  });
});

/** The statuses of the requests whose lines have come to a log sink, in order. */
const statusesAt = async (port: number): Promise<readonly unknown[]> => {
  const { lines } = (await json(`http://127.0.0.1:${port}/lines`)) as {
    readonly lines: ReadonlyArray<{ readonly fields: Readonly<Record<string, unknown>> }>;
  };
  return lines.map(({ fields }) => fields['http.response.status_code']);
};

/** A file of a volume, by the path that the seed task has told. */
const volumeFile = (run: CommandLine, path: string): string => {
  const [, folder = ''] =
    /in .*?(\.sidecarctl\/runs\/\w+\/volumes)\//.exec(logsOf(run.events, 'seed').join()) ?? [];
  return `${folder}/${path}`;
};

describe('the pod with ready-made sidecars for its traffic', () => {
  it('balances, calls by mutual TLS and slows Redis down, and its apps know nothing of it', async (context) => {
    needs(context, 'redis-server');
    await using rig = await FixtureRig.open();
    await using run = rig.run(['dev', '--ui', 'json', '-c', 'fixtures/traffic/sidecars.config.ts']);
    const [edge, gate] = [await portOf(run, 'edge'), await portOf(run, 'gate')];
    const answers = [await throughTls(rig, edge, '/'), await throughTls(rig, edge, '/')];

    expect(answers).toMatchObject([
      { status: 200, body: { visits: 1, bill: { number: 1, amount: 42 } } },
      { status: 200, body: { visits: 2, bill: { number: 2, amount: 42 } } },
    ]);
    const bodies = answers.map(({ body }) => body as { readonly by: number; readonly redisTook: number });
    expect(new Set(bodies.map(({ by }) => by)).size).toBe(2);
    for (const { redisTook } of bodies) expect(redisTook).toBeGreaterThan(45);
    // Without a certificate, nobody is let in.
    await expect(throughTls(rig, gate, '/bill')).rejects.toThrow(
      /certificate required|socket hang up|ECONNRESET/,
    );

    expect(await stop(run, 'SIGINT')).toEqual({ code: 0, signal: null });
    await rig.expectNothingLeft(run, 'fixtures/traffic');
  });
});

describe('the pod whose services have traces', () => {
  it('shows a request through both proxies and both services, its retry and its log lines', async (context) => {
    needs(context, 'python3');
    await using rig = await FixtureRig.open();
    const config = ['-c', 'fixtures/observability/sidecars.config.ts'];
    await using run = rig.run(['dev', '--ui', 'json', ...config]);
    const edge = `http://127.0.0.1:${await portOf(run, 'edge')}`;
    const ask = async (...args: readonly string[]): Promise<Outcome> => {
      await using asked = rig.run(['traces', ...config, ...args]);
      const code = await asked.exitCode();
      return { code, stdout: asked.stdout, stderr: asked.stderr };
    };
    const first = await json(`${edge}/products/7`);
    expect(first).toMatchObject({ product: '7', stock: 3 });
    await json(`${edge}/products/8`);
    // Every third answer of stock is an error, after which the egress asks again.
    expect(await json(`${edge}/products/9`)).toMatchObject({ stock: 3 });

    const listed = async () =>
      published('traces', JSON.parse((await ask('--error', '--json')).stdout)).traces;
    await expect.poll(async () => (await listed()).map(({ spans }) => spans)).toEqual([9]);
    const [found] = await listed();
    const id = found?.traceId ?? '';
    const shown = published('trace', JSON.parse((await ask(id, '--json')).stdout));
    expect(shown.trace.spans.map(({ depth, service, kind }) => `${depth} ${service} ${kind}`)).toEqual([
      ...['0 edge server', '1 edge client', '2 web server', '3 web client', '4 calls server'],
      ...['5 calls client', '6 stock server', '5 calls client', '6 stock server'],
    ]);
    const errors = shown.trace.spans.filter(({ status }) => status === 'error');
    expect(errors.map(({ service, attributes }) => [service, attributes['error.type']])).toEqual([
      ['calls', '503'],
      ['stock', undefined],
    ]);
    const said = shown.logs.map(({ source, severity, text }) => `${source} ${severity} ${text}`);
    expect(said).toEqual(
      expect.arrayContaining([
        'stock ERROR the shelf is being moved',
        `stock  stock: the shelf is being moved trace=${id}`,
        'web INFO there are 3 of 9',
      ]),
    );

    // The same lines have come to the sink, and figures of both services to the store of metrics.
    const { ports } = await run.state('sink', 'ready');
    const sunk = `http://127.0.0.1:${(ports as { readonly http: number }).http}/lines?q=${id}`;
    await expect.poll(async () => JSON.stringify(await json(sunk))).toContain('there are 3 of 9');
    await using measured = rig.run(['metrics', ...config, '--query', 'sidecarctl_process_ready']);
    expect(await measured.exitCode()).toBe(0);

    const { code, stdout } = await ask(id.slice(0, 12), '--attributes');
    expect(code).toBe(0);
    expect(stdout).toContain(`trace ${id}  edge: GET /products/9  `);
    expect(stdout).toMatch(/^calls +GET \/stock\/9 ✗ +[\d.]+ ms +█+$/m);
    expect(stdout).toContain('  http.request.resend_count: 1\n');
    expect((await ask('--service', 'stock', '--limit', '1')).stdout).toMatch(/^TRACE .*\n\w{12} .*stock/);
    expect((await ask('--min-duration', '1m')).stdout).toBe('otel has no such traces\n');
    const unknown = await ask('0123456789');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/^sidecarctl: otel: there is no trace 0123456789/);
    expect((await ask(id, '--error')).stderr).toContain('--error is for the list');
    expect((await ask('--attributes')).stderr).toContain('--attributes is for one trace');

    expect(await stop(run, 'SIGINT')).toEqual({ code: 0, signal: null });
    await rig.expectNothingLeft(run, 'fixtures/observability');
  });

  it('is asked for in vain where there is no telemetry', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.run(['dev', '--ui', 'json', '-c', 'fixtures/gateway/sidecars.config.ts']);
    await run.event('the pod runs', ({ type, state }) => type === 'pod' && state === 'running');
    await using asked = rig.run(['traces', '-c', 'fixtures/gateway/sidecars.config.ts']);
    expect(await asked.exitCode()).toBe(2);
    expect(asked.stderr).toBe(
      "sidecarctl: no process of the pod is a telemetry sidecar: add one to sidecars, such as telemetry: { use: 'telemetry' }\n",
    );
    await stop(run, 'SIGINT');
  });
});

describe('the polyglot pod', () => {
  it('shares its status with Python and its log with a shell, and ends cleanly', async (context) => {
    needs(context, 'python3');
    await using rig = await FixtureRig.open();
    await using run = rig.run(['up', '--ui', 'json', '-c', 'fixtures/polyglot/sidecars.config.ts']);
    const server = await portOf(run, 'status-server');
    const app = await run.state('primary', 'ready');

    await expect
      .poll(() => json(`http://127.0.0.1:${server}/status`))
      .toMatchObject({
        pid: app['pid'],
        jobs: expect.any(Number),
      });

    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(logsOf(run.events, 'primary').at(-1)).toMatch(/^app: stopped after \d+ jobs$/);
    expect(logsOf(run.events, 'status-server')).toContain('status-server: stopped');
    expect(logsOf(run.events, 'rotate-log').length).toBeGreaterThan(0);
    await rig.expectNothingLeft(run, 'fixtures/polyglot');
  });
});

describe('the Redis pod', () => {
  it('counts visits in a real Redis, which is gone with the pod', async (context) => {
    needs(context, 'redis-server');
    await using rig = await FixtureRig.open();
    await using run = rig.run(['up', '--ui', 'json', '-c', 'fixtures/redis/sidecars.config.ts']);
    const counter = `http://127.0.0.1:${await portOf(run, 'primary')}/`;

    expect(await json(counter)).toEqual({ visits: 1 });
    expect(await json(counter)).toEqual({ visits: 2 });

    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(seqOf(run.events, 'redis', 'ready')).toBeLessThan(seqOf(run.events, 'primary', 'starting'));
    expect(seqOf(run.events, 'redis', 'stopped')).toBeGreaterThan(seqOf(run.events, 'primary', 'stopped'));
    await rig.expectNothingLeft(run, 'fixtures/redis');
  });

  it('lends its Redis to another command: run -- redis-cli ping', async (context) => {
    needs(context, 'redis-server');
    await using rig = await FixtureRig.open();
    const ping = 'redis-cli -p "$REDIS_SERVICE_PORT" ping';
    await using run = rig.run([
      'run',
      '--ui',
      'json',
      '-c',
      'fixtures/redis/sidecars.config.ts',
      '--',
      'sh',
      '-c',
      ping,
    ]);

    expect(await run.exitCode(), run.transcript()).toBe(0);
    expect(logsOf(run.events, 'primary')).toEqual(['PONG']);
    await rig.expectNothingLeft(run, 'fixtures/redis');
  });
});

describe('the pod with config files', () => {
  it('follows an edit of its routes without a restart, and shows its key to nobody else', async () => {
    await using rig = await FixtureRig.open();
    const config = 'fixtures/gateway/sidecars.config.ts';
    await using run = rig.run(['up', '--ui', 'json', '-c', config], { GATEWAY_KEY: 'of the test' });
    await run.state('app', 'ready');
    const url = `http://127.0.0.1:${await portOf(run, 'gateway')}/`;
    const seen = async () => {
      const response = await fetch(url, { headers: { 'x-key': 'of the test' } });
      return ((await response.json()) as { headers: Record<string, string> }).headers['x-gateway'];
    };

    expect((await fetch(url)).status).toBe(401);
    expect(await seen()).toBe('first');
    const edited = readFileSync(rig.path(config), 'utf8').replace("'first'", "'second'");
    writeFileSync(rig.path(config), edited);
    await using reload = rig.run(['reload', '-c', config]);
    expect(await reload.exitCode()).toBe(0);
    await logLine(run, 'gateway', /^gateway: 1 routes$/);
    expect(await seen()).toBe('second');
    expect(statesOf(run.events, 'gateway').filter((state) => state === 'starting')).toHaveLength(1);
    expect(run.stdout).not.toContain('of the test');

    expect(await stop(run)).toEqual({ code: 0, signal: null });
    await rig.expectNothingLeft(run, 'fixtures/gateway');
  });
});

describe('the pod of several apps', () => {
  it('balances two instances with a sidecar each, which share a queue with a worker', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.run(['up', '--ui', 'json', '-c', 'fixtures/apps/sidecars.config.ts']);
    const front = `http://127.0.0.1:${await portOf(run, 'balancer')}`;
    await run.state('worker', 'ready');

    for (const instance of [1, 2, 1])
      expect(await json(`${front}/visit`)).toEqual({ path: '/visit', instance });
    await logLine(run, 'worker', /^worker: job 3, /);
    for (const [instance, lines] of [
      [1, 2],
      [2, 1],
    ])
      expect(await json(`http://127.0.0.1:${await portOf(run, `web-${instance}-tally`)}/`)).toEqual({
        lines,
      });

    expect(await stop(run)).toEqual({ code: 0, signal: null });
    for (const name of ['web-1', 'web-2', 'worker', 'balancer', 'web-2-tally'])
      expect(seqOf(run.events, name, 'stopped')).toBeLessThan(seqOf(run.events, 'queue', 'stopped'));
    expect(logsOf(run.events, 'worker')).toContain('worker: stopped after 3 jobs');
    expect(logsOf(run.events, 'web-1-tally')).toContain('tally: 2 visits');
    expect(logsOf(run.events, 'queue')).toContain('queue: stopped with 0 jobs waiting');
    await rig.expectNothingLeft(run, 'fixtures/apps');
  });
});

describe('broken on purpose', () => {
  const GRACE = 500;
  const MINIMUM_GRACE = 200;
  /** What a machine that is busy with other tests may add. */
  const SLACK = 2_000;
  /** Counted from a decision, of which a busy machine tells some milliseconds later. */
  const TOLD_LATE = 20;
  const folder = 'fixtures/broken';

  it('deaf: a stop takes grace and minimum grace, and ends with 137', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.upBroken('deaf');
    await run.state('primary', 'ready');

    expect(await stop(run)).toEqual({ code: 137, signal: null });
    expect(stopTime(run.events)).toBeGreaterThanOrEqual(GRACE + MINIMUM_GRACE - TOLD_LATE);
    expect(stopTime(run.events)).toBeLessThan(GRACE + MINIMUM_GRACE + SLACK);
    expect(logsOf(run.events, 'primary')).toContain('deaf: SIGTERM? no');
    expect(logsOf(run.events, 'neighbour')).toContain('deaf: SIGTERM? no');
    await rig.expectNothingLeft(run, folder);
  });

  it('never-ready: the primary is not launched, and the start timeout names what was waited for', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.upBroken('never-ready', {}, '--start-timeout', '1s');

    expect(await run.exitCode()).toBe(1);
    expect(statesOf(run.events, 'lazy')).toEqual(['starting', 'running', 'stopping', 'stopped']);
    expect(statesOf(run.events, 'primary')).toEqual(['stopped']);
    expect(run.events.at(-1)).toMatchObject({ type: 'pod', state: 'stopped', exitCode: 1 });
    expect(run.events.at(-1)?.['reason']).toMatch(/lazy/);
    await rig.expectNothingLeft(run, folder);
  });

  it('never-ready: a stop by request ends with 0', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.upBroken('never-ready');
    await logLine(run, 'lazy', /^never-ready: http/);

    expect(await stop(run)).toEqual({ code: 0, signal: null });
    await rig.expectNothingLeft(run, folder);
  });

  it.each([
    [3, {}],
    [42, { EXIT_CODE: '42' }],
  ])('exit-at-once: the sidecar is stopped, exit code %i', async (code, env) => {
    await using rig = await FixtureRig.open();
    await using run = rig.upBroken('exit-at-once', env);

    expect(await run.exitCode()).toBe(code);
    expect(statesOf(run.events, 'steady').at(-1)).toBe('stopped');
    expect(logsOf(run.events, 'steady')).toContain('steady: SIGTERM, done');
    await rig.expectNothingLeft(run, folder);
  });

  it('exiting-sidecar: three restarts, then exit code 1', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.upBroken('exiting-sidecar');

    expect(await run.exitCode()).toBe(1);
    expect(logsOf(run.events, 'mayfly')).toHaveLength(4);
    expect(statesOf(run.events, 'mayfly').filter((state) => state === 'backoff')).toHaveLength(3);
    expect(statesOf(run.events, 'mayfly').at(-1)).toBe('failed');
    expect(run.events.at(-1)?.['reason']).toMatch(/mayfly/);
    await rig.expectNothingLeft(run, folder);
  });

  it.each(['json', 'plain'])('flood: no line is lost, torn or out of order with --ui %s', async (ui) => {
    const total = 100_000;
    await using rig = await FixtureRig.open();
    const config = 'fixtures/broken/flood.config.ts';
    await using run = rig.run(['up', '--ui', ui, '-c', config], { FLOOD_LINES: `${total}` });

    expect(await run.exitCode()).toBe(0);
    const lines = ui === 'json' ? logsOf(run.events, 'primary') : plainLines(run.stdout);
    expect(lines).toHaveLength(total);
    const filling = 'x'.repeat(90);
    const wrong = lines.findIndex((line, at) => line !== `${String(at + 1).padStart(8, '0')} ${filling}`);
    expect(wrong === -1 ? null : lines[wrong]).toBeNull();
    await rig.expectNothingLeft(run, folder);
  });

  it.each([
    ['grandchild', 'primary'],
    ['daemon', 'launcher'],
  ])('%s: what %s has left behind is killed with the pod', async (name, process) => {
    await using rig = await FixtureRig.open();
    await using run = rig.upBroken(name);
    const { line } = await logLine(run, process, /: pid \d+$/);
    await run.state('primary', 'ready');
    const pid = Number(/\d+$/.exec(String(line))?.[0]);
    expect(isAlive(pid)).toBe(true);

    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(isAlive(pid)).toBe(false);
    expect(stopTime(run.events)).toBeLessThan(GRACE + MINIMUM_GRACE + SLACK);
    await rig.expectNothingLeft(run, folder);
  });

  it('crash-then-work: the primary starts after the crashes', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.upBroken('crash-then-work');
    await run.state('primary', 'ready');

    expect(await stop(run)).toEqual({ code: 0, signal: null });
    const ready = run.events.find((event) => event['name'] === 'shaky' && event['state'] === 'ready');
    expect(ready).toMatchObject({ restarts: 2 });
    expect(seqOf(run.events, 'primary', 'starting')).toBeGreaterThan(ready?.seq ?? Number.POSITIVE_INFINITY);
    expect(statesOf(run.events, 'shaky').filter((state) => state === 'backoff')).toHaveLength(2);
    await rig.expectNothingLeft(run, folder);
  });

  it('hanging-pre-stop: the hook does not hold the stop up beyond the grace', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.upBroken('hanging-pre-stop');
    await run.state('primary', 'ready');

    expect(await stop(run)).toEqual({ code: 0, signal: null });
    expect(stopTime(run.events)).toBeGreaterThanOrEqual(GRACE - TOLD_LATE);
    expect(stopTime(run.events)).toBeLessThan(GRACE + MINIMUM_GRACE + SLACK);
    expect(logsOf(run.events, 'primary')).toContain('steady: SIGTERM, done');
    await rig.expectNothingLeft(run, folder);
  });

  it('cycle: refused before anything is started, exit code 2', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.upBroken('cycle');

    expect(await run.exitCode()).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain('hen → egg → nest → hen');
    expect(existsSync(rig.path('fixtures/broken/.sidecarctl'))).toBe(false);
  });

  it('taken-port: refused, naming the holder', async () => {
    await using held = await HeldPort.take();
    await using rig = await FixtureRig.open();
    await using run = rig.upBroken('taken-port', { TAKEN_PORT: `${held.number}` });

    expect(await run.exitCode()).toBe(1);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain(
      `port ${held.number} (http of primary) on 127.0.0.1 is taken by pid ${process.pid}`,
    );
    await rig.expectNothingLeft(run, folder);
  });

  it('failing-init: the primary is never launched, exit code 1', async () => {
    await using rig = await FixtureRig.open();
    await using run = rig.upBroken('failing-init');

    expect(await run.exitCode()).toBe(1);
    expect(
      run.events.find((event) => event['name'] === 'prepare' && event['state'] === 'failed'),
    ).toMatchObject({
      exitCode: 3,
    });
    expect(statesOf(run.events, 'primary')).toEqual(['stopped']);
    expect(run.events.at(-1)?.['reason']).toMatch(/prepare/);
    await rig.expectNothingLeft(run, folder);
  });
});

/** The lines of processes, without the prefix that names them. */
const plainLines = (stdout: string): string[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^primary\s+\|? ?/, ''));

it('the README tells of every fixture that is there, and of no other', () => {
  const readme = readFileSync(`${ROOT}fixtures/README.md`, 'utf8');
  const broken = readdirSync(`${ROOT}fixtures/broken`).flatMap(
    (file) => /^(.*)\.config\.ts$/.exec(file)?.[1] ?? [],
  );

  const told = [...readme.matchAll(/^\| `([\w-]+)` /gm)].map((match) => match[1]);
  expect(told.toSorted()).toEqual(broken.toSorted());
});
