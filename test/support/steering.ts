import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withDeadline } from './deadline.ts';

const PROGRAM = fileURLToPath(new URL('steerable-child.mjs', import.meta.url));

interface Hello {
  readonly name: string;
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

/** One run of a steerable process, as the test sees it. */
export class SteeredChild {
  readonly name: string;
  readonly pid: number;
  /** What it was started with. */
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly signals: string[] = [];
  /** When it dialled, and when its connection broke: its own word on the order of things. */
  readonly startedAt = performance.now();
  readonly gone: Promise<number>;
  readonly #socket: Socket;
  readonly #answers = new Map<number, (answer: Record<string, unknown>) => void>();
  #waiters: Array<() => void> = [];
  #nextId = 1;

  constructor(socket: Socket, hello: Hello) {
    this.#socket = socket;
    ({ name: this.name, pid: this.pid, env: this.env, args: this.args } = hello);
    this.gone = new Promise((resolve) => socket.once('close', () => resolve(performance.now())));
  }

  take(message: Record<string, unknown>): void {
    if (message['event'] === 'done') this.#answers.get(message['id'] as number)?.(message);
    if (message['event'] !== 'signal') return;
    this.signals.push(message['signal'] as string);
    for (const wake of this.#waiters.splice(0)) wake();
  }

  print(text: string, stream: 'stdout' | 'stderr' = 'stdout') {
    return this.#tell({ command: 'print', text, stream });
  }
  listen(port: number, host = '127.0.0.1') {
    return this.#tell({ command: 'listen', port, host });
  }
  close(port: number) {
    return this.#tell({ command: 'close', port });
  }
  /** HTTP: by path, the status or where it redirects to. */
  serve(port: number, answers: Readonly<Record<string, number | string>>) {
    return this.#tell({ command: 'serve', port, answers });
  }
  ignore(signal: NodeJS.Signals) {
    return this.#tell({ command: 'ignore', signal });
  }
  notify(text: string) {
    return this.#tell({ command: 'notify', text });
  }
  sendMessage(message: string) {
    return this.#tell({ command: 'send', message });
  }
  async spawn(file: string, args: readonly string[], options: object = {}): Promise<number> {
    return (await this.#tell({ command: 'spawn', file, args, options }))['pid'] as number;
  }
  /** Ends it; resolves when it is gone. */
  async exit(code: number): Promise<void> {
    this.#say({ command: 'exit', code });
    await this.gone;
  }
  async die(signal: NodeJS.Signals): Promise<void> {
    this.#say({ command: 'die', signal });
    await this.gone;
  }

  async signalled(signal: NodeJS.Signals): Promise<void> {
    const heard = async () => {
      while (!this.signals.includes(signal)) await new Promise<void>((wake) => this.#waiters.push(wake));
    };
    await withDeadline(`${signal} at ${this.name}`, heard());
  }

  #say(message: Record<string, unknown>): number {
    const id = this.#nextId++;
    this.#socket.write(`${JSON.stringify({ id, ...message })}\n`);
    return id;
  }

  #tell(message: Record<string, unknown>): Promise<Record<string, unknown>> {
    const id = this.#say(message);
    const answered = new Promise<Record<string, unknown>>((resolve) => this.#answers.set(id, resolve));
    return withDeadline(`${this.name} to ${String(message['command'])}`, answered);
  }
}

/** The test's end: steerable processes dial it, and the test gets them one by one, by name. */
export class Steering {
  readonly socketPath: string;
  readonly all: SteeredChild[] = [];
  readonly #server = createServer((socket) => this.#accept(socket));
  readonly #unclaimed: SteeredChild[] = [];
  #waiters: Array<() => void> = [];

  private constructor(folder: string) {
    this.socketPath = join(folder, 'steering.sock');
  }

  static async open(folder: string): Promise<Steering> {
    const steering = new Steering(folder);
    await new Promise<void>((resolve) => steering.#server.listen(steering.socketPath, resolve));
    return steering;
  }

  /** The command line of a steerable process. */
  command(name: string): string[] {
    return [process.execPath, PROGRAM, name];
  }

  /** The next run of the named process that the test has not had yet. */
  next(name: string): Promise<SteeredChild> {
    const claim = async (): Promise<SteeredChild> => {
      for (;;) {
        const at = this.#unclaimed.findIndex((child) => child.name === name);
        const [child] = at === -1 ? [] : this.#unclaimed.splice(at, 1);
        if (child !== undefined) return child;
        await new Promise<void>((wake) => this.#waiters.push(wake));
      }
    };
    return withDeadline(
      `a run of ${name}`,
      claim(),
      () => `had: ${this.all.map((child) => child.name).join(', ')}`,
    );
  }

  /** Runs of a name so far. */
  count(name: string): number {
    return this.all.filter((child) => child.name === name).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    let child: SteeredChild | null = null;
    let rest = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const message = JSON.parse(line);
        if (message.event === 'hello') child = this.#add(socket, message);
        else child?.take(message);
      }
    });
    socket.on('error', () => undefined);
  }

  #add(socket: Socket, hello: Hello): SteeredChild {
    const child = new SteeredChild(socket, hello);
    this.all.push(child);
    this.#unclaimed.push(child);
    for (const wake of this.#waiters.splice(0)) wake();
    return child;
  }
}
