import { parseAddress } from '../address.ts';
import { readOptions } from '../admin/read-options.ts';
import { serveAdmin } from '../admin/serve-admin.ts';
import { boundPatterns } from '../bound-patterns.ts';
import { loadLanes } from './http/h1/h1-upstream.ts';
import type { ProxyOptions } from './options.ts';
import { RunningProxy } from './running-proxy.ts';
import { maskedOptions } from './stats/masked-options.ts';
import { statsPage } from './stats/stats-page.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const start = async (options: ProxyOptions): Promise<void> => {
  const at = parseAddress(options.admin, 0);
  if (at === null) throw new Error(`'${options.admin}' is no host:port`);
  const proxy = new RunningProxy(options, { optionsFile: process.argv[2] ?? '', say });
  await proxy.apply(options);
  const { stats } = proxy;
  await serveAdmin(at, {
    isReady: () => !proxy.isDraining,
    // The library for metrics is loaded by the first scrape, so that no start waits for it.
    metrics: async () =>
      (await import('./stats/metrics.ts')).metricsOf(stats, proxy.clusters, proxy.tracing.counts),
    stats: () => ({
      isDraining: proxy.isDraining,
      spans: proxy.tracing.counts,
      ...statsPage(stats, proxy.clusters),
    }),
    configDump: () => maskedOptions(proxy.options),
    drain: () => proxy.drain(),
    others: async () => null,
  });
  void loadLanes();
  process.on('SIGHUP', () => void reload(proxy));
  const stop = (): void => void proxy.end().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
};

const reload = async (proxy: RunningProxy): Promise<void> => {
  try {
    await proxy.apply(readOptions() as ProxyOptions);
  } catch (error) {
    say(`the options were not applied: ${(error as Error).message}`);
  }
};

boundPatterns();
start(readOptions() as ProxyOptions).catch((error: Error) => {
  process.stderr.write(`the proxy cannot start: ${error.message}\n`);
  process.exit(1);
});
