import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually, withDeadline } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { programFile } from '../../support/program-file.ts';

/** A server of metrics until the end of the test; returns its address. */
export const serveMetrics = async (answer: RequestListener | (() => string)): Promise<string> => {
  const listener: RequestListener =
    answer.length === 0
      ? (_, response) => void response.end((answer as () => string)())
      : (answer as RequestListener);
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export const target = (address: string, more: object = {}) => ({
  ...{ job: 'web', address, path: '/metrics', honorLabels: false },
  ...more,
});

/** Runs the program of `use: 'prometheus'` until the end of the test. */
export const runPrometheus = async (options: object) => {
  for (;;) {
    const running = await startPrometheus(options);
    if (running !== null) return running;
  }
};

/** Null: another program has got one of the ports in the meantime. */
const startPrometheus = async (options: object) => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [listen, admin] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const file = join(folder, 'options');
  const write = (more: object): void =>
    writeFileSync(
      file,
      JSON.stringify({
        ...{ name: 'prom', listen, admin, scrapeInterval: 500, retention: 3e6, targets: [], rules: [] },
        ...more,
      }),
    );
  write(options);
  const child = spawn(process.execPath, [await programFile('prometheus'), file], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, NOTIFY_FD: '3' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr, child.stdio[3]])
    stream?.on('data', (data) => (output += data));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const ready = (): Promise<boolean> =>
    fetch(`http://${admin}/ready`).then(
      ({ ok }) => ok,
      () => child.exitCode !== null,
    );
  await withDeadline('prometheus to be ready', eventually('prometheus', ready), () => output);
  if (child.exitCode !== null) {
    if (output.includes('EADDRINUSE')) return null;
    throw new Error(`prometheus ended with ${child.exitCode}: ${output}`);
  }
  const url = `http://${listen}`;
  // biome-ignore lint/suspicious/noExplicitAny: every path has an answer of its own.
  const data = async (path: string): Promise<any> => {
    const answer = (await (await fetch(`${url}/api/v1/${path}`)).json()) as {
      data?: unknown;
      error?: string;
    };
    return answer.data ?? answer.error;
  };
  return {
    ...{ url, admin: `http://${admin}`, listen, exit, data, pid: child.pid ?? 0 },
    output: () => output,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    /** Metrics and values of an instant query, as texts. */
    query: async (query: string): Promise<readonly string[]> => {
      const { result } = await data(`query?query=${encodeURIComponent(query)}`);
      return result.map(
        ({ metric, value }: { metric: Readonly<Record<string, string>>; value: readonly [number, string] }) =>
          `${metric['__name__'] ?? ''}{${metric['job'] ?? ''}} ${value[1]}`,
      );
    },
    reload: (more: object) => {
      write(more);
      child.kill('SIGHUP');
    },
  };
};
