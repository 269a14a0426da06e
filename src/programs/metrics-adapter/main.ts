import { type HostAndPort, parseAddress } from '../address.ts';
import { readOptions } from '../admin/read-options.ts';
import { reportStatus } from '../admin/report-status.ts';
import { serveAdmin } from '../admin/serve-admin.ts';
import { boundPatterns } from '../bound-patterns.ts';
import { serveMetrics } from '../exposition/serve-metrics.ts';
import { shownUrl } from '../shown-url.ts';
import { Adapter } from './adapter.ts';
import type { AdapterOptions, AdapterPush } from './options.ts';
import { statusText } from './status-text.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

let isReady = false;

const start = async (options: AdapterOptions): Promise<void> => {
  const adapter = new Adapter({
    optionsFile: process.argv[2] ?? '',
    say,
    onLook: () => reportStatus(statusText(adapter)),
  });
  // The library for metrics is loaded by the first scrape, so that no start waits for it.
  await serveMetrics(addressOf(options.metrics), async (accept) =>
    (await import('../exposition/write-exposition.ts')).writeExposition(adapter.merged().families, accept),
  );
  await serveAdmin(addressOf(options.admin), {
    isReady: () => isReady,
    metrics: async () => (await import('./metrics.ts')).ownMetrics(adapter),
    stats: () => statsOf(adapter),
    configDump: () => masked(adapter.options),
    drain: () => drain(adapter),
    others: async () => null,
  });
  await adapter.apply(options);
  isReady = true;
  process.on('SIGHUP', () => void reload(adapter));
  const stop = (): void => void drain(adapter).then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
};

const drain = async (adapter: Adapter): Promise<void> => {
  isReady = false;
  await adapter.stop();
};

const addressOf = (text: string): HostAndPort => {
  const at = parseAddress(text, 0);
  if (at === null) throw new Error(`'${text}' is no host:port`);
  return at;
};

const statsOf = ({ sources, budget, pushed }: Adapter): object => ({
  series: { used: budget.used, most: budget.most, refused: budget.refused },
  sources: Object.fromEntries(sources.map(({ name, figures }) => [name, figures])),
  push: pushed,
});

/** Headers may have tokens, and so may URLs. */
const masked = (options: AdapterOptions | null): object => ({
  ...options,
  from: options?.from.map((source) => ('url' in source ? { ...source, url: shownUrl(source.url) } : source)),
  push: options?.push == null ? null : maskedPush(options.push),
});

const maskedPush = (push: AdapterPush): object => ({
  ...push,
  endpoint: shownUrl(push.endpoint),
  headers: mask(push.headers),
});

const mask = (headers: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, '***']));

const reload = async (adapter: Adapter): Promise<void> => {
  try {
    await adapter.apply(readOptions() as AdapterOptions);
  } catch (error) {
    say(`the options were not applied: ${(error as Error).message}`);
  }
};

boundPatterns();
start(readOptions() as AdapterOptions).catch((error: Error) => {
  process.stderr.write(`the metrics adapter cannot start: ${error.message}\n`);
  process.exit(1);
});
