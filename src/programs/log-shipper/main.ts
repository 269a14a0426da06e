import { parseAddress } from '../address.ts';
import { readOptions } from '../admin/read-options.ts';
import { reportStatus } from '../admin/report-status.ts';
import { serveAdmin } from '../admin/serve-admin.ts';
import { boundPatterns } from '../bound-patterns.ts';
import type { LogShipperOptions } from './options.ts';
import { maskedOutput } from './outputs/masked-output.ts';
import { ownRun } from './processes/own-run.ts';
import { Shipper } from './shipper.ts';
import { statusText } from './status-text.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const run = ownRun(process.argv[2] ?? '');
let options = readOptions() as LogShipperOptions;
let shipper: Shipper | null = null;
let isDraining = false;

const report = (): void => reportStatus(statusText(shipper?.lanes ?? []));

const begin = async (): Promise<void> => {
  shipper = await Shipper.start(options, run, { say, onChange: report });
  report();
};

/** Another one goes on from the positions of the one before, so a batch that is on its way may come twice. */
const reload = async (): Promise<void> => {
  if (isDraining) return;
  try {
    const before = JSON.stringify(options);
    options = readOptions() as LogShipperOptions;
    if (JSON.stringify(options) === before) return;
    await shipper?.stop();
    await begin();
    say('the options have been applied');
  } catch (error) {
    say(`the options were not applied: ${(error as Error).message}`);
  }
};

/** One reload after the other. */
let reloading: Promise<void> = Promise.resolve();

const drain = async (): Promise<void> => {
  isDraining = true;
  await reloading;
  await shipper?.drain(options.drain);
};

const stop = async (): Promise<void> => {
  await drain();
  const left = shipper?.lag ?? 0;
  await shipper?.stop();
  if (left > 0) say(`${left} bytes of files are left for the next start`);
  process.exit(0);
};

const statsOf = ({ lanes }: Shipper): object =>
  Object.fromEntries(
    lanes.map(({ name, stats, tail }) => [
      name,
      {
        lines: stats.lines,
        bytes: { ...stats.bytes, lost: tail.lostBytes, lag: tail.lag },
        batches: stats.batches,
        retries: stats.retries,
        trouble: stats.trouble === '' ? null : stats.trouble,
        files: tail.files.map(({ path, acknowledged, mark, size }) => ({
          ...{ path, size },
          read: mark.position,
          delivered: acknowledged.position,
        })),
      },
    ]),
  );

const start = async (): Promise<void> => {
  await begin();
  const at = parseAddress(options.admin, 0);
  if (at === null) throw new Error(`'${options.admin}' is no host:port`);
  await serveAdmin(at, {
    isReady: () => !isDraining,
    // The library for metrics is loaded by the first scrape, so that no start waits for it.
    metrics: async () => (await import('./metrics.ts')).metricsOf(shipper?.lanes ?? []),
    stats: () => ({ isDraining, outputs: shipper === null ? {} : statsOf(shipper) }),
    configDump: () => ({ ...options, outputs: options.outputs.map(maskedOutput) }),
    drain,
    others: async () => null,
  });
};

process.on('SIGHUP', () => {
  reloading = reloading.then(reload);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());

boundPatterns();
start().catch((error: Error) => {
  process.stderr.write(`log-shipper cannot start: ${error.message}\n`);
  process.exit(1);
});
