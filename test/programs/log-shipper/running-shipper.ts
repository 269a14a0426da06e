import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { LogShipperOptions } from '../../../src/programs/log-shipper/options.ts';
import type { OutputOptions } from '../../../src/programs/log-shipper/outputs/options.ts';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { PLAIN } from './tailing/follower.ts';

const PROGRAM = fileURLToPath(new URL('../../../dist/programs/log-shipper.js', import.meta.url));

/** The line that a receiver got, as JSON. */
export interface Received {
  readonly message: string;
  readonly [field: string]: unknown;
}

/** A server that takes lines of JSON, or answers with a status in place of that. */
export class Receiver {
  readonly batches: Received[][] = [];
  /** What the next requests are answered with; the lines of such a request count as not taken. */
  readonly answers: ((response: ServerResponse) => void)[] = [];
  requests = 0;
  url = '';

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    const server = createServer((request, response) => void receiver.#take(request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return receiver;
  }

  get messages(): readonly string[] {
    return this.batches.flat().map(({ message }) => message);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const answer = this.answers.shift();
    if (answer !== undefined) return answer(response);
    const lines = Buffer.concat(parts).toString().split('\n').slice(0, -1);
    this.batches.push(lines.map((line) => JSON.parse(line) as Received));
    response.writeHead(204).end();
  }
}

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(code, headers).end('because');

export const httpTo = (url: string, more: Partial<OutputOptions> = {}): OutputOptions =>
  ({
    kind: 'http',
    name: 'http',
    url,
    headers: {},
    gzip: false,
    tls: null,
    timeout: 5_000,
    ...more,
  }) as OutputOptions;

/** Folders of a pod, as the program finds them. */
export class ShipperPod {
  readonly folder = mkdtempSync(join(tmpdir(), 'shipper-'));
  readonly logs = join(this.folder, 'logs');
  readonly state = join(this.folder, '.sidecarctl');
  /** The file of options. */
  readonly file = join(this.state, 'runs/ea732e11/files/shipper/options');
  readonly #admin: number;
  #child: ChildProcess | null = null;
  output = '';

  private constructor(admin: number) {
    this.#admin = admin;
    for (const folder of [this.logs, join(this.file, '..')]) mkdirSync(folder, { recursive: true });
    onTestFinished(async () => {
      await this.kill();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  static async create(): Promise<ShipperPod> {
    return new ShipperPod(await freePort());
  }

  write(options: Partial<LogShipperOptions>): void {
    const all: LogShipperOptions = {
      ...{ name: 'shipper', admin: `127.0.0.1:${this.#admin}`, readFrom: 'beginning', rotateWait: 5_000 },
      from: { kind: 'files', folder: this.logs, include: ['**/*.log'], exclude: [] },
      ...{ reading: PLAIN, fields: { 'service.name': 'web' }, outputs: [] },
      batch: { maxBytes: 1024 * 1024, maxEvents: 1_000, timeout: 20 },
      retry: { initialBackoff: 20, maxBackoff: 200 },
      ...{ positions: join(this.folder, 'positions'), deadLetter: null, drain: 5_000 },
      ...options,
    };
    writeFileSync(this.file, JSON.stringify(all));
  }

  /** Starts it, until it is ready. `wrap`: a command that runs it. */
  async start(options: Partial<LogShipperOptions> = {}, wrap: readonly string[] = []): Promise<void> {
    this.write(options);
    this.spawn(wrap);
    await eventually('the shipper to be ready', () => this.ask('/ready').then((text) => text !== null));
  }

  spawn(wrap: readonly string[] = []): void {
    const [command = '', ...args] = [...wrap, process.execPath, PROGRAM, this.file];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        this.output += String(data);
      });
    this.#child = child;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async stop(): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await ended;
    this.#child = null;
    return code as number | null;
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** The answer of the admin port; `null`: none, or no success. */
  ask(path: string, method = 'GET'): Promise<string | null> {
    return fetch(`http://127.0.0.1:${this.#admin}${path}`, { method }).then(
      async (response) => (response.ok ? response.text() : null),
      () => null,
    );
  }
}
