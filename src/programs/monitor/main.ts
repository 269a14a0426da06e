import { type HostAndPort, parseAddress } from '../address.ts';
import { readOptions } from '../admin/read-options.ts';
import { reportStatus } from '../admin/report-status.ts';
import { serveAdmin } from '../admin/serve-admin.ts';
import { serveMetrics } from '../exposition/serve-metrics.ts';
import type { PushOptions } from '../otlp/push-metrics.ts';
import type { MonitorOptions } from './options.ts';
import { RunningMonitor } from './running-monitor.ts';
import { statusText } from './status-text.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const start = async (options: MonitorOptions): Promise<void> => {
  const monitor = new RunningMonitor(options, {
    optionsFile: process.argv[2] ?? '',
    say,
    onSample: () => reportStatus(statusText(monitor)),
  });
  // The library for metrics is loaded by the first scrape, so that no start waits for it.
  await serveMetrics(addressOf(options.metrics), async () =>
    (await import('./metrics.ts')).podMetrics(monitor),
  );
  await serveAdmin(addressOf(options.admin), {
    isReady: () => monitor.isReady,
    metrics: async () => (await import('./metrics.ts')).ownMetrics(monitor),
    stats: () => statsOf(monitor),
    configDump: () => masked(monitor.options),
    drain: () => monitor.stop(),
    others: async () => null,
  });
  monitor.follow();
  process.on('SIGHUP', () => reload(monitor));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void monitor.stop().then(() => process.exit(0)));
};

const addressOf = (text: string): HostAndPort => {
  const at = parseAddress(text, 0);
  if (at === null) throw new Error(`'${text}' is no host:port`);
  return at;
};

const statsOf = (monitor: RunningMonitor): object => ({
  processes: Object.fromEntries(
    monitor.processes.map(({ name, state, restarts, usage, probes }) => [
      name,
      { state, restarts, usage, probes: Object.fromEntries(probes) },
    ]),
  ),
  above: monitor.limitsAbove,
  push: monitor.pushed,
});

/** Headers may have tokens. */
const masked = (options: MonitorOptions): object =>
  options.push === null
    ? options
    : { ...options, push: { ...options.push, headers: maskedHeaders(options.push) } };

const maskedHeaders = ({ headers }: PushOptions): object =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, '***']));

const reload = (monitor: RunningMonitor): void => {
  try {
    monitor.apply(readOptions() as MonitorOptions);
  } catch (error) {
    say(`the options were not applied: ${(error as Error).message}`);
  }
};

start(readOptions() as MonitorOptions).catch((error: Error) => {
  process.stderr.write(`the monitor cannot start: ${error.message}\n`);
  process.exit(1);
});
