import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProxyOptions } from '../../../../src/programs/proxy/options.ts';
import { freePort } from '../../../support/free-port.ts';
import { programFile } from '../../../support/program-file.ts';

/** The program as it ships. Tests run what the sources are now, unless they ask for this one. */
export const BUILT = fileURLToPath(new URL('../../../../dist/programs/proxy.js', import.meta.url));

export interface StartOptions {
  readonly program?: string;
  readonly nodeArguments?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A proxy as a process of its own. */
export class ProxyProcess {
  readonly child: ChildProcess;
  /** Ports of the listeners, by name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly admin: number;
  readonly exit: Promise<number | null>;
  readonly #folder: string;
  #options: ProxyOptions;
  #output = '';

  private constructor(
    options: ProxyOptions,
    program: string,
    { nodeArguments = [], env = {} }: StartOptions,
  ) {
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), 'proxy-'));
    this.admin = portIn(options.admin);
    this.ports = Object.fromEntries(options.listeners.map(({ name, listen }) => [name, portIn(listen)]));
    this.#write();
    this.child = spawn(process.execPath, [...nodeArguments, program, this.#file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (data) => {
        this.#output = (this.#output + data).slice(-1_000_000);
      });
    this.exit = once(this.child, 'exit').then(([code]) => code as number | null);
  }

  /** Resolves once it is ready. Other ports are chosen when somebody else has got one of them in the meantime. */
  static async start(options: ProxyOptions, how: StartOptions = {}): Promise<ProxyProcess> {
    const program = how.program ?? (await programFile('proxy'));
    for (;;) {
      const proxy = new ProxyProcess(await withPorts(options), program, how);
      if (await proxy.#isReady()) return proxy;
      await proxy.stop();
      if (!proxy.output.includes('EADDRINUSE')) throw new Error(`the proxy has ended: ${proxy.output}`);
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get output(): string {
    return this.#output;
  }

  get port(): number {
    return Object.values(this.ports)[0] ?? 0;
  }

  /** Writes other options, and has them read. Ports of 0 stay what they are. */
  reload(change: (options: ProxyOptions) => ProxyOptions): void {
    this.#options = change(this.#options);
    this.#write();
    this.child.kill('SIGHUP');
  }

  async stats(): Promise<Record<string, unknown>> {
    return (await fetch(`http://127.0.0.1:${this.admin}/stats`)).json() as Promise<Record<string, unknown>>;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.#folder, 'options');
  }

  #write(): void {
    writeFileSync(this.#file, JSON.stringify(this.#options));
  }

  /** False: it has ended. */
  async #isReady(): Promise<boolean> {
    for (;;) {
      if (this.child.exitCode !== null) return false;
      const answer = await fetch(`http://127.0.0.1:${this.admin}/ready`).catch(() => null);
      if (answer?.ok === true) return true;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
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
