import type { Server } from 'node:http';
import { after, every } from '../../time/timers.ts';
import { type HostAndPort, parseAddress } from '../address.ts';
import { readOptions } from '../admin/read-options.ts';
import { reportStatus } from '../admin/report-status.ts';
import { serveAdmin } from '../admin/serve-admin.ts';
import { serveApi } from './api/serve-api.ts';
import type { PrometheusProgramOptions } from './options.ts';
import { alertRequest } from './rules/alert-request.ts';
import type { AlertChange } from './rules/alert-states.ts';
import type { Rules } from './rules/rules.ts';
import { Scrapes } from './scrape/scrapes.ts';
import { shownPath } from './shown-path.ts';
import { statusText } from './status-text.ts';

/** Requests that are open at a stop have this long. */
const DRAINS_FOR = 2_000;

const REPORT_EVERY = 1_000;

/** The newest version whose API this has. */
const VERSION = '2.42.0-sidecarctl';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const optionsNow = (): PrometheusProgramOptions => readOptions() as PrometheusProgramOptions;

const scrapes = new Scrapes(say);
let rules: Rules | null = null;
let options = optionsNow();
let isDraining = false;
let cancelRules: () => void = () => undefined;
let api: Server | null = null;

const addressOf = (text: string): HostAndPort => {
  const at = parseAddress(text, 0);
  if (at === null) throw new Error(`'${text}' is no host:port`);
  return at;
};

const reload = async (): Promise<void> => {
  try {
    const next = optionsNow();
    if (isDraining) return;
    await applyRules(next);
    options = next;
    scrapes.apply(options);
  } catch (error) {
    say(`the options were not applied: ${(error as Error).message}`);
  }
};

/** To everybody who looks at the pod; into the log, if there is no pod that could tell it. */
const tell = async (change: AlertChange, text: string): Promise<void> => {
  const { requestPod } = await import('../pod/request-pod.ts');
  const outcome = await requestPod(process.argv[2] ?? '', alertRequest(change, options.name));
  if (!outcome.ok) say(text);
};

/** What evaluates queries is loaded by a pod with rules, or by the first question. */
const applyRules = async ({ rules: wanted, scrapeInterval }: PrometheusProgramOptions): Promise<void> => {
  if (wanted.length === 0 && rules === null) return;
  const { Rules: Evaluated, changeText } = await import('./rules/rules.ts');
  rules ??= new Evaluated((change) => void tell(change, changeText(change)), say);
  rules.apply(wanted, scrapes.store, Date.now());
  cancelRules();
  cancelRules = every(scrapeInterval, () => rules?.evaluate(scrapes.store, Date.now()));
};

const drain = async (): Promise<void> => {
  isDraining = true;
  scrapes.stop();
  cancelRules();
  api?.close();
  api?.closeIdleConnections();
};

const stop = async (): Promise<void> => {
  const end = (): void => process.exit(0);
  if (api === null) end();
  api?.once('close', end);
  after(DRAINS_FOR, end);
  await drain();
};

const start = async (): Promise<void> => {
  await applyRules(options);
  api = await serveApi(addressOf(options.listen), () => ({
    ...{ store: scrapes.store, targets: scrapes.targets, interval: scrapes.interval, version: VERSION },
    ...{ name: options.name, rules },
  }));
  await serveAdmin(addressOf(options.admin), {
    isReady: () => !isDraining,
    // The library for metrics is loaded by the first scrape, so that no start waits for it.
    metrics: async () => (await import('./metrics.ts')).metricsOf(scrapes),
    ...{ stats, drain, configDump, others: async () => null },
  });
  scrapes.apply(options);
  every(REPORT_EVERY, () => reportStatus(isDraining ? '' : statusText(scrapes.targets, rules?.firing ?? [])));
};

const configDump = (): object => ({
  ...options,
  targets: options.targets.map((target) => ({ ...target, path: shownPath(target.path) })),
});

const stats = (): object => {
  const { size: series, samples, bytes, refused, oldest } = scrapes.store;
  return {
    ...{ isDraining, series, samples, bytes, refused },
    bytesPerSample: samples === 0 ? null : Math.round((bytes / samples) * 100) / 100,
    droppedBefore: Number.isFinite(oldest) ? new Date(oldest).toISOString() : null,
    targets: scrapes.targets.map(({ target, state, counts }) => ({
      ...target,
      path: shownPath(target.path),
      ...state,
      ...counts,
    })),
  };
};

process.on('SIGHUP', () => void reload());
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());

start().catch((error: Error) => {
  process.stderr.write(`prometheus cannot start: ${error.message}\n`);
  process.exit(1);
});
