import { constants } from 'node:os';
import type { Exit, HookName } from '../model/exit.ts';
import type { LaunchFailure } from '../model/failures/launch-failure.ts';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import type { HookSpec, PortSpec, ProcessSpec } from '../model/pod-spec.ts';
import type { Stray, Survivor } from '../model/survivor.ts';
import type { Milliseconds, ProbeName } from '../model/vocabulary.ts';
import { now } from '../time/timers.ts';
import type { ActionResult } from './actions/action-result.ts';
import type { Workload } from './engines/workload.ts';
import { Instance } from './instance.ts';
import { composeEnvironment } from './launch/environment.ts';
import { isOutOfDescriptors } from './launch/out-of-descriptors.ts';
import { ProcessOutput } from './output/process-output.ts';
import { KeptSockets, notifyFd } from './ports/kept-sockets.ts';
import { findTakenPort, LET_GO_WITHIN, mayBeTaken } from './ports/taken-ports.ts';
import { hasNotifyProbe } from './probes/notify-channel.ts';
import type { RunnerContext } from './runner-context.ts';
import type { TerminalTape } from './terminals/terminal-tape.ts';
import { makeSubPaths } from './volumes/sub-paths.ts';

/** The first check takes a start some milliseconds. */
const CHECKED_FOR: Milliseconds = 1_000;

/** A launch that waits until its ports are known to be free. */
class HeldLaunch {
  readonly generation: number;
  readonly #ending = new AbortController();
  #cut: NodeJS.Signals | null = null;

  constructor(generation: number) {
    this.generation = generation;
  }

  /** Signal that it would have got by now. */
  get cut(): NodeJS.Signals | null {
    return this.#cut;
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  end(by: NodeJS.Signals): void {
    this.#cut = by;
    this.#ending.abort();
  }
}

/** Ways to and from the streams of an instance. */
export interface ProcessStreams {
  readonly workload: Workload;
  /** Resolves when it is gone and its output has been delivered. */
  readonly gone: Promise<unknown>;
  readonly watchBytes: ProcessOutput['watchBytes'];
}

/** Carries out the core's commands for one process, one instance after the other. */
export class ProcessRunner {
  #spec: ProcessSpec;
  readonly #context: RunnerContext;
  readonly #output: ProcessOutput;
  readonly #sockets = new KeptSockets();
  readonly #warned = new Set<string>();
  #instance: Instance | null = null;
  #held: HeldLaunch | null = null;
  #environment: Readonly<Record<string, string>> | null = null;
  /** Processes of its last run that could not be ended. */
  #survivors: readonly Survivor[] = [];
  /** True once files have been written, which another version of the process may not have. */
  #hasFiles = false;
  #reportedStrays: ReadonlySet<number> = new Set();

  constructor(spec: ProcessSpec, context: RunnerContext) {
    this.#spec = spec;
    this.#context = context;
    this.#output = new ProcessOutput(spec, context);
  }

  /** Environment of the newest launch, or null before the first. */
  get environment(): Readonly<Record<string, string>> | null {
    return this.#environment;
  }

  /** Null: it does not run. */
  get workload(): Workload | null {
    return this.#instance?.workload ?? null;
  }

  /** Streams of its instance, or null if it does not run. */
  get streams(): ProcessStreams | null {
    if (this.#instance === null) return null;
    const { workload, gone } = this.#instance;
    return { workload, gone, watchBytes: (listener) => this.#output.watchBytes(listener) };
  }

  /** What is on its terminal; null if it has none. */
  get tape(): TerminalTape | null {
    return this.#output.tape;
  }

  /** Sets the spec for later commands; an instance keeps the one it was launched from. */
  follow(spec: ProcessSpec): void {
    this.#spec = spec;
  }

  /**
   * Launches at once, unless one of its ports may be taken by now. A first launch relies on the check at the start of
   * the pod: for a moment, or always if the system cannot be asked quickly.
   */
  launch(generation: number): void {
    this.#costingOne(generation, () => this.#launchInDoubt(generation));
  }

  #launchInDoubt(generation: number): void {
    const isFirst = this.#environment === null;
    const isChecked = isFirst && now() < this.#context.portsCheckedAt + CHECKED_FOR;
    const isDoubtful = !isChecked && (mayBeTaken(this.#spec.ports) ?? !isFirst);
    const patience = isFirst ? 0 : LET_GO_WITHIN;
    if (isDoubtful) this.#launchIfFree(generation, patience).catch(this.#context.crashed);
    else this.#launchNow(generation);
  }

  async #launchIfFree(generation: number, patience: Milliseconds): Promise<void> {
    const held = new HeldLaunch(generation);
    this.#held = held;
    const taken = await findTakenPort(this.#spec.name, this.#spec.ports, { patience, signal: held.signal });
    this.#held = null;
    if (held.cut !== null) return this.#neverRan(generation, neverLaunched(held.cut));
    if (taken === null) this.#costingOne(generation, () => this.#launchNow(generation));
    else this.#notStarted(generation, taken);
  }

  /** Lack of a resource fails only the process that needs it. */
  #costingOne(generation: number, launch: () => void): void {
    try {
      launch();
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error;
      this.#notStarted(generation, { kind: 'no-descriptors', code: error.code });
    }
  }

  #launchNow(generation: number): void {
    const { launch, ports } = this.#spec;
    this.#reportSurvivors();
    const unmounted = makeSubPaths(this.#spec);
    if (unmounted !== null) return this.#notStarted(generation, { kind: 'not-mounted', failure: unmounted });
    const unwritten = this.#writeFiles();
    if (unwritten !== null)
      return this.#notStarted(generation, { kind: 'files-not-written', failure: unwritten });
    const composed = composeEnvironment(launch.env);
    if (!composed.ok) return this.#notStarted(generation, composed.failure);
    for (const { variable, file } of composed.overridden) this.#warnOnce(variable, file);
    const kept = this.#sockets.forLaunch(ports);
    if (!kept.ok) return this.#notStarted(generation, kept.failure);
    const { sockets } = kept;
    const notify = this.#isNotified();
    const auxiliaryEnv = notify ? { ...composed.env, NOTIFY_FD: `${notifyFd(sockets)}` } : composed.env;
    const env = { ...auxiliaryEnv, ...composed.colors };
    this.#environment = env;
    const [process, context, output] = [this.#spec, this.#context, this.#output];
    const launched = context.engine.launch({ process, generation, env, sockets, notify });
    if (!launched.ok) {
      const reported = launched.failure.then(({ code, failure }) =>
        this.#notStarted(generation, failure, code),
      );
      reported.catch(context.crashed);
      return;
    }
    const { workload } = launched;
    const instance = new Instance({ process, context, generation, workload, output, env: auxiliaryEnv });
    this.#instance = instance;
    instance.gone.then((end) => this.#gone(instance, end)).catch(context.crashed);
    this.#tellLaunch(instance);
  }

  /** A container takes a while to run, and its image may have to be pulled: nothing starts to count before it is there. */
  #tellLaunch(instance: Instance): void {
    const { generation, workload } = instance;
    const tell = (): void => {
      const { id, imageSignal } = workload;
      const process = this.#spec.name;
      this.#context.send({ type: 'launched', process, generation, workload: id, imageSignal });
    };
    const coming = 'container' in workload.id ? workload.untilThere() : null;
    if (coming === null) return tell();
    // One that has ended before it was seen may never have run.
    let isOver = false;
    const over = workload.exited.then(() => {
      isOver = true;
    });
    const told = Promise.race([coming, over]).then(() => {
      if (this.#instance === instance && !isOver) tell();
    });
    told.catch(this.#context.crashed);
  }

  signal(generation: number, signal: string): void {
    if (this.#held?.generation === generation) this.#held.end(signal as NodeJS.Signals);
    this.#current(generation)?.signal(signal as NodeJS.Signals);
  }

  /** Replaces files while an instance runs. It reads them when it likes, or on the signal that follows. */
  replaceFiles(generation: number, files: readonly string[]): void {
    if (this.#current(generation) === null) return;
    const failure = this.#context.writeFiles(this.#spec, files);
    if (failure === null) return;
    this.#context.notice({ kind: 'files-not-replaced', process: this.#spec.name, failure });
  }

  terminate(generation: number, sparesGroup: boolean): void {
    this.#current(generation)?.terminate(sparesGroup).catch(this.#context.crashed);
  }

  kill(generation: number): void {
    if (this.#held?.generation === generation) this.#held.end('SIGKILL');
    this.#current(generation)?.kill().catch(this.#context.crashed);
  }

  /** Kills without asking the core, which can decide nothing any more. */
  async killNow(): Promise<void> {
    this.#held?.end('SIGKILL');
    await this.#instance?.kill();
  }

  runHook(generation: number, hook: HookName): void {
    const spec = this.#hookSpec(hook);
    const instance = this.#current(generation);
    if (spec === null || instance === null) return;
    const reported = instance.runHook(hook, spec).then((result) => {
      if (result === null) return;
      this.#context.send({ type: 'hook-ended', process: this.#spec.name, generation, hook, ...result });
    });
    reported.catch(this.#context.crashed);
  }

  cancelHook(generation: number, hook: HookName): void {
    this.#current(generation)?.cancelHook(hook);
  }

  probe(generation: number, probe: ProbeName, attempt: number): void {
    const spec = this.#spec[probe];
    const instance = this.#current(generation);
    if (spec === null || instance === null) return;
    const report = (result: ActionResult | null): void => {
      if (result === null) return;
      this.#context.send({ type: 'probed', process: this.#spec.name, generation, probe, attempt, ...result });
    };
    const result = instance.probe(probe, spec);
    if (result instanceof Promise) result.then(report).catch(this.#context.crashed);
    else report(result);
  }

  /** Closes sockets of other ports; a running instance keeps its own descriptors. */
  keepSocketsOf(ports: readonly PortSpec[]): void {
    this.#sockets.keepOnly(ports);
  }

  /** The pod has ended. */
  close(): void {
    this.#sockets.keepOnly([]);
    this.#output.close();
  }

  #current(generation: number): Instance | null {
    return this.#instance?.generation === generation ? this.#instance : null;
  }

  #gone(instance: Instance, { exit, survivors, strays }: Awaited<Instance['gone']>): void {
    if (this.#instance === instance) this.#instance = null;
    this.#survivors = survivors;
    const { generation } = instance;
    this.#reportStrays(strays);
    this.#context.send({ type: 'gone', process: this.#spec.name, generation, exit, survivors });
  }

  /** Reports each stray once. */
  #reportStrays(strays: readonly Stray[]): void {
    const hasNew = strays.some(({ pid }) => !this.#reportedStrays.has(pid));
    this.#reportedStrays = new Set(strays.map(({ pid }) => pid));
    if (hasNew) this.#context.notice({ kind: 'strays', process: this.#spec.name, strays });
  }

  #notStarted(generation: number, failure: LaunchFailure, code: 126 | 127 = 126): void {
    this.#neverRan(generation, { code, signal: null, status: code, failure });
  }

  #neverRan(generation: number, exit: Exit): void {
    this.#context.send({ type: 'gone', process: this.#spec.name, generation, exit, survivors: [] });
  }

  /** It was started by name, or the core would not launch it. */
  #reportSurvivors(): void {
    const survivors = this.#context.engine.stillThere(this.#survivors);
    this.#survivors = [];
    if (survivors.length === 0) return;
    this.#context.notice({ kind: 'started-beside', process: this.#spec.name, survivors });
  }

  #hookSpec(hook: HookName): HookSpec | null {
    if (hook !== 'stop') return this.#spec[hook];
    const { command } = this.#spec.stop;
    return command === null ? null : { kind: 'exec', command };
  }

  /** Returns the reason if that fails, else null. Files of an earlier version of the process are removed. */
  #writeFiles(): StorageFailure | null {
    if (this.#spec.files.length === 0 && !this.#hasFiles) return null;
    this.#hasFiles = true;
    return this.#context.writeFiles(this.#spec);
  }

  /** The programs of ready-made sidecars report a status, whatever their probes are. */
  #isNotified(): boolean {
    return this.#spec.origin !== null || hasNotifyProbe(this.#spec);
  }

  #warnOnce(variable: string, file: string): void {
    if (this.#warned.has(variable)) return;
    this.#warned.add(variable);
    this.#context.notice({ kind: 'env-file-overridden', process: this.#spec.name, variable, file });
  }
}

/** Exit as if the signal had come at its first instruction. */
const neverLaunched = (signal: NodeJS.Signals): Exit => ({
  code: null,
  signal,
  status: 128 + (constants.signals[signal] ?? 0),
  failure: null,
});
