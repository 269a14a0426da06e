import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ENGINES } from '../../../src/sidecars/engines/engine-name.ts';
import { eventually } from '../../support/deadline.ts';
import { inFull } from '../../support/in-full.ts';
import { isInstalled } from '../../support/installed.ts';
import { listenerOptions, proxyOptions, routeOptions } from '../proxy/support/proxy-options.ts';
import { runEngine } from './support/engine-process.ts';
import { asked, serve } from './support/servers.ts';

/**
 * Sends requests one after the other on a kept connection until it is told to end. As every client does, it sends one
 * again if a connection that it has used before was closed meanwhile.
 */
const load = (port: number) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let ends = false;
  const found = { requests: 0, failures: [] as string[] };
  const get = (): Promise<void> =>
    new Promise<void>((resolve) => {
      const asking = request({ port, host: '127.0.0.1', agent, path: '/' }, (response) => {
        if (response.statusCode !== 200) found.failures.push(String(response.statusCode));
        response
          .resume()
          .on('end', resolve)
          .on('error', (error) => {
            found.failures.push(error.message);
            resolve();
          });
      });
      asking.on('error', (error) => {
        if (asking.reusedSocket || isUnaccepted(error)) return resolve(get());
        found.failures.push(error.message);
        resolve();
      });
      asking.end();
    });
  const all = (async () => {
    while (!ends) {
      await get();
      found.requests++;
    }
    agent.destroy();
  })();
  return {
    found,
    end: async () => {
      ends = true;
      await all;
      return found;
    },
  };
};

/** Caddy opens its port anew at a reload, and the kernel resets what has come in at the old one and was not accepted. */
const isUnaccepted = ({ code, syscall }: NodeJS.ErrnoException): boolean =>
  code === 'ECONNRESET' && syscall === 'connect';

/** On a connection of its own. */
const roundOf = (port: number): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const asking = request({ port, host: '127.0.0.1', agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.headers['x-round']));
    });
    asking.on('error', (error) => (isUnaccepted(error) ? resolve(null) : reject(error))).end();
  });

const CHANGES = inFull ? 20 : 5;

describe.each(ENGINES.map((engine) => [engine]))('%s', (engine) => {
  const run = test.runIf(isInstalled(engine));

  run(
    `fails no request while its options change ${CHANGES} times`,
    async () => {
      const { port } = await serve();
      const proxy = await runEngine(engine, proxyOptions(port));
      const clients = [load(proxy.port), load(proxy.port), load(proxy.port)];
      for (let round = 1; round <= CHANGES; round++) {
        const route = routeOptions({
          responseHeaders: { set: { 'x-round': String(round) }, add: {}, remove: [] },
        });
        proxy.reload((options) => ({
          ...options,
          listeners: options.listeners.map((listener) => ({ ...listener, routes: [route] })),
        }));
        await eventually(`round ${round}`, async () => (await roundOf(proxy.port)) === String(round));
      }
      const ends = await Promise.all(clients.map((client) => client.end()));
      for (const { requests, failures } of ends) {
        expect(failures).toEqual([]);
        expect(requests).toBeGreaterThan(20);
      }
      expect(proxy.child.exitCode).toBe(null);
    },
    60_000,
  );

  run('keeps its options when others are refused, and shows the words of the engine', async () => {
    const { port } = await serve();
    const proxy = await runEngine(engine, proxyOptions(port));
    const [config = ''] = readdirSync(proxy.folder).filter((name) =>
      /^(haproxy\.cfg|nginx\.conf|caddy\.json)$/.test(name),
    );
    writeFileSync(join(proxy.folder, config), 'nonsense of somebody');
    proxy.signal('SIGHUP');
    await eventually('a refusal', () => proxy.output.includes('the options were not applied'));
    expect(proxy.output).toContain('refuses its configuration');
    expect((await asked(proxy.url)).status).toBe(200);
  });

  run('lets an open request end at a stop, takes no new one, and leaves nothing', async () => {
    const held: (() => void)[] = [];
    const { port, requests } = await serve((_request, response) => {
      response.writeHead(200).write('begun');
      held.push(() => response.end(' and done'));
    });
    const proxy = await runEngine(engine, proxyOptions(port, { drainTimeout: 10_000 }));
    const answer = fetch(proxy.url).then((response) => response.text());
    await eventually('the request', () => requests.length === 1);
    proxy.signal('SIGTERM');
    await eventually('no new connections', () => refuses(proxy.port));
    held[0]?.();
    expect(await answer).toBe('begun and done');
    expect(await proxy.exit).toBe(0);
    expect(processesIn(proxy.folder)).toEqual([]);
  });

  run('ends requests that take longer than the drain', async () => {
    const { port, requests } = await serve(
      (_request, response) => void response.writeHead(200).write('begun'),
    );
    const proxy = await runEngine(engine, proxyOptions(port, { drainTimeout: 200 }));
    const answer = fetch(proxy.url)
      .then((response) => response.text())
      .catch(() => 'cut');
    await eventually('the request', () => requests.length === 1);
    proxy.signal('SIGTERM');
    expect(await proxy.exit).toBe(0);
    expect(await answer).not.toBe('begun and done');
    expect(processesIn(proxy.folder)).toEqual([]);
  });

  run('drains when asked, and ends later when told', async () => {
    const { port } = await serve();
    const proxy = await runEngine(engine, proxyOptions(port));
    expect((await proxy.admin('/drain', { method: 'POST' })).status).toBe(200);
    await eventually('no new connections', () => refuses(proxy.port));
    expect((await proxy.admin('/ready')).status).toBe(503);
    expect(proxy.child.exitCode).toBe(null);
    proxy.signal('SIGTERM');
    expect(await proxy.exit).toBe(0);
  });

  run('ends with an error when the engine does', async () => {
    const { port } = await serve();
    const proxy = await runEngine(engine, proxyOptions(port));
    const { pid } = (await (await proxy.admin('/stats')).json()) as { readonly pid: number };
    process.kill(pid, 'SIGKILL');
    expect(await proxy.exit).not.toBe(0);
    expect(proxy.output).toContain(`${engine} has ended with a signal`);
    await eventually('everything of it to be gone', () => processesIn(proxy.folder).length === 0);
  });

  run('does not start with a configuration that the engine refuses', async () => {
    const { port } = await serve();
    const route = routeOptions({ requestHeaders: { set: { 'no header': 'x' }, add: {}, remove: [] } });
    const listeners = [listenerOptions({ listen: '127.0.0.1:99999', routes: [route] })];
    await expect(runEngine(engine, proxyOptions(port, { listeners }))).rejects.toThrow(
      'refuses its configuration',
    );
  });

  run('serves metrics that promtool accepts, figures and its configuration', async () => {
    const { port } = await serve();
    const proxy = await runEngine(engine, proxyOptions(port));
    for (let count = 0; count < 3; count++) await asked(proxy.url);
    const text = await (await proxy.admin('/metrics')).text();
    const counted = {
      haproxy: 'haproxy_frontend_http_requests_total{proxy="http"} ',
      nginx: 'nginx_http_requests_total',
      caddy: 'caddy_http_requests_total',
    };
    expect(text).toContain(counted[engine]);
    expect(text).toContain('process_resident_memory_bytes');
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect(checked.stderr.split('\n').filter((line) => /error|parsing/i.test(line))).toEqual([]);
    const stats = await (await proxy.admin('/stats')).json();
    expect(stats).toMatchObject({ engine, isDraining: false });
    const dump = await (await proxy.admin('/config_dump')).json();
    expect(dump).toMatchObject({
      engine,
      config: expect.stringMatching(/\/(?:haproxy\.cfg|nginx\.conf|caddy\.json)$/),
    });
  });

  run('writes its access log to its output, as text or JSON, or to a file', async () => {
    const { port } = await serve();
    const of = (path: string | null, format: 'text' | 'json') =>
      runEngine(engine, proxyOptions(port, { accessLog: { format, path } }));
    const text = await of(null, 'text');
    await asked(`${text.url}/a?b=c`, { headers: { 'x-request-id': 'the-id' } });
    await eventually('a line', () => text.output.includes('/a?b=c'));
    if (engine !== 'caddy')
      expect(text.output).toMatch(
        /\[\d{4}-\d\d-\d\dT[^\]]*\] "GET \/a\?b=c HTTP\/1\.1" 200 .* "the-id" "127\.0\.0\.1:\d+" "127\.0\.0\.1:\d+"/,
      );
    const json = await of(null, 'json');
    await asked(`${json.url}/a?b="c"`);
    await eventually('a line', () => json.output.includes('/a?b='));
    const line = json.output.split('\n').find((each) => each.includes('/a?b=')) ?? '';
    const found = JSON.parse(line);
    expect(found.path ?? found.request.uri).toBe('/a?b=%22c%22');
    const file = join(text.folder, engine === 'haproxy' ? 'logs' : '', 'access.log');
    const filed = await of(file, 'text');
    await asked(`${filed.url}/in-file`);
    await eventually('a line', () => existsSync(file) && readFileSync(file, 'utf8').includes('/in-file'));
    expect(filed.output).not.toContain('/in-file');
  });
});

const refuses = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });

/** Processes whose working directory is this folder. */
const processesIn = (folder: string): readonly number[] => {
  const found = spawnSync(
    'sh',
    [
      '-c',
      `for each in /proc/[0-9]*; do [ "$(readlink $each/cwd)" = "${folder}" ] && echo "\${each#/proc/}"; done; true`,
    ],
    { encoding: 'utf8' },
  );
  return found.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
};
