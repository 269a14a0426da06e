import { dirname, resolve } from 'node:path';
import { parseAddress } from '../address.ts';
import { readOptions } from '../admin/read-options.ts';
import { serveAdmin } from '../admin/serve-admin.ts';
import { CertificateFiles } from './certificate-files.ts';
import { refusalOf } from './check-config.ts';
import type { Engine } from './engine.ts';
import { makeFolder } from './folder.ts';
import type { EngineProgramOptions } from './options.ts';
import { Readiness } from './readiness.ts';
import { RunningEngine } from './running-engine.ts';

/** Set to check the configuration and end: nothing listens. */
const CHECK = '--check';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const optionsNow = (): EngineProgramOptions => readOptions() as EngineProgramOptions;

const engineOf = async (options: EngineProgramOptions): Promise<Engine> => {
  const {
    engine,
    listeners: [address = ''],
    following,
  } = options;
  switch (engine) {
    case 'haproxy':
      return (await import('./engines/haproxy.ts')).haproxy;
    case 'nginx':
      return (await import('./engines/nginx.ts')).nginx;
    case 'caddy':
      return (await import('./engines/caddy.ts')).caddy;
    case 'prometheus':
      return (await import('./engines/metrics-store.ts')).prometheus(address);
    case 'victoria-metrics':
      return (await import('./engines/metrics-store.ts')).victoriaMetrics(address);
    case 'rsyslog':
      return (await import('./engines/rsyslog/rsyslog.ts')).rsyslog(following);
  }
};

const refuse = (engine: Engine, refusal: string): never => {
  const hint = engine.hint?.(refusal) ?? null;
  const todo = hint === null ? '' : `\n${hint}`;
  throw new Error(`${engine.program} refuses its configuration:\n${refusal}${todo}`);
};

class EngineProgram {
  readonly #engine: Engine;
  readonly #files = new CertificateFiles({ onRenewed: () => this.reload(), say });
  #options: EngineProgramOptions;
  #running: RunningEngine | null = null;
  #readiness: Readiness | null = null;
  #isReady = false;
  #isDraining = false;
  #reloading: Promise<void> = Promise.resolve();

  constructor(engine: Engine, options: EngineProgramOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** Writes what the engine reads, and has the engine check it. */
  async check(): Promise<void> {
    await this.#files.write(this.#options);
    const refusal = await refusalOf(this.#engine, this.#options.config);
    if (refusal !== null) refuse(this.#engine, refusal);
  }

  async start(): Promise<void> {
    if (this.#options.engine === 'nginx') (await import('./access-fifo.ts')).passOnAccessLog();
    await this.check();
    this.#engine.prepare?.();
    const running = new RunningEngine(this.#engine, this.#options);
    this.#running = running;
    running.exit.then((code) => this.#ended(code), fail);
    await this.#serve();
    await running.accepts(this.#options.listeners);
    this.#isReady = !running.hasEnded;
    this.#followPod();
  }

  /** One at a time: an engine that takes over a configuration cannot take another one. */
  reload(): void {
    this.#reloading = this.#reloading.then(() => this.#reload());
  }

  async stop(): Promise<void> {
    const { drainTimeout } = this.#options;
    await this.drain();
    this.#readiness?.stop();
    await this.#running?.stop(drainTimeout);
    process.exit(0);
  }

  async drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    // Before the engine has read its configuration, its signals mean something else.
    await this.#reloading;
    await this.#engine.settle?.(this.#options.drainTimeout);
    this.#running?.drain();
  }

  async #reload(): Promise<void> {
    if (this.#isDraining) return;
    try {
      const options = optionsNow();
      await this.#files.write(options);
      const refusal = await refusalOf(this.#engine, options.config);
      if (refusal !== null) refuse(this.#engine, refusal);
      await this.#engine.reload(this.#running?.pid ?? 0, options);
      this.#options = options;
      this.#readiness?.begin(options.endpoints);
    } catch (error) {
      say(`the options were not applied: ${(error as Error).message}`);
    }
  }

  #followPod(): void {
    const { setReady } = this.#engine;
    if (setReady === null || this.#options.endpoints.length === 0) return;
    this.#readiness = new Readiness({ setReady, optionsFile: OPTIONS_FILE, say });
    this.#readiness.begin(this.#options.endpoints);
    this.#readiness.follow();
  }

  /** An engine that ends by itself is an end of this program. After a drain it has done what it was told. */
  #ended(code: number | null): void {
    if (this.#isDraining) return;
    process.stderr.write(
      `${this.#engine.program} has ended with ${code === null ? 'a signal' : `exit code ${code}`}\n`,
    );
    process.exit(code === null || code === 0 ? 1 : code);
  }

  async #serve(): Promise<void> {
    const at = parseAddress(this.#options.admin, 0);
    if (at === null) throw new Error(`'${this.#options.admin}' is no host:port`);
    const engine = this.#engine;
    await serveAdmin(at, {
      isReady: () => this.#isReady && !this.#isDraining,
      metrics: async () => (await import('./metrics.ts')).metricsOf(engine),
      stats: () => this.#stats(),
      configDump: () => this.#dump(),
      drain: () => this.drain(),
      others: async () => null,
    });
  }

  async #stats(): Promise<object> {
    const { engine } = this.#options;
    const pid = this.#running?.pid ?? null;
    const hasEnded = this.#running?.hasEnded ?? true;
    return { engine, pid, isDraining: this.#isDraining, ...(hasEnded ? {} : await this.#engine.stats()) };
  }

  /** Without the text of the configuration: headers in it may be secrets. */
  #dump(): object {
    return { ...this.#options, config: resolve(this.#options.config) };
  }
}

const fail = (error: Error & { readonly code?: string }): never => {
  process.stderr.write(`the engine cannot start: ${error.message}\n`);
  process.exit(1);
};

const OPTIONS_FILE = resolve(process.argv[2] ?? '');

const start = async (): Promise<void> => {
  const options = optionsNow();
  process.argv[2] = OPTIONS_FILE;
  process.chdir(dirname(OPTIONS_FILE));
  makeFolder();
  const program = new EngineProgram(await engineOf(options), options);
  if (process.argv[3] === CHECK) {
    await program.check();
    process.exit(0);
  }
  process.on('SIGHUP', () => program.reload());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void program.stop());
  await program.start();
};

start().catch(fail);
