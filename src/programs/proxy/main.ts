import { parseAddress } from '../address.ts';
import { readOptions } from '../admin/read-options.ts';
import { serveAdmin } from '../admin/serve-admin.ts';
import type { ProxyOptions } from './options.ts';
import { RunningProxy } from './running-proxy.ts';

const start = async (options: ProxyOptions): Promise<void> => {
  const at = parseAddress(options.admin, 0);
  if (at === null) throw new Error(`'${options.admin}' is no host:port`);
  const proxy = new RunningProxy(options);
  await proxy.listen();
  await serveAdmin(at, {
    isReady: () => !proxy.isDraining,
    // The library for metrics is loaded by the first scrape, so that no start waits for it.
    metrics: async () => (await import('./metrics.ts')).metricsOf(),
    stats: () => proxy.stats,
    configDump: () => options,
    drain: () => proxy.drain(),
    others: async () => null,
  });
  const stop = (): void => void proxy.end().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
};

start(readOptions() as ProxyOptions).catch((error: Error) => {
  process.stderr.write(`the proxy cannot start: ${error.message}\n`);
  process.exit(1);
});
