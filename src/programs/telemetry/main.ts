import { atMost, every } from '../../time/timers.ts';
import { parseAddress } from '../address.ts';
import { readOptions } from '../admin/read-options.ts';
import { reportStatus } from '../admin/report-status.ts';
import { serveAdmin } from '../admin/serve-admin.ts';
import { serveOtlpGrpc } from '../otlp/receive-grpc.ts';
import { serveOtlpHttp } from '../otlp/receive-http.ts';
import type { ReceiverOptions, RunningReceiver, Take } from '../otlp/receiver.ts';
import { maskedOptions } from './masked-options.ts';
import type { TelemetryProgramOptions } from './options.ts';
import { Telemetry } from './telemetry.ts';

/** At a stop, requests that have begun have so many milliseconds to end, and then what waits to be forwarded. */
const DRAINS_FOR = 1_000;
const FORWARDS_FOR = 1_000;

/** Trouble with the file or with what it forwards to is told so often at most. */
const TELLS_EVERY = 1_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const addressIn = (written: string): { readonly host: string; readonly port: number } => {
  const at = parseAddress(written, 0);
  if (at === null) throw new Error(`'${written}' is no host:port`);
  return at;
};

const start = async (options: TelemetryProgramOptions): Promise<void> => {
  const telemetry = new Telemetry(options);
  const read = await telemetry.start();
  if (read !== null && read.lines > 0) say(`read ${read.lines} requests from ${options.file}`);
  if (read !== null && read.malformed > 0)
    say(`${read.malformed} lines of ${options.file} are no requests of OTLP`);
  const receivers = await serve(telemetry);
  let isDraining = false;
  const drain = async (): Promise<void> => {
    isDraining = true;
    await atMost(DRAINS_FOR, Promise.all(receivers.map((receiver) => receiver.close())));
  };
  await serveAdmin(addressIn(options.admin), {
    isReady: () => !isDraining,
    // The library for metrics is loaded by the first scrape, so that no start waits for it.
    metrics: async () => (await import('./metrics.ts')).metricsOf(telemetry),
    stats: () => statsOf(telemetry, isDraining),
    configDump: () => maskedOptions(telemetry.options),
    drain,
    // It needs the library that reads what was received.
    others: async (method, path, _, query, accept) => {
      const { answerApi } = await import('./api-routes.ts');
      return answerApi(telemetry.window, { method, path, query, accept }, Date.now());
    },
  });
  every(TELLS_EVERY, () => reportStatus(telemetry.trouble));
  process.on('SIGHUP', () => void reload(telemetry));
  const stop = (): void =>
    void drain()
      .then(() => telemetry.close(FORWARDS_FOR))
      .finally(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
};

const serve = (telemetry: Telemetry): Promise<readonly RunningReceiver[]> => {
  const take: Take = (signal, bytes, encoding) => telemetry.take(signal, bytes, encoding, Date.now());
  const receiver: ReceiverOptions = { take, refused: (signal, refusal) => telemetry.refuse(signal, refusal) };
  const { http, grpc } = telemetry.options;
  return Promise.all([serveOtlpHttp(addressIn(http), receiver), serveOtlpGrpc(addressIn(grpc), receiver)]);
};

const reload = async (telemetry: Telemetry): Promise<void> => {
  try {
    await telemetry.apply(readOptions() as TelemetryProgramOptions);
  } catch (error) {
    say(`the options were not applied: ${(error as Error).message}`);
  }
};

const statsOf = ({ received, left, window, sender }: Telemetry, isDraining: boolean): object => ({
  isDraining,
  received,
  left,
  kept: {
    traces: { count: window.traces.count, spans: window.traces.spans, bytes: window.traces.bytes },
    logs: { count: window.logs.count, bytes: window.logs.bytes },
    metrics: { count: window.metrics.count, bytes: window.metrics.bytes },
  },
  forward: sender === null ? null : { ...sender.counts, waiting: sender.waiting, error: sender.lastError },
});

start(readOptions() as TelemetryProgramOptions).catch((error: Error) => {
  process.stderr.write(`telemetry cannot start: ${error.message}\n`);
  process.exit(1);
});
