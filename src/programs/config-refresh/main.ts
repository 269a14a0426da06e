import { basename, dirname, join } from 'node:path';
import { after } from '../../time/timers.ts';
import { parseAddress } from '../address.ts';
import { readOptions } from '../admin/read-options.ts';
import { reportStatus } from '../admin/report-status.ts';
import { serveAdmin } from '../admin/serve-admin.ts';
import type { ConfigRefreshProgramOptions } from './options.ts';
import { Refresher } from './refresher.ts';
import { Figures } from './stats/figures.ts';
import { maskedOptions } from './stats/masked-options.ts';
import { statusText } from './stats/status-text.ts';
import { ToldFailures } from './told-failures.ts';

/** What runs at a stop has this long to end by itself. */
const DRAINS_FOR = 2_000;

/** Whatever changes is said. */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const figures = new Figures();
let failures = new ToldFailures(say);
let isDraining = false;

const report = (): void => reportStatus(isDraining ? '' : statusText(figures, failures));

const read = (): ConfigRefreshProgramOptions => readOptions() as ConfigRefreshProgramOptions;

/** The file of the options is in a folder of the process, which is gone with the run. */
const folder = dirname(process.argv[2] ?? '');

const fail = (message: string): void => {
  process.stderr.write(`config-refresh ends, because onError is 'fail': ${message}\n`);
  process.exit(1);
};

let options = read();

const begin = (): Refresher => {
  failures = new ToldFailures(say);
  figures.keepOnly(
    Object.keys(options.sources),
    options.files.map(({ path }) => path),
  );
  const refresher = new Refresher({
    ...{ options, figures, failures, say, onChange: report, onFatal: fail },
    name: basename(folder),
    store: join(folder, 'state'),
  });
  refresher.start();
  return refresher;
};

let refresher = begin();
let reloading: Promise<void> = Promise.resolve();

const reload = async (): Promise<void> => {
  if (isDraining) return;
  try {
    options = read();
  } catch (error) {
    return say(`the options were not applied: ${(error as Error).message}`);
  }
  await refresher.stop();
  await refresher.leaveTo(options.files).catch((error: Error) => say(`old files stay: ${error.message}`));
  refresher = begin();
};

const drain = async (): Promise<void> => {
  isDraining = true;
  await reloading;
  await refresher.stop();
};

const stop = (): void => {
  after(DRAINS_FOR, () => process.exit(0));
  void drain().then(() => process.exit(0));
};

const start = async (): Promise<void> => {
  const at = parseAddress(options.admin, 0);
  if (at === null) throw new Error(`'${options.admin}' is no host:port`);
  await serveAdmin(at, {
    isReady: () => refresher.isReady && !isDraining,
    // The library for metrics is loaded by the first scrape, so that no start waits for it.
    metrics: async () => (await import('./stats/metrics.ts')).metricsOf(figures),
    stats: () => ({
      isDraining,
      renders: figures.renders,
      actions: figures.actions,
      lastRender: timeText(figures.lastRender),
      sources: Object.fromEntries([...figures.sources].map(([name]) => [name, sourceStats(name)])),
      files: Object.fromEntries([...figures.swappedAt].map(([path, time]) => [path, timeText(time)])),
      failing: failures.sentences,
    }),
    configDump: () => maskedOptions(options),
    drain,
    others: async () => null,
  });
};

const sourceStats = (name: string): object => {
  const found = figures.sources.get(name);
  return {
    works: found?.works ?? false,
    failures: found?.failures ?? 0,
    lastSuccess: timeText(found?.lastSuccess ?? null),
    error: failures.messageOf(name),
  };
};

const timeText = (time: number | null): string | null =>
  time === null ? null : new Date(time).toISOString();

process.on('SIGHUP', () => {
  reloading = reloading.then(reload);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);

start().catch((error: Error) => {
  process.stderr.write(`config-refresh cannot start: ${error.message}\n`);
  process.exit(1);
});
