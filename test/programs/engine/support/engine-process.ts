import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ProxyOptions } from '../../../../src/programs/proxy/options.ts';
import type { EngineName } from '../../../../src/sidecars/engines/engine-name.ts';
import { engineProgram } from '../../../../src/sidecars/engines/engine-program.ts';
import { eventually, withDeadline } from '../../../support/deadline.ts';
import { freePort } from '../../../support/free-port.ts';
import { programFile } from '../../../support/program-file.ts';

/** Writes the files of an engine's process into a folder, with their references filled in. */
export const writeEngineFiles = (engine: EngineName, options: ProxyOptions, folder: string): void => {
  for (const [name, file] of Object.entries(engineProgram(engine, options).files ?? {})) {
    const { content } = file as { readonly content: string | object };
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    const filled = text
      .replaceAll(/(?<!\$)\$\{files\.([^}]*)\}/g, (_, own: string) => join(folder, own))
      .replaceAll('$${', () => '${');
    writeFileSync(join(folder, name), filled);
  }
};

/** An engine in front of servers, as a process of its own. */
export class EngineProcess {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly exit: Promise<number | null>;
  readonly #engine: EngineName;
  #options: ProxyOptions;
  #output = '';

  private constructor(program: string, engine: EngineName, options: ProxyOptions, env: NodeJS.ProcessEnv) {
    this.#engine = engine;
    this.#options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'engine-'));
    this.#write();
    this.child = spawn(process.execPath, [program, join(this.folder, 'options')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...env },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (data) => {
        this.#output = (this.#output + data).slice(-1_000_000);
      });
    this.exit = once(this.child, 'exit').then(([code]) => code as number | null);
  }

  /** Resolves once it is ready. Other ports are chosen when somebody else has got one of them in the meantime. */
  static async start(
    engine: EngineName,
    options: ProxyOptions,
    env: NodeJS.ProcessEnv = {},
  ): Promise<EngineProcess> {
    const program = await programFile('engine');
    for (;;) {
      const running = new EngineProcess(program, engine, await withPorts(options), env);
      if (await running.#isReady()) return running;
      await running.end();
      if (!/address (?:already )?in use|EADDRINUSE|Address already in use/i.test(running.output))
        throw new Error(`${engine} has ended: ${running.output}`);
    }
  }

  get port(): number {
    return portIn(this.#options.listeners[0]?.listen ?? '');
  }

  port2(index: number): number {
    return portIn(this.#options.listeners[index]?.listen ?? '');
  }

  get output(): string {
    return this.#output;
  }

  get url(): string {
    const [first] = this.#options.listeners;
    return `${first?.tls === null ? 'http' : 'https'}://127.0.0.1:${this.port}`;
  }

  admin(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${portIn(this.#options.admin)}${path}`, init);
  }

  /** Writes other options, and has them read. Ports of 0 stay what they are. */
  reload(change: (options: ProxyOptions) => ProxyOptions): void {
    this.#options = change(this.#options);
    this.#write();
    this.signal('SIGHUP');
  }

  /** As the supervisor does it: to the whole group. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-(this.child.pid ?? 0), signal);
  }

  async end(): Promise<void> {
    if (this.child.exitCode === null) {
      this.signal('SIGTERM');
      await withDeadline('the end of an engine', this.exit, () => this.output);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(): void {
    writeEngineFiles(this.#engine, this.#options, this.folder);
  }

  /** False: it has ended. */
  async #isReady(): Promise<boolean> {
    await eventually('the engine to be ready', async () => {
      if (this.child.exitCode !== null) return true;
      const answer = await this.admin('/ready').catch(() => null);
      return answer?.ok === true;
    });
    return this.child.exitCode === null;
  }
}

const portIn = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

const withPorts = async (options: ProxyOptions): Promise<ProxyOptions> => {
  const chosen = async (address: string): Promise<string> =>
    portIn(address) === 0 ? address.replace(/0$/, String(await freePort())) : address;
  const listeners = [];
  for (const listener of options.listeners)
    listeners.push({ ...listener, listen: await chosen(listener.listen) });
  return { ...options, admin: await chosen(options.admin), listeners };
};

/** Runs an engine until the end of the test. */
export const runEngine = async (
  engine: EngineName,
  options: ProxyOptions,
  env: NodeJS.ProcessEnv = {},
): Promise<EngineProcess> => {
  const running = await EngineProcess.start(engine, options, env);
  onTestFinished(() => running.end());
  return running;
};
