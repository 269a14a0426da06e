import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PodSnapshot } from '../../src/control/pod-snapshot.ts';
import { type LiveMessage, LiveReader } from '../../src/web/page/state/live-reader.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { WebTestPod, withSidecar } from './support.ts';

const sleeper = ['sleep', '600'];

/** What a page has read of its live stream. */
class LiveTestPage {
  readonly response: IncomingMessage;
  readonly messages: LiveMessage[] = [];
  readonly #reader = new LiveReader();

  constructor(response: IncomingMessage) {
    this.response = response.setEncoding('utf8');
    response.on('data', (text: string) => this.messages.push(...this.#reader.take(text)));
    response.on('error', () => undefined);
  }

  static async open(pod: WebTestPod, query = ''): Promise<LiveTestPage> {
    return new LiveTestPage(await pod.open(`/api/live${query}`));
  }

  get lines(): readonly string[] {
    return this.messages.flatMap(({ from, items }) =>
      from === 'logs' ? items.map((line) => (line.type === 'log' ? line.line : `missed ${line.count}`)) : [],
    );
  }

  get newest(): PodSnapshot | undefined {
    return this.messages.flatMap((message) => (message.from === 'pod' ? message.items : [])).at(-1);
  }

  has(from: LiveMessage['from']): boolean {
    return this.messages.some((message) => message.from === from);
  }
}

/** A sidecar of the pod that answers whatever it is asked with its path. */
const sidecar = async (status = 200): Promise<number> => {
  const server = createServer((request, response) => {
    response.statusCode = status;
    response.end(JSON.stringify({ path: request.url, error: 'parse error at 1' }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await eventually('a port', () => server.listening);
  return (server.address() as AddressInfo).port;
};

describe('the server of the page', () => {
  test('serves the page to everybody on this machine, with headers that shut out everything else', async () => {
    await using pod = await WebTestPod.start({ primary: { command: sleeper } });
    const { status, headers, text } = await pod.ask('/', { headers: { authorization: undefined } });
    expect([status, text]).toEqual([200, '<!doctype html>the page']);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self'; /),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['content-security-policy']).not.toMatch(/unsafe|http/);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers).not.toHaveProperty('set-cookie');
  });

  test('listens on the loopback only', async () => {
    await using pod = await WebTestPod.start({ primary: { command: sleeper } });
    expect(pod.web.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{32}$/);
    expect(await pod.ask('/../../../../etc/passwd')).toMatchObject({ status: 404 });
    expect(await pod.ask('/..%2f..%2fpackage.json')).toMatchObject({ status: 404 });
  });

  test.each(['/api/live', '/api/processes/primary', '/api/telemetry/traces', '/api/requests'])(
    'refuses %s without the token, from another host or from another site',
    async (path) => {
      await using pod = await WebTestPod.start({ primary: { command: sleeper } });
      const method = path === '/api/requests' ? 'POST' : 'GET';
      const body = method === 'POST' ? '{"type":"stop","process":"primary"}' : '';
      const all = [
        { authorization: undefined },
        { authorization: 'Bearer guessed' },
        { host: `evil.example:${pod.web.port}` },
        { origin: 'http://evil.example' },
        { 'sec-fetch-site': 'cross-site' },
      ];
      for (const headers of all) {
        const { status, text } = await pod.ask(path, { method, body, headers });
        expect([status, JSON.parse(text)]).toEqual([403, { ok: false, message: expect.any(String) }]);
      }
      expect(pod.pod.snapshot.processes[0]?.wanted).toBe(true);
    },
  );

  test('streams the pod, its usage, events and output, and goes on where a page has left', async () => {
    await using pod = await WebTestPod.start({
      primary: { command: 'echo first; echo "a {\\"from\\":\\"logs\\"} b"; exec cat' },
    });
    await pod.served.running.is('primary', 'ready');
    const page = await LiveTestPage.open(pod);
    await eventually('the lines', () => page.lines.length === 2);
    await eventually('all the rest', () =>
      (['pod', 'usage', 'events'] as const).every((from) => page.has(from)),
    );
    expect(page.lines).toEqual(['first', 'a {"from":"logs"} b']);
    expect(page.newest).toMatchObject({ name: expect.any(String), state: 'running' });
    const last = page.messages
      .flatMap(({ from, items }) => (from === 'logs' ? items : []))
      .flatMap((line) => (line.type === 'log' ? line.seq : []))
      .at(-1);
    page.response.destroy();
    const again = await LiveTestPage.open(pod, `?since=${last}`);
    await pod.served.running.client.request({ type: 'send', process: 'primary', text: 'more\n', eof: false });
    await eventually('the new line', () => again.lines.length > 0);
    expect(again.lines).toEqual(['more']);
    again.response.destroy();
  });

  test('reads nothing more for a page that does not read, and then says how much it has missed', async () => {
    // More than the kernel keeps for a connection, which may be 10 MB.
    const lines = 60_000;
    await using pod = await WebTestPod.start({
      primary: { command: `read -r _; seq -f %0300.0f ${lines}; echo done; exec cat` },
    });
    await pod.served.running.is('primary', 'ready');
    const page = await LiveTestPage.open(pod);
    await eventually('the pod', () => page.newest !== undefined);
    page.response.pause();
    await pod.served.running.client.request({ type: 'send', process: 'primary', text: 'go\n', eof: false });
    await eventually('all output', () => pod.served.running.client.log('primary').count === lines + 1);
    page.response.resume();
    await eventually('the end', () => page.lines.at(-1) === 'done');
    const missed = page.lines.flatMap((line) => Number(/^missed (\d+)$/.exec(line)?.[1] ?? 0));
    const total = missed.reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThan(lines / 10);
    expect(page.lines.filter((line) => !line.startsWith('missed')).length + total).toBe(lines + 1);
    page.response.destroy();
  });

  test('starts, stops and restarts processes, in the words of the pod, and does nothing else', async () => {
    await using pod = await WebTestPod.start({
      sidecars: { tool: { command: sleeper } },
      primary: { command: sleeper },
    });
    await pod.served.running.is('tool', 'ready');
    const post = (body: string) => pod.ask('/api/requests', { method: 'POST', body });
    expect(await post('{"type":"stop","process":"tool"}')).toMatchObject({
      status: 200,
      text: '{"ok":true}',
    });
    await pod.served.running.is('tool', 'stopped');
    const unknown = await post('{"type":"restart","process":"toll"}');
    expect(unknown.status).toBe(409);
    expect(JSON.parse(unknown.text).message).toContain('tool');
    for (const body of [
      '{"type":"kill-pod"}',
      '{"type":"kill","process":"tool"}',
      '{"type":"send","process":"tool","text":"x","eof":false}',
      'null',
      '{',
    ])
      expect((await post(body)).status).toBe(400);
    expect((await post(`{"type":"stop","process":"${'x'.repeat(2_000)}"}`)).status).toBe(413);
  });

  test('shows details of a process, and no secret', async () => {
    await using pod = await WebTestPod.start({
      primary: { command: sleeper, env: { API_TOKEN: 'hunter2' } },
    });
    await pod.served.running.is('primary', 'ready');
    const { status, text } = await pod.ask('/api/processes/primary');
    expect([status, JSON.parse(text).command]).toEqual([200, 'sleep 600']);
    expect(text).not.toContain('hunter2');
    expect((await pod.ask('/api/processes/primary?reveal=1')).text).not.toContain('hunter2');
    expect((await pod.ask('/api/processes/other')).status).toBe(409);
  });

  test('asks the sidecars of the pod, and passes on what they refuse', async () => {
    const telemetry = await sidecar();
    const prometheus = await sidecar(400);
    const change = (snapshot: PodSnapshot) =>
      withSidecar('prometheus', 'http', prometheus)(withSidecar('telemetry', 'admin', telemetry)(snapshot));
    await using pod = await WebTestPod.start({ primary: { command: sleeper } }, change);
    const traces = await pod.ask('/api/telemetry/traces?limit=2');
    expect([traces.status, JSON.parse(traces.text).path]).toEqual([200, '/traces?limit=2']);
    const query = await pod.ask('/api/prometheus/query?query=x(');
    expect([query.status, JSON.parse(query.text).message]).toEqual([400, 'prometheus: parse error at 1']);
  });

  test('says what to add to the config when there is no such sidecar, and when it is not ready', async () => {
    await using without = await WebTestPod.start({ primary: { command: sleeper } });
    const none = await without.ask('/api/telemetry/traces');
    expect([none.status, JSON.parse(none.text)]).toEqual([
      404,
      { ok: false, absence: 'none', message: expect.stringContaining("use: 'telemetry'") },
    ]);
    const change = withSidecar('telemetry', 'admin', 1, { state: 'starting' });
    await using starting = await WebTestPod.start({ primary: { command: sleeper } }, change);
    expect(JSON.parse((await starting.ask('/api/telemetry/traces')).text).absence).toBe('not-ready');
  });

  test('tells its pages when the pod ends, and when it is ended itself', async () => {
    await using pod = await WebTestPod.start({ primary: { command: sleeper } });
    const page = await LiveTestPage.open(pod);
    await eventually('the pod', () => page.newest !== undefined);
    await pod.served.running.client.request({ type: 'stop-pod', grace: null });
    await eventually('the end', () => page.newest?.state === 'stopped');
    const closing = pod.web.close('ended');
    await eventually('the word', () => page.has('ended'));
    await withDeadline('the server to close', closing);
    await expect(pod.ask('/')).rejects.toThrow();
  });

  test('closes within its time though a page does not read', async () => {
    await using pod = await WebTestPod.start({ primary: { command: 'yes' } });
    const response = await pod.open('/api/live');
    response.pause();
    await withDeadline('the server to close', pod.web.close('closed'));
    response.destroy();
  });
});
