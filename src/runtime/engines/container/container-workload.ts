import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Exit } from '../../../model/exit.ts';
import type { LaunchFailure } from '../../../model/failures/launch-failure.ts';
import type { NobodyInside } from '../../../model/finding.ts';
import type { InputRefusal } from '../../../model/input-refusal.ts';
import type { CommandSpec, ProcessSpec } from '../../../model/pod-spec.ts';
import type { StopSignal } from '../../../model/stop-signal.ts';
import type { Stray, Survivor } from '../../../model/survivor.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import { sleep } from '../../../time/timers.ts';
import type { Peer } from '../../ports/answering.ts';
import type { RunCommand } from '../command.ts';
import type { Launched } from '../engine.ts';
import type { MainEnd, TreeEntry, Workload } from '../workload.ts';
import { CLI_ANSWERS_WITHIN, type ContainerCli } from './container-cli.ts';
import { isFirstProcess } from './first-process.ts';
import { listensInside } from './listens-inside.ts';
import { wordsInside } from './run-words.ts';
import { removeContainers } from './sweep-containers.ts';

/** A look costs the time of a program, which a container that starts lacks: it waits until there is a trace of that. */
const BETWEEN_LOOKS: Milliseconds = 40;
const BETWEEN_LOOKS_FOR_TRACE: Milliseconds = 5;
/** An engine that cannot end a container by then does not hold up the pod's stop any longer. */
const KILL_AT_MOST: Milliseconds = 10_000;

interface ContainerWorkloadOptions {
  /** Name of the container. */
  readonly name: string;
  readonly process: ProcessSpec;
  readonly cli: ContainerCli;
  /** File that the engine writes on the way to its start. */
  readonly traceFile: string;
  /** Resolves when the container can be run, with the reason if it cannot. Null: it can. */
  readonly prepared: Promise<LaunchFailure | null> | null;
  /** Starts the engine's client, which runs the container and is attached to its output. */
  readonly startClient: () => Launched;
  /** Signal that the image names for a stop, if it is known. */
  readonly imageSignal: () => StopSignal | null;
  /** Called if the engine has not run the container. */
  readonly onRefused: () => void;
  /** Variable by which the processes of the run are found. */
  readonly marker: string;
}

/** A container, and the client of its engine, which ends with it. */
export class ContainerWorkload implements Workload {
  readonly id: { readonly container: string };
  readonly exited: Promise<MainEnd | null>;
  readonly gone: Promise<readonly Survivor[]>;
  readonly #options: ContainerWorkloadOptions;
  #client: Workload | null = null;
  /** Signal that came before there was a container. */
  #cut: NodeJS.Signals | null = null;
  /** Pid of its first process on this machine; null until it runs, or where the engine is on another one. */
  #pid: number | null = null;
  #hasEnded = false;
  #coming: Promise<void> | null = null;
  #isThere = false;
  #killing: Promise<readonly Survivor[]> | null = null;
  #needsRemoval = false;

  constructor(options: ContainerWorkloadOptions) {
    this.#options = options;
    this.id = { container: options.name };
    const { prepared } = options;
    const ended = prepared === null ? this.#runToEnd() : this.#prepareAndRun(prepared);
    this.exited = ended.then((exit) => {
      this.#hasEnded = true;
      return exit === null ? null : { exit, lingers: false };
    });
    this.gone = this.#untilGone();
  }

  get imageSignal(): StopSignal | null {
    return this.#options.imageSignal();
  }

  onReady(): void {
    // A config with such a probe is refused.
  }

  onStatus(): void {
    // Nor is there a way to say that.
  }

  onRefresh(): void {
    // Nor that.
  }

  untilThere(): Promise<void> | null {
    if (this.#isThere || this.#hasEnded) return null;
    this.#coming ??= this.#awaitStart();
    return this.#coming;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#client === null) this.#cut = signal;
    else void this.#pass(signal);
  }

  async terminate(): Promise<void> {
    // What it has started ends with its first process.
  }

  kill(): Promise<readonly Survivor[]> {
    this.#cut = 'SIGKILL';
    this.#killing ??= this.#kill();
    return this.#killing;
  }

  send(bytes: Buffer, end: boolean): InputRefusal | null {
    return this.#client === null ? 'not-running' : this.#client.send(bytes, end);
  }

  async readsInput(): Promise<'maybe' | 'no'> {
    return this.#options.process.launch.stdin === 'pipe' ? 'maybe' : 'no';
  }

  resize(): boolean {
    return false;
  }

  /** The variables of the container are there already, and those of a hook are the same. */
  enter(name: string): RunCommand {
    const { cli } = this.#options;
    const run = this.#client?.enter(name, cli.env) ?? null;
    if (run === null) return () => Promise.resolve({ kind: 'aborted', output: '' });
    return (command, options) => run(this.#inside(command), options);
  }

  async endLeftovers(name: string): Promise<void> {
    await this.#client?.endLeftovers(name);
  }

  /** The engine accepts connections for a container before that listens itself. */
  async whoElseAnswers({ port }: Peer): Promise<NobodyInside | null> {
    const { process, cli } = this.#options;
    const target = process.ports.find((each) => each.port === port)?.target;
    if (target === undefined || this.#pid === null || listensInside(this.#pid, target)) return null;
    return { kind: 'nobody-inside', engine: cli.engine, target };
  }

  forgetAnswers(): void {
    // Each answer is checked.
  }

  async listTree(): Promise<readonly TreeEntry[]> {
    return (await this.#client?.listTree()) ?? [];
  }

  async listening(): Promise<null> {
    return null;
  }

  async close(): Promise<readonly Stray[]> {
    return (await this.#client?.close()) ?? [];
  }

  async #prepareAndRun(prepared: Promise<LaunchFailure | null>): Promise<Exit | null> {
    const failure = await prepared;
    if (this.#cut !== null) return endedBy(this.#cut);
    return failure === null ? this.#runToEnd() : { code: 126, signal: null, status: 126, failure };
  }

  async #runToEnd(): Promise<Exit | null> {
    const launched = this.#options.startClient();
    if (!launched.ok) {
      const { code, failure } = await launched.failure;
      return { code, signal: null, status: code, failure };
    }
    this.#client = launched.workload;
    const end = await launched.workload.exited;
    if (end === null) return null;
    const { exit } = end;
    // A client that was killed, or that could not run the container, has not removed it.
    this.#needsRemoval = exit.signal !== null || exit.status >= ENGINE_FAILED;
    if (exit.status === ENGINE_FAILED) this.#options.onRefused();
    return exit.signal === null ? exitInside(exit) : exit;
  }

  async #untilGone(): Promise<readonly Survivor[]> {
    await this.exited;
    if (this.#needsRemoval) await this.#remove();
    if (this.#killing !== null) return this.#killing;
    return (await this.#client?.gone) ?? [];
  }

  /** The container that a client was about to make when it was killed is removed afterwards. */
  async #kill(): Promise<readonly Survivor[]> {
    if (this.#client === null) return [];
    await this.#remove();
    const survivors = await this.#client.kill();
    await this.#remove();
    return survivors;
  }

  async #remove(): Promise<void> {
    const { cli, name } = this.#options;
    await removeContainers(cli, `name=^${name}$`, KILL_AT_MOST);
  }

  async #pass(signal: NodeJS.Signals): Promise<void> {
    const { cli, name } = this.#options;
    await this.untilThere();
    if (!this.#hasEnded && !this.#signalled(signal))
      await cli.ask(['kill', `--signal=${signal}`, name], { timeout: CLI_ANSWERS_WITHIN });
  }

  /** Directly, which saves the time of a program. False if the system or its rights do not allow that. */
  #signalled(signal: NodeJS.Signals): boolean {
    if (this.#pid === null || !isFirstProcess(this.#pid, this.#options.marker)) return false;
    try {
      return process.kill(this.#pid, signal);
    } catch {
      return false;
    }
  }

  async #awaitStart(): Promise<void> {
    const { cli, name, traceFile } = this.#options;
    const format = '{{.State.Running}} {{.State.Pid}}';
    const words = ['container', 'inspect', '--format', format, name];
    while (!this.#hasEnded && !existsSync(traceFile)) await sleep(BETWEEN_LOOKS_FOR_TRACE);
    while (!this.#hasEnded && !this.#isThere) {
      const { ok, stdout } = await cli.ask(words, { timeout: CLI_ANSWERS_WITHIN });
      const [running, pid] = stdout.trim().split(' ');
      this.#isThere = ok && running === 'true';
      if (this.#isThere) this.#pid = Number(pid) > 0 ? Number(pid) : null;
      else await sleep(BETWEEN_LOOKS);
    }
  }

  #inside(command: CommandSpec): CommandSpec {
    const { cli, name, marker } = this.#options;
    const args = ['exec', '--env', marker, name, ...wordsInside(command)];
    return { kind: 'direct', file: cli.file ?? cli.engine, args };
  }
}

/** Exit code of a client for a failure of its engine. Codes above it may be the container's or the engine's. */
const ENGINE_FAILED = 125;
const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [128 + number, name]));

/** An engine tells the end by a signal as a shell does. */
const exitInside = (exit: Exit): Exit => {
  const signal = SIGNALS.get(exit.status) ?? null;
  return signal === null ? exit : { ...exit, code: null, signal };
};

const endedBy = (signal: NodeJS.Signals): Exit => ({
  code: null,
  signal,
  status: 128 + (constants.signals[signal] ?? 0),
  failure: null,
});
