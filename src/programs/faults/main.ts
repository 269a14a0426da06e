import { after, sleep } from '../../time/timers.ts';
import { parseAddress } from '../address.ts';
import { readOptions } from '../admin/read-options.ts';
import { reportStatus } from '../admin/report-status.ts';
import { serveAdmin } from '../admin/serve-admin.ts';
import { Proxies } from './api/proxies.ts';
import { proxyJson, toxiproxyApi } from './api/toxiproxy-api.ts';
import { applyOptions } from './apply-options.ts';
import { type FaultsProgramOptions, faultsOptionsOf } from './options.ts';
import { statusText } from './status-text.ts';

/** Connections that are open at a stop have this long to end by themselves. */
const DRAINS_FOR = 2_000;

/** The kernel has opened connections that are still to be accepted, and would reset them. Node takes one at a time. */
const ACCEPTS_FOR = 20;

/** Whatever changes is said. */
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
  queueMicrotask(report);
};

/** The proxy of the options, and whatever clients of the API have added. */
const proxies = new Proxies(say);
let isDraining = false;

/** Until the options have been carried out, the proxy is on its way to what they say. */
let hasStarted = false;

const report = (): void => {
  if (hasStarted && !isDraining) reportStatus(statusText(proxies.all));
};

const drain = async (): Promise<void> => {
  isDraining = true;
  await sleep(ACCEPTS_FOR);
  for (const proxy of proxies.all) proxy.stopListening();
};

const stop = async (): Promise<void> => {
  await drain();
  const isIdle = (): boolean => proxies.all.every(({ openConnections }) => openConnections === 0);
  const end = (): void => process.exit(0);
  const look = (): void => (isIdle() ? end() : void after(10, look));
  look();
  after(DRAINS_FOR, end);
};

const reload = async (): Promise<void> => {
  try {
    await applyOptions(faultsOptionsOf(readOptions()), proxies);
    report();
  } catch (error) {
    say(`the options were not applied: ${(error as Error).message}`);
  }
};

const start = async (options: FaultsProgramOptions): Promise<void> => {
  await applyOptions(options, proxies);
  hasStarted = true;
  report();
  const at = parseAddress(options.admin, 0);
  if (at === null) throw new Error(`'${options.admin}' is no host:port`);
  await serveAdmin(at, {
    isReady: () => !isDraining,
    // The library for metrics is loaded by the first scrape, so that no start waits for it.
    metrics: async () => (await import('./metrics.ts')).metricsOf(proxies.all),
    stats: () => ({
      isDraining,
      proxies: Object.fromEntries(proxies.all.map((proxy) => [proxy.name, statsOf(proxy.name)])),
    }),
    configDump: () => ({ proxies: proxies.all.map(proxyJson) }),
    drain,
    others: (method, path, body) => toxiproxyApi(proxies, method, path, body),
  });
};

const statsOf = (name: string): object => {
  const { traffic, openConnections, toxics, httpFaults, isEnabled } = proxies.get(name);
  return {
    enabled: isEnabled,
    toxics: toxics.length,
    http: httpFaults,
    connections: { open: openConnections, total: traffic.connections, failed: traffic.unreachable },
    bytes: { upstream: traffic.bytes('upstream'), downstream: traffic.bytes('downstream') },
  };
};

process.on('SIGHUP', () => void reload());
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());

start(faultsOptionsOf(readOptions())).catch((error: Error) => {
  process.stderr.write(`faults cannot start: ${error.message}\n`);
  process.exit(1);
});
