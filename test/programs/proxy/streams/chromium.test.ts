import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { DataFolder } from '../../../certificates/support.ts';
import { eventually, withDeadline } from '../../../support/deadline.ts';
import { isInstalled } from '../../../support/installed.ts';
import { listenerOptions, proxyOptions, serverTlsOptions } from '../support/proxy-options.ts';
import { runProxy } from '../support/run-proxy.ts';
import { httpServer } from '../support/server.ts';

/** A page as a development server has it: it follows edits over a WebSocket of its own origin. */
const PAGE = `<!doctype html><title>loading</title><script>
  const socket = new WebSocket(location.origin.replace('http', 'ws') + '/hmr', 'vite-hmr');
  socket.onmessage = ({ data }) => {
    document.title = [data, socket.protocol, performance.getEntriesByType('navigation')[0].nextHopProtocol].join(' ');
    socket.send('applied');
  };
</script>`;

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--ignore-certificate-errors'],
];

/** Starts Chromium, and gives the address of its only page for debuggers. */
const openPage = async (url: string): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
  const own = [`--user-data-dir=${folder}`, '--remote-debugging-port=0', url];
  const child = spawn('chromium-headless-shell', [...FLAGS, ...own], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  let output = '';
  child.stderr.on('data', (data) => {
    output += data;
  });
  const address = (): string | undefined => /DevTools listening on ws:\/\/([^/]+)/.exec(output)?.[1];
  await eventually('Chromium to listen', () => address() !== undefined);
  let page = '';
  await eventually('a page', async () => {
    const targets = (await (await fetch(`http://${address()}/json/list`)).json()) as readonly Target[];
    page = targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? '';
    return page !== '';
  });
  return page;
};

interface Target {
  readonly type: string;
  readonly webSocketDebuggerUrl: string;
}

const titleOf = async (debuggerUrl: string): Promise<string> => {
  const socket = new WebSocket(debuggerUrl);
  await withDeadline('a debugger', once(socket, 'open'));
  const answered = once(socket, 'message');
  socket.send(
    JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'document.title' } }),
  );
  const [data] = await withDeadline('a title', answered);
  socket.close();
  const { result } = JSON.parse(String(data)) as { result?: { result?: { value?: string } } };
  return result?.result?.value ?? '';
};

test.runIf(isInstalled('chromium-headless-shell'))(
  'a page in Chromium over HTTP/2 gets edits over a WebSocket on the same connection',
  async () => {
    const applied = Promise.withResolvers<string>();
    const app = await httpServer(
      (_request, response) => response.setHeader('content-type', 'text/html').end(PAGE),
      (server) => {
        const sockets = new WebSocketServer({ server, handleProtocols: () => 'vite-hmr' });
        sockets.on('connection', (socket) => {
          socket.on('error', () => undefined);
          socket.on('message', (data) => applied.resolve(String(data)));
          socket.send('edited');
        });
        onTestFinished(() => sockets.close());
      },
    );
    const data = await DataFolder.create();
    onTestFinished(() => data[Symbol.asyncDispose]());
    const proxy = await runProxy(
      proxyOptions(app, {
        certificates: data.folder,
        listeners: [listenerOptions({ tls: serverTlsOptions() })],
        drainTimeout: 100,
        accessLog: { format: 'json', path: null },
      }),
    );
    const page = await openPage(`https://127.0.0.1:${proxy.port}/`);
    expect(await withDeadline('the edit', applied.promise, () => proxy.output)).toBe('applied');
    expect(await titleOf(page)).toBe('edited vite-hmr h2');
    // The line of a tunnel is written when it ends.
    proxy.child.kill('SIGTERM');
    await proxy.exit;
    const line = proxy.output.split('\n').find((text) => text.includes('"/hmr"')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ protocol: 'HTTP/2', response_code: 200 });
  },
  60_000,
);
