import type { Exit } from '../../../src/model/exit.ts';
import type { CommandEnding, CommandOptions, RunCommand } from '../../../src/runtime/engines/command.ts';
import type { MainEnd, Workload } from '../../../src/runtime/engines/workload.ts';
import type { FakeOutput } from './fake-output.ts';

export type WorkloadNews =
  | { readonly on: 'started' | 'gone'; readonly id: string }
  | { readonly on: 'exited'; readonly id: string; readonly exit: Exit; readonly lingers: boolean };

export type CommandNews =
  | { readonly on: 'said'; readonly run: number; readonly data: string }
  | { readonly on: 'ended'; readonly run: number; readonly ending: CommandEnding };

interface FakeWorkloadOptions {
  readonly id: string;
  readonly output: FakeOutput;
  readonly cwd: string;
  readonly tell: (order: object) => void;
  /** Gives the number by which the news of a command come. */
  readonly follow: (take: (news: CommandNews) => void) => number;
}

/** An object of the fake machine, by its name there. */
export class FakeWorkload implements Workload {
  readonly id: { readonly container: string };
  readonly exited: Promise<MainEnd>;
  readonly gone: Promise<readonly []>;
  readonly imageSignal = null;
  readonly #options: FakeWorkloadOptions;
  readonly #started = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<MainEnd>();
  readonly #gone = Promise.withResolvers<readonly []>();
  #isStarted = false;
  isLive = true;

  constructor(options: FakeWorkloadOptions) {
    this.#options = options;
    this.id = { container: options.id };
    this.exited = this.#exited.promise;
    this.gone = this.#gone.promise;
  }

  get output(): FakeOutput {
    return this.#options.output;
  }

  hear(news: WorkloadNews): void {
    if (news.on === 'exited') {
      this.isLive = false;
      this.#exited.resolve({ exit: news.exit, lingers: news.lingers });
    }
    if (news.on === 'gone') this.#gone.resolve([]);
    // One that was killed before its start will not come any more.
    this.#isStarted = true;
    this.#started.resolve();
  }

  onReady(): void {
    // It has no way to say so.
  }

  onStatus(): void {
    // Nor for that.
  }

  onRefresh(): void {
    // Nor for that.
  }

  untilThere(): Promise<void> | null {
    return this.#isStarted ? null : this.#started.promise;
  }

  signal(signal: NodeJS.Signals): void {
    this.#tell({ do: 'signal', signal });
  }

  async terminate(): Promise<void> {
    this.#tell({ do: 'terminate' });
  }

  kill(): Promise<readonly []> {
    this.#tell({ do: 'kill' });
    return this.gone;
  }

  send(): 'empty-stdin' {
    return 'empty-stdin';
  }

  async readsInput(): Promise<'no'> {
    return 'no';
  }

  resize(): boolean {
    return false;
  }

  enter(): RunCommand {
    return (command, options) =>
      command.kind === 'direct'
        ? this.#run([command.file, ...command.args], options)
        : this.#run(command.line.split(' '), options);
  }

  async endLeftovers(): Promise<void> {
    // Its commands leave nothing.
  }

  async whoElseAnswers(): Promise<null> {
    return null;
  }

  forgetAnswers(): void {
    // Nothing is remembered.
  }

  async listTree(): Promise<readonly []> {
    return [];
  }

  async listening(): Promise<null> {
    return null;
  }

  async close(): Promise<readonly []> {
    this.output.takeWaiting();
    return [];
  }

  #run(command: readonly string[], { signal, onOutput }: CommandOptions): ReturnType<RunCommand> {
    if (signal.aborted) return Promise.resolve({ kind: 'aborted', output: '' });
    return new Promise((resolve) => {
      let output = '';
      const run = this.#options.follow((news) => {
        if (news.on === 'ended') {
          signal.removeEventListener('abort', cut);
          return resolve({ ...news.ending, output });
        }
        const chunk = Buffer.from(news.data, 'base64');
        output += chunk;
        onOutput?.('stdout', chunk);
      });
      const cut = (): void => this.#options.tell({ do: 'cut', run });
      signal.addEventListener('abort', cut);
      this.#tell({ do: 'enter', run, command, cwd: this.#options.cwd });
    });
  }

  #tell(order: object): void {
    this.#options.tell({ id: this.#options.id, ...order });
  }
}
