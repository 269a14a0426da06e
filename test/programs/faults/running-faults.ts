import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually, withDeadline } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { programFile } from '../../support/program-file.ts';

/** The port of a server on this machine that does not outlive the test. */
const portOf = async (server: Server): Promise<number> => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};

/** A server that sends back what it gets, and closes when the client does. */
export const startEcho = async (): Promise<number> => {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return portOf(server);
};

export interface RunningFaults {
  readonly main: number;
  readonly admin: number;
  /** Address of the API. */
  readonly url: string;
  readonly pid: number;
  /** Asks the API, and gives the JSON of its answer: `{}` if it has none. */
  readonly call: (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;
  readonly output: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly exit: Promise<number | null>;
  /** Writes other options, and has them read. */
  readonly reload: (options: object) => void;
}

/** Runs the program of `use: 'faults'` until the end of the test. */
export const runFaults = async (options: object): Promise<RunningFaults> => {
  for (;;) {
    const faults = await startFaults(options);
    if (faults !== null) return faults;
  }
};

/** Null: another program has got one of the ports in the meantime. */
const startFaults = async (options: object): Promise<RunningFaults | null> => {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [main, admin] = [await freePort(), await freePort()];
  const file = join(folder, 'options');
  const all = (more: object) => ({
    ...{
      name: 'slow',
      listen: `127.0.0.1:${main}`,
      admin: `127.0.0.1:${admin}`,
      enabled: true,
      toxics: [],
      http: [],
    },
    ...more,
  });
  const write = (more: object): void => writeFileSync(file, JSON.stringify(all(more)));
  write(options);
  const child = spawn(process.execPath, [await programFile('faults'), file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const url = `http://127.0.0.1:${admin}`;
  await withDeadline('faults to be ready', untilReady(url, main, child), () => output);
  if (child.exitCode !== null) {
    if (output.includes('EADDRINUSE')) return null;
    throw new Error(`faults ended with ${child.exitCode}: ${output}`);
  }
  return {
    ...{ main, admin, url, pid: child.pid ?? 0, exit },
    call: async (method, path, body) => {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      const response = await fetch(`${url}${path}`, init);
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return JSON.parse((await response.text()) || '{}');
    },
    output: () => output,
    signal: (signal) => child.kill(signal),
    reload: (more) => {
      write(more);
      child.kill('SIGHUP');
    },
  };
};

/** Or until it has ended. Another program that has got the port may answer too, and does not know the other port. */
const untilReady = (url: string, main: number, child: ChildProcess): Promise<void> =>
  eventually('faults to be ready', async () => {
    if (child.exitCode !== null) return true;
    try {
      const { ok } = await fetch(`${url}/ready`);
      return ok && (await (await fetch(`${url}/proxies`)).text()).includes(`127.0.0.1:${main}`);
    } catch {
      return false;
    }
  });

/** A connection, with what came over it and how it ended. */
export class Client {
  readonly #socket: Socket;
  #text = '';
  readonly #ended: Promise<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (data) => {
      this.#text += String(data);
    });
    this.#ended = new Promise((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once('close', () => resolve('closed'));
    });
    onTestFinished(() => void socket.destroy());
  }

  static async to(port: number): Promise<Client> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const client = new Client(socket);
    await withDeadline('a connection', once(socket, 'connect'));
    return client;
  }

  /** Connects through to the echo: a connection that only the kernel knows is reset when its listener closes. */
  static async through(port: number): Promise<Client> {
    const client = await Client.to(port);
    client.send('.');
    await client.receives('.');
    return client;
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  end(): void {
    this.#socket.end();
  }

  /** Resolves with the time that it took. */
  async receives(text: string): Promise<number> {
    const from = performance.now();
    await eventually(`${text} after ${this.#text}`, () => this.#text.endsWith(text));
    return performance.now() - from;
  }

  get text(): string {
    return this.#text;
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** `closed`, or the code of an error. */
  get ending(): Promise<string> {
    return withDeadline('the end of a connection', this.#ended);
  }
}
