import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, withDeadline } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { programFile } from '../../support/program-file.ts';
import { TestClient } from './support.ts';

const runSink = async (changes: object = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'log-sink-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [http, admin, tcp, udp, forward] = await Promise.all(Array.from({ length: 5 }, () => freePort()));
  const at = (port: number | undefined): string => `127.0.0.1:${port}`;
  const options = {
    ...{ name: 'sink', admin: at(admin), http: at(http), accepts: ['http', 'loki'], forward: at(forward) },
    ...{ syslog: { tcp: at(tcp), udp: at(udp) }, keep: 1 << 20, file: join(folder, 'lines') },
  };
  const file = join(folder, 'options');
  const write = (more: object): void => writeFileSync(file, JSON.stringify({ ...options, ...more }));
  write(changes);
  const child = spawn(process.execPath, [await programFile('log-sink'), file], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, NOTIFY_FD: '3' },
  });
  let output = '';
  for (const stream of [child.stdio[1], child.stdio[2], child.stdio[3]])
    stream?.on('data', (data) => (output += data));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const page = async (path: string, init?: RequestInit): Promise<string> =>
    (await fetch(`http://${at(admin)}${path}`, init)).text();
  await withDeadline(
    'the sink to be ready',
    eventually('readiness', () =>
      page('/ready').then(
        (text) => text === 'ready\n',
        () => false,
      ),
    ),
    () => output,
  );
  const post = (path: string, body: string) => fetch(`http://${at(http)}${path}`, { method: 'POST', body });
  return { child, exit, page, post, folder, write, tcp: tcp ?? 0, output: () => output };
};

test('log-sink tells figures and options, reads options again, and drains at its end', async () => {
  const sink = await runSink();
  await sink.post('/', '{"message":"one"}\n{"message":"two"}\n');
  await sink.post('/', 'nothing');
  const stats = JSON.parse(await sink.page('/stats'));
  expect(stats.received.http).toEqual({ lines: 2, characters: 6, refused: 1 });
  expect(stats.window).toMatchObject({ lines: 2, oldest: 1, next: 3 });
  const metrics = await sink.page('/metrics');
  expect(metrics).toContain('sidecar_log_received_lines_total{protocol="http"} 2');
  expect(metrics).toContain('sidecar_log_refused_total{protocol="http"} 1');
  expect(metrics).toMatch(/sidecar_log_window_bytes \d/);
  expect(JSON.parse(await sink.page('/config_dump'))).toMatchObject({ accepts: ['http', 'loki'] });
  await eventually('its status', () =>
    sink.output().includes('STATUS=refused 1, most recently: Line 1 is not JSON'),
  );

  const second = join(sink.folder, 'second');
  sink.write({ accepts: ['loki'], file: second, keep: 128 * 1024 });
  sink.child.kill('SIGHUP');
  // What is sent before would be taken.
  await eventually('other options', async () =>
    isDeepStrictEqual(JSON.parse(await sink.page('/config_dump')).accepts, ['loki']),
  );
  expect((await sink.post('/', '{"message":"three"}')).status).toBe(404);
  const streams = [{ stream: { a: 'b' }, values: [['1', 'four']] }];
  expect((await sink.post('/loki/api/v1/push', JSON.stringify({ streams }))).status).toBe(204);
  expect(readFileSync(second, 'utf8')).toContain('"body":"four"');
  expect(readFileSync(join(sink.folder, 'lines'), 'utf8').trimEnd().split('\n')).toHaveLength(2);

  const client = new TestClient(sink.tcp);
  await client.send('<14>in the ');
  await eventually('the connection to be known', () => client.socket.readyState === 'open');
  sink.child.kill('SIGTERM');
  await eventually('no readiness', () =>
    sink.page('/ready').then(
      (text) => text === 'not ready\n',
      () => true,
    ),
  );
  await client.send('middle\n');
  client.socket.end();
  expect(await withDeadline('its end', sink.exit)).toBe(0);
  expect(readFileSync(second, 'utf8')).toContain('"body":"in the middle"');
});

test('log-sink says why it cannot start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-sink-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'options');
  writeFileSync(file, JSON.stringify({ http: 'nowhere', keep: 65_536, file: null }));
  const child = spawn(process.execPath, [await programFile('log-sink'), file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data) => (said += data));
  const [code] = await withDeadline('its end', once(child, 'close'));
  expect([code, said]).toEqual([1, "log-sink cannot start: 'nowhere' is no host:port\n"]);
});
