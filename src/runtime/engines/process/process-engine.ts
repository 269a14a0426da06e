import type { LaunchFailure } from '../../../model/failures/launch-failure.ts';
import type { Capability } from '../../../model/failures/unsupported-failure.ts';
import type { ProcessSpec } from '../../../model/pod-spec.ts';
import type { Survivor } from '../../../model/survivor.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import { Guard, type GuardOptions } from '../../guard/guard.ts';
import type { IsolatedLaunch, Isolation } from '../../isolation/isolation.ts';
import { notStarted } from '../../launch/not-started.ts';
import { isOutOfDescriptors } from '../../launch/out-of-descriptors.ts';
import { openInput, terminalInput } from '../../launch/process-input.ts';
import { type Mark, spawn, type Wrap } from '../../launch/spawn.ts';
import { loadStarter } from '../../launch/start-program.ts';
import { type Libc, loadLibc } from '../../native/libc.ts';
import { NativeStarter } from '../../native/native-starter.ts';
import type { CallerStreams } from '../../output/caller-streams.ts';
import type { FifoPair, OpenFifos, OutputFifos } from '../../output/output-fifos.ts';
import type { OutputEnds, OutputSource } from '../../output/output-source.ts';
import { hasNotifyProbe } from '../../probes/notify-channel.ts';
import { createProcessTrees } from '../../process-tree/create-process-trees.ts';
import { describeFile } from '../../process-tree/open-files.ts';
import type { ProcessTrees } from '../../process-tree/process-trees.ts';
import { markerVariableOf } from '../../process-tree/run-marks.ts';
import { sendSignal } from '../../process-tree/send-signal.ts';
import type { TerminalSource } from '../../terminals/terminal-source.ts';
import type { Terminals } from '../../terminals/terminals.ts';
import type { RunCommand } from '../command.ts';
import type {
  Engine,
  EngineAbility,
  Launched,
  LaunchedPod,
  LaunchRequest,
  Meter,
  Obstacle,
  OutputSink,
  OutputTap,
} from '../engine.ts';
import type { Environment } from '../workload.ts';
import { openSource } from './open-source.ts';
import { ProcessWorkload } from './process-workload.ts';
import { type CommandPlace, runMarked } from './run-marked.ts';
import type { PodProcesses } from './tree-owners.ts';

interface ProcessEngineOptions {
  /** Eight hexadecimal digits. */
  readonly runId: string;
  /** Resolves with null if processes write to pipes. */
  readonly openFifos: OpenFifos;
}

interface Opening {
  /** True if nothing else runs in this process. It then starts programs natively and adopts orphans of the pod. */
  readonly isAlone: boolean;
  /** Streams of this process, or null if no process of the pod gets them. */
  readonly caller: CallerStreams | null;
}

/** Parts that hold something of this process or of the machine until they are closed. */
interface Held {
  readonly trees: ProcessTrees;
  /** C library, or null if Node starts everything. */
  readonly libc: Libc | null;
  readonly caller: CallerStreams | null;
}

type GuardRequest = Pick<GuardOptions, 'cleanup' | 'configFolder' | 'onChange' | 'onLost' | 'crashed'> & {
  /** Absolute path of a log file, or null if the output of the process is not saved. */
  readonly logOf: (process: string) => string | null;
};

/** Launches processes of this machine: natively where koffi is installed, else by Node. */
export class ProcessEngine implements Engine {
  readonly #options: ProcessEngineOptions;
  readonly #sources = new Map<string, OutputSource>();
  readonly #sinks = new Map<string, OutputSink>();
  /** Workloads whose main process has not ended. */
  readonly #running = new Map<string, ProcessWorkload>();
  #fifos: OutputFifos | null = null;
  /** Null if no process has asked for one. */
  #terminals: Terminals | null = null;
  /** Namespaces of this machine, or null if no process has asked for any. */
  #isolation: Isolation | null = null;
  #held: Held | null = null;
  #starter: NativeStarter | null = null;
  #guard: Guard | null = null;

  /** Opens nothing yet. */
  constructor(options: ProcessEngineOptions) {
    this.#options = options;
  }

  /** Most features that only some platforms lack are refused by the check of the config, which knows the field's line. */
  abilityFor(): EngineAbility {
    return { name: 'process', lacks: loadLibc() === null ? WITHOUT_LIBC : WITH_LIBC };
  }

  /** Opens the FIFOs of these processes, and the terminals of those that ask for one. */
  async prepareOutput(processes: readonly ProcessSpec[]): Promise<void> {
    this.#fifos = await this.#options.openFifos(processes.map(({ name }) => name));
    await this.#addTerminals(processes);
  }

  /** Opens what processes write to that a new config may have brought. */
  async addOutput(processes: readonly ProcessSpec[]): Promise<void> {
    const hasFifos = (await this.#fifos?.add(processes.map(({ name }) => name))) === true;
    const hasTerminals = await this.#addTerminals(processes);
    if (hasFifos || hasTerminals) this.#guard?.renew();
  }

  /** Takes hold of what launches need. Called before the first launch. */
  open({ isAlone, caller }: Opening): void {
    // In a program's own process, other threads may start children while the pod starts one.
    const libc = isAlone ? loadLibc() : null;
    const trees = createProcessTrees(this.#options.runId, libc);
    this.#held = { trees, libc, caller };
  }

  /** Process trees, for the supervisor's own children, which end with the pod. */
  get trees(): ProcessTrees {
    return this.#open.trees;
  }

  /** Starts a guard that ends the run if this supervisor dies. Null if this platform has none. */
  armGuard({ logOf, ...request }: GuardRequest): Guard | null {
    const { runId } = this.#options;
    const { cgroupPath: cgroup } = this.trees;
    const outputs = () =>
      this.#heldPairs().flatMap(([name, fifos]) => {
        const log = logOf(name);
        return log === null ? [] : [{ fifos, log }];
      });
    this.#guard = Guard.arm({ ...request, runId, cgroup, native: this.#native, outputs });
    return this.#guard;
  }

  async obstacles(pod: Pick<LaunchedPod, 'processes'>): Promise<readonly Obstacle[]> {
    const processes = [...pod.processes.values()];
    if (processes.every(({ isolation }) => isolation === null)) return [];
    // Loaded late: few pods need it, and the others should not pay for it.
    const { Isolation } = await import('../../isolation/isolation.ts');
    const found = await Isolation.find(processes);
    // Isolated processes that run need the namespaces that they were launched in.
    if (this.#isolation === null || found.isPossible) this.#isolation = found;
    const failures = found.obstaclesTo(processes.filter(({ desired }) => desired));
    return failures.length === 0 ? [] : [{ kind: 'isolation', failures }];
  }

  load(): Promise<void> | null {
    return loadStarter();
  }

  openOutput(process: ProcessSpec, sink: OutputSink): OutputTap {
    const caller = process.launch.output === 'caller' ? this.#open.caller : null;
    const source = openSource(process.name, { fifos: this.#fifos, caller }, sink);
    this.#sources.set(process.name, source);
    this.#sinks.set(process.name, sink);
    const all = () => [source, this.#terminals?.read(process.name) ?? null].filter((one) => one !== null);
    return {
      allow: (bytes) => {
        for (const one of all()) one.allow(bytes);
      },
      close: () => {
        source.close();
        this.#terminals?.close(process.name);
      },
    };
  }

  launch({ process, env, sockets, notify }: LaunchRequest): Launched {
    const isolated = this.#isolated(process);
    if (!isolated.ok) return notLaunched({ kind: 'not-isolated', failure: isolated.failure });
    const { name, launch } = process;
    const { trees } = this.#open;
    const terminal = launch.tty ? this.#terminalOf(name) : null;
    if (terminal !== null && 'kind' in terminal) return notLaunched(terminal);
    const source = terminal ?? this.#sourceOf(name);
    const mark: Mark = (given) => trees.mark(given, name);
    const inOurSession = this.#sharesTerminal(process);
    const ends = source.openEnds();
    const input =
      terminal === null ? openInput(launch.stdin) : terminalInput(Number(ends.stdout), terminal.input);
    const streams = { stdin: input.end, output: ends, inOurSession, terminal: terminal?.path ?? null };
    const { command, cwd } = launch;
    if (command.kind === 'container') throw new Error(`${name} was let through, which is a container`);
    const { wrap } = isolated;
    const spawned = spawn({
      command,
      cwd,
      env,
      ...streams,
      sockets,
      notify,
      channel: hasNotifyProbe(process),
      mark,
      wrap,
      native: this.#native,
    });
    const writesTo = ownFifos(ends, launch.output);
    ends.close();
    input.handedOver();
    if (!spawned.ok) {
      input.close();
      return spawned;
    }
    const workload = new ProcessWorkload({
      ...spawned,
      process,
      trees,
      input,
      source,
      terminal,
      inOurSession,
      writesTo,
      wrap: () => this.#wrapAuxiliary(process, spawned.pid),
      pod: () => this.#podProcesses(),
    });
    this.#follow(name, workload);
    return { ok: true, workload };
  }

  /** Variable that everything of the run has in its environment, whatever started it. */
  get marker(): string {
    return markerVariableOf(this.#options.runId);
  }

  /** Runs commands that belong to no workload. `mark` identifies what they start, so only one of a mark runs at a time. */
  run(mark: string, place: CommandPlace): RunCommand {
    return runMarked(this.#open.trees, mark, place);
  }

  wordsToEnter(process: ProcessSpec, env: Environment): readonly string[] {
    if (process.isolation === null || this.#isolation === null) return [];
    const pid = this.#running.get(process.name)?.id.pid ?? null;
    return this.#isolation.wordsToEnter(process, pid, env);
  }

  async openMeter(): Promise<Meter | null> {
    const { ProcessMeter } = await import('./process-meter.ts');
    return ProcessMeter.open(() => this.#podProcesses());
  }

  forget(process: string): void {
    this.#fifos?.remove(process);
    this.#sources.delete(process);
    this.#sinks.delete(process);
  }

  /** Looks at pids alone, so it may include a process that has got the pid since. */
  stillThere(survivors: readonly Survivor[]): readonly Survivor[] {
    return survivors.filter(({ pid }) => sendSignal(pid, 0) !== 'gone');
  }

  sweep(atMost: Milliseconds): Promise<readonly Survivor[]> {
    return this.#open.trees.sweepRun(atMost);
  }

  async close(): Promise<void> {
    await this.#open.trees.close();
    this.#fifos?.close();
    this.#terminals?.closeAll();
  }

  get #open(): Held {
    if (this.#held === null) throw new Error('the engine has not been opened');
    return this.#held;
  }

  /** Native starter, opened at the first use because it takes descriptors. */
  get #native(): NativeStarter | null {
    const { libc, trees } = this.#open;
    if (libc !== null) this.#starter ??= new NativeStarter(libc, trees.orphans);
    return this.#starter;
  }

  #sourceOf(process: string): OutputSource {
    const source = this.#sources.get(process);
    if (source === undefined) throw new Error(`the output of ${process} has not been opened`);
    return source;
  }

  async #addTerminals(processes: readonly ProcessSpec[]): Promise<boolean> {
    const libc = processes.some(({ launch }) => launch.tty) ? loadLibc() : null;
    if (libc === null) return false;
    // Loaded late: few pods need it.
    const { Terminals } = await import('../../terminals/terminals.ts');
    this.#terminals ??= new Terminals(libc);
    return this.#terminals.add(processes);
  }

  #terminalOf(process: string): TerminalSource | LaunchFailure {
    const sink = this.#sinks.get(process);
    if (sink === undefined || this.#terminals === null)
      throw new Error(`the terminal of ${process} has not been prepared`);
    const isHeld = this.#terminals.has(process);
    try {
      const source = this.#terminals.source(process, sink);
      // A guard has only the descriptors from its start.
      if (!isHeld) this.#guard?.renew();
      return source;
    } catch (error) {
      if (isOutOfDescriptors(error)) throw error;
      return { kind: 'no-terminal', code: (error as NodeJS.ErrnoException).code ?? '' };
    }
  }

  /** The guard reads twice from a terminal, and finds nothing the second time. */
  #heldPairs(): readonly (readonly [string, FifoPair])[] {
    const terminals = this.#terminals?.masters() ?? [];
    return [
      ...(this.#fifos?.entries() ?? []),
      ...terminals.map(([name, master]) => [name, { stdout: master, stderr: master }] as const),
    ];
  }

  #follow(name: string, workload: ProcessWorkload): void {
    this.#running.set(name, workload);
    void workload.exited.then(() => {
      if (this.#running.get(name) === workload) this.#running.delete(name);
    });
  }

  #podProcesses(): PodProcesses {
    const { trees } = this.#open;
    const roots = new Map([...this.#running].map(([name, { id }]) => [name, id.pid]));
    return { roots, supervisor: process.pid, markOf: (pid) => trees.markOf(pid), list: () => trees.list() };
  }

  #isolated(process: ProcessSpec): IsolatedLaunch {
    if (process.isolation === null) return { ok: true, wrap: (spawnable) => spawnable };
    if (this.#isolation === null) throw new Error('nobody has looked whether processes can be isolated');
    return this.#isolation.around(process);
  }

  #wrapAuxiliary(process: ProcessSpec, pid: number): Wrap | null {
    if (process.isolation === null || this.#isolation === null) return null;
    return this.#isolation.aroundAuxiliary(process, pid);
  }

  #sharesTerminal({ launch }: ProcessSpec): boolean {
    return launch.output === 'caller' && this.#open.caller?.sharesTerminal === true;
  }
}

const WITH_LIBC: ReadonlySet<Capability> = new Set(['container']);
const WITHOUT_LIBC: ReadonlySet<Capability> = new Set(['container', 'tty']);

const notLaunched = (failure: LaunchFailure): Launched => ({
  ok: false,
  failure: Promise.resolve(notStarted(126, failure)),
});

/** FIFOs that only this process writes to. None if it writes to the caller's streams or to pipes of Node. */
const ownFifos = ({ stdout, stderr }: OutputEnds, output: ProcessSpec['launch']['output']): string[] =>
  output === 'caller' ? [] : [stdout, stderr].flatMap((fd) => (fd === 'pipe' ? [] : [describeFile(fd)]));
