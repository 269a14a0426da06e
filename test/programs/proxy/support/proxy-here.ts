import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ProxyOptions } from '../../../../src/programs/proxy/options.ts';
import { RunningProxy } from '../../../../src/programs/proxy/running-proxy.ts';
import { statsPage } from '../../../../src/programs/proxy/stats/stats-page.ts';

/** A proxy in the process of the test: it starts in milliseconds. */
export interface ProxyHere {
  readonly port: number;
  readonly proxy: RunningProxy;
  /** The page of its admin port, as text. */
  readonly stats: () => string;
  readonly said: readonly string[];
}

/** An access log of its own for a test. */
export const logHere = (format: 'text' | 'json') => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-log-'));
  const path = join(folder, 'access.log');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { accessLog: { format, path }, text: () => readFileSync(path, 'utf8') };
};

/** Runs a proxy, without its admin port, until the end of the test. Ports of 0 are chosen. */
export const proxyHere = async (options: ProxyOptions): Promise<ProxyHere> => {
  const said: string[] = [];
  const proxy = new RunningProxy(options, {
    optionsFile: '/nowhere/options',
    say: (line) => said.push(line),
  });
  // Nothing that a test leaves open is waited for.
  await proxy.apply({ ...options, drainTimeout: 100 });
  onTestFinished(() => proxy.end());
  return {
    ...{ proxy, said, port: Object.values(proxy.ports)[0] ?? 0 },
    stats: () => JSON.stringify(statsPage(proxy.stats, proxy.clusters)),
  };
};
