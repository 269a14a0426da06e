import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { after, sleep } from '../../time/timers.ts';
import { parseAddress } from '../address.ts';
import type { Engine } from './engine.ts';
import type { EngineProgramOptions } from './options.ts';

/** Time that the engine has to end at once, when it was told to. */
const ENDS_WITHIN = 1_000;

const openLog = (path: string): number => {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'a', 0o600);
};

const argumentsIn = (file: string | null): readonly string[] =>
  file === null ? [] : (JSON.parse(readFileSync(file, 'utf8')) as { readonly list: readonly string[] }).list;

/** An engine as a process. */
export class RunningEngine {
  readonly #engine: Engine;
  readonly #child: ChildProcess;
  /** The code that it has ended with; null: a signal has ended it. */
  readonly exit: Promise<number | null>;
  #hasEnded = false;

  constructor(engine: Engine, { config, accessLog, argumentsFile }: EngineProgramOptions) {
    this.#engine = engine;
    const log = accessLog === null ? null : openLog(accessLog);
    this.#child = spawn(engine.program, [...engine.run(config), ...argumentsIn(argumentsFile)], {
      // HAProxy writes its access log to a descriptor that it is given.
      stdio: ['ignore', 'inherit', 'inherit', ...(log === null ? [] : [log])],
      env: { ...process.env, ...engine.env() },
      // What the group of this program is told means something else to an engine: SIGTERM ends HAProxy at once.
      detached: true,
    });
    if (log !== null) closeSync(log);
    this.exit = this.#ended();
  }

  async #ended(): Promise<number | null> {
    try {
      const [code] = await once(this.#child, 'exit');
      return code as number | null;
    } finally {
      this.#hasEnded = true;
      if (this.#child.pid !== undefined) endGroup(this.#child.pid);
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Resolves once it accepts connections at all addresses and does its work, or has ended. */
  async accepts(addresses: readonly string[]): Promise<void> {
    for (const address of addresses) while (!this.#hasEnded && !(await isAccepted(address))) await sleep(10);
    while (!(this.#hasEnded || (await this.#engine.isUp()))) await sleep(10);
  }

  /** Takes no new connections; those that are open come to their end. */
  drain(): void {
    this.#child.kill(this.#engine.drainSignal);
  }

  /** Ends it at the latest after this time and a moment. */
  async stop(within: number): Promise<void> {
    const stopSoon = after(within, () => void this.#child.kill(this.#engine.stopSignal));
    const stopNow = after(within + ENDS_WITHIN, () => void this.#child.kill('SIGKILL'));
    await this.exit.catch(() => null);
    stopSoon();
    stopNow();
  }
}

/** nginx's workers go on without their master, and would keep the port. */
const endGroup = (leader: number): void => {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody of it is left.
  }
};

const isAccepted = (address: string): Promise<boolean> => {
  const at = parseAddress(address, 1);
  if (at === null) throw new Error(`'${address}' is no host:port`);
  const host = at.host === '' || at.host === '0.0.0.0' ? '127.0.0.1' : at.host === '::' ? '::1' : at.host;
  return new Promise((resolve) => {
    const socket = connect({ host, port: at.port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
};
