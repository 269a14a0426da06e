import { after } from '../../time/timers.ts';
import { parseAddress } from '../address.ts';
import { readOptions } from '../admin/read-options.ts';
import { reportStatus } from '../admin/report-status.ts';
import { serveAdmin } from '../admin/serve-admin.ts';
import { Intake } from './intake.ts';
import { Listeners } from './listeners.ts';
import type { LogSinkProgramOptions } from './options.ts';

/** Connections that are open at a stop have this long to bring what they have. */
const DRAINS_FOR = 2_000;

/** Senders may refuse many things a second. */
const REPORTS_EVERY = 1_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const optionsNow = (): LogSinkProgramOptions => readOptions() as LogSinkProgramOptions;

class LogSink {
  #options: LogSinkProgramOptions;
  readonly #intake: Intake;
  #listeners: Listeners | null = null;
  #isDraining = false;
  #told = 0;

  constructor(options: LogSinkProgramOptions) {
    this.#options = options;
    this.#intake = new Intake(options);
  }

  async start(): Promise<void> {
    this.#listeners = await Listeners.open(this.#options, this.#intake, {
      accepts: () => this.#options.accepts,
      stats: () => this.#stats(),
    });
    await this.#serveAdmin();
    this.#reportSometimes();
  }

  async reload(): Promise<void> {
    try {
      const options = optionsNow();
      await this.#intake.change(options);
      this.#options = options;
    } catch (error) {
      say(`the options were not applied: ${(error as Error).message}`);
    }
  }

  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#listeners?.drain();
  }

  async stop(): Promise<void> {
    this.drain();
    const end = (): void => void this.#intake.close().finally(() => process.exit(0));
    after(DRAINS_FOR, end);
    const look = async (): Promise<void> => {
      const open = (await this.#listeners?.openConnections()) ?? 0;
      if (open === 0) end();
      else after(10, () => void look());
    };
    await look();
  }

  async #serveAdmin(): Promise<void> {
    const at = parseAddress(this.#options.admin, 0);
    if (at === null) throw new Error(`'${this.#options.admin}' is no host:port`);
    await serveAdmin(at, {
      isReady: () => !this.#isDraining,
      // The library for metrics is loaded by the first scrape, so that no start waits for it.
      metrics: async () => (await import('./metrics.ts')).metricsOf(this.#intake),
      stats: () => this.#stats(),
      configDump: () => this.#options,
      drain: async () => this.drain(),
      others: async () => null,
    });
  }

  #stats(): object {
    const { window, counts } = this.#intake;
    return {
      isDraining: this.#isDraining,
      received: counts.all,
      lastRefusal: counts.lastRefusal,
      window: { lines: window.records, oldest: window.oldest, next: window.next, bytes: window.held },
    };
  }

  /** What was refused is somebody's mistake, and shown until there is another one. */
  #reportSometimes(): void {
    after(REPORTS_EVERY, () => this.#reportSometimes(), { ref: false });
    const { refused, lastRefusal } = this.#intake.counts;
    if (refused === this.#told || this.#isDraining) return;
    this.#told = refused;
    reportStatus(`refused ${refused}, most recently: ${lastRefusal}`);
    say(`refused ${refused} so far, most recently: ${lastRefusal}`);
  }
}

const start = async (): Promise<void> => {
  const sink = new LogSink(optionsNow());
  process.on('SIGHUP', () => void sink.reload());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sink.stop());
  await sink.start();
};

start().catch((error: Error) => {
  process.stderr.write(`log-sink cannot start: ${error.message}\n`);
  process.exit(1);
});
