import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Capability } from '../../../src/model/failures/unsupported-failure.ts';
import type { ProcessSpec } from '../../../src/model/pod-spec.ts';
import type {
  Engine,
  EngineAbility,
  Launched,
  LaunchRequest,
  Meter,
  OutputSink,
} from '../../../src/runtime/engines/engine.ts';
import type { OutputStream } from '../../../src/runtime/pod-reader.ts';
import { withDeadline } from '../deadline.ts';
import { FakeOutput } from './fake-output.ts';
import { type CommandNews, FakeWorkload, type WorkloadNews } from './fake-workload.ts';

const MACHINE = fileURLToPath(new URL('machine.mjs', import.meta.url));

type News =
  | WorkloadNews
  | CommandNews
  | { readonly on: 'output'; readonly id: string; readonly stream: OutputStream; readonly data: string }
  | { readonly on: 'swept' };

const LACKS: ReadonlySet<Capability> = new Set([
  ...(['notify', 'activate', 'isolate', 'streams', 'tty', 'container'] as const),
]);

/** An engine whose workloads are no processes: objects of another process, which it speaks with over a socket. */
export class FakeEngine implements Engine {
  readonly name = 'fake';
  readonly lacks: ReadonlySet<Capability> = new Set([
    'notify',
    'activate',
    'isolate',
    'streams',
    'tty',
    'container',
  ]);
  readonly #machine: ChildProcess;
  readonly #socket: Socket;
  readonly #workloads = new Map<string, FakeWorkload>();
  readonly #outputs = new Map<string, FakeOutput>();
  readonly #commands = new Map<number, (news: CommandNews) => void>();
  #swept: () => void = () => undefined;
  #lastRun = 0;

  private constructor(machine: ChildProcess, socket: Socket) {
    this.#machine = machine;
    this.#socket = socket;
    let rest = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#take(JSON.parse(line));
    });
    socket.on('error', () => undefined);
  }

  static async open(socketPath: string): Promise<FakeEngine> {
    const machine = spawn(process.execPath, [MACHINE, socketPath], { stdio: ['ignore', 'pipe', 'inherit'] });
    await withDeadline('the fake machine to listen', once(machine.stdout, 'data'));
    const socket = connect(socketPath);
    await once(socket, 'connect');
    return new FakeEngine(machine, socket);
  }

  abilityFor(): EngineAbility {
    return { name: 'fake', lacks: LACKS };
  }

  async obstacles(): Promise<readonly []> {
    return [];
  }

  load(): null {
    return null;
  }

  openOutput({ name }: ProcessSpec, sink: OutputSink): FakeOutput {
    const output = new FakeOutput(sink);
    this.#outputs.set(name, output);
    return output;
  }

  launch({ process: { name, launch }, generation, env }: LaunchRequest): Launched {
    const output = this.#outputs.get(name);
    if (output === undefined) throw new Error(`the output of ${name} has not been opened`);
    const id = `${name}-${generation}`;
    const { command } = launch;
    if (command.kind === 'container') throw new Error('it has no images');
    const args = command.kind === 'direct' ? command.args : [command.line];
    const workload = new FakeWorkload({
      id,
      output,
      cwd: launch.cwd,
      tell: (order) => this.#tell(order),
      follow: (take) => this.#follow(take),
    });
    this.#workloads.set(id, workload);
    this.#tell({ do: 'launch', id, name: args[1], args: args.slice(2), env });
    return { ok: true, workload };
  }

  wordsToEnter({ name }: ProcessSpec): readonly string[] {
    return ['fake', 'exec', name];
  }

  async openMeter(): Promise<Meter> {
    const usage = { cpu: 0.25, memory: 1_000_000, processes: 1 };
    const look = async () => {
      const living = [...this.#workloads].filter(([, { isLive }]) => isLive);
      return new Map(living.map(([id]) => [id.replace(/-\d+$/, ''), usage]));
    };
    return { look, lookClosely: look };
  }

  forget(process: string): void {
    this.#outputs.delete(process);
  }

  stillThere(): readonly [] {
    return [];
  }

  async sweep(): Promise<readonly []> {
    const swept = new Promise<void>((resolve) => {
      this.#swept = resolve;
    });
    this.#tell({ do: 'sweep' });
    await swept;
    return [];
  }

  async close(): Promise<void> {
    const exited = once(this.#machine, 'exit');
    this.#socket.destroy();
    await withDeadline('the fake machine to end', exited);
  }

  #tell(order: object): void {
    this.#socket.write(`${JSON.stringify(order)}\n`);
  }

  #follow(take: (news: CommandNews) => void): number {
    this.#lastRun += 1;
    this.#commands.set(this.#lastRun, take);
    return this.#lastRun;
  }

  #take(news: News): void {
    switch (news.on) {
      case 'output':
        return this.#workloads.get(news.id)?.output.take(news.stream, Buffer.from(news.data, 'base64'));
      case 'said':
      case 'ended':
        return this.#commands.get(news.run)?.(news);
      case 'swept':
        return this.#swept();
      default:
        return this.#workloads.get(news.id)?.hear(news);
    }
  }
}
