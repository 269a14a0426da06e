import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { wallClock } from '../measure.ts';
import type { Target } from './targets.ts';

const LIMIT_MS = 10_000;

export interface Ground {
  readonly folder: string;
  readonly upstream: number;
  readonly cert: string;
  readonly key: string;
}

/** A proxy that runs, or the backend itself. */
export class RunningTarget {
  readonly name: string;
  readonly url: string;
  readonly port: number;
  /** Milliseconds from its start until it accepts a connection. */
  readonly startedIn: number;
  readonly holdsMany: boolean;
  readonly #child: ChildProcess | null;

  private constructor(target: Target | null, port: number, startedIn: number, child: ChildProcess | null) {
    this.name = target?.name ?? 'nothing';
    this.port = port;
    this.url = `${target?.isSecure === true ? 'https' : 'http'}://127.0.0.1:${port}/`;
    this.startedIn = startedIn;
    this.holdsMany = target?.holdsMany ?? false;
    this.#child = child;
  }

  static nothing({ upstream }: Ground): RunningTarget {
    return new RunningTarget(null, upstream, 0, null);
  }

  static async start(target: Target, { folder, upstream, cert, key }: Ground): Promise<RunningTarget> {
    const [port, admin] = [await freePort(), await freePort()];
    const own = join(folder, `${target.name.replaceAll(' ', '-')}-${port}`);
    rmSync(own, { recursive: true, force: true });
    const { file, args, env = {} } = target.prepare({ folder: own, port, admin, upstream, cert, key });
    const startedAt = wallClock();
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
    let complaint = '';
    child.stderr.on('data', (data) => {
      complaint = `${complaint}${data}`.slice(-4_000);
    });
    while (!(await accepts(port))) {
      if (child.exitCode === null && wallClock() - startedAt < LIMIT_MS) continue;
      child.kill('SIGKILL');
      throw new Error(`${target.name} does not start: ${complaint}`);
    }
    return new RunningTarget(target, port, wallClock() - startedAt, child);
  }

  /** Of the backend itself: 0, whose work is not counted. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (this.#child === null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const killer = setTimeout(() => this.#child?.kill('SIGKILL'), 1_000);
    await exited;
    clearTimeout(killer);
  }
}

const accepts = async (port: number): Promise<boolean> => {
  const socket = connect({ port, host: '127.0.0.1' });
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return isOpen;
};
