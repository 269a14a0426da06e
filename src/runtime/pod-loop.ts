import type { Command } from '../core/command.ts';
import type { Ask, CoreEvent } from '../core/core-event.ts';
import { type Decision, decide } from '../core/decide.ts';
import { POD_FAILED } from '../core/exit-code.ts';
import { newPod, type PodState, recordOf } from '../core/pod-state.ts';
import type { Backpressure } from '../logs/backpressure.ts';
import type { PodLogs } from '../logs/pod-logs.ts';
import { errorMessage } from '../model/error-message.ts';
import type { Notice } from '../model/notice.ts';
import type { PodEvent } from '../model/pod-event.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { now, Timers } from '../time/timers.ts';
import type { Engine } from './engines/engine.ts';
import type { Workload } from './engines/workload.ts';
import { inTurns } from './in-turns.ts';
import { type Answer, OpenRequests } from './open-requests.ts';
import type { PodReader } from './pod-reader.ts';
import { ProcessRunner, type ProcessStreams } from './process-runner.ts';
import type { RunnerContext, WriteFiles } from './runner-context.ts';
import type { TerminalTape } from './terminals/terminal-tape.ts';
import { WaitNotices } from './wait-notices.ts';

interface LoopOptions {
  readonly spec: PodSpec;
  readonly engine: Engine;
  readonly backpressure: Backpressure;
  readonly logs: PodLogs;
  readonly writeFiles: WriteFiles;
  readonly reader: PodReader;
  /** Called after every decision, whether the pod has changed or not. */
  readonly onDecided: () => void;
  /** Called when a process is up and has not become ready for some seconds. */
  readonly onSlow: (process: string) => void;
  readonly onForget: (process: string) => void;
}

type Effect = Exclude<Command, { type: 'report' | 'reply' }>;

/** A queue: takes an event, decides, and carries out the commands, until nothing is left to decide. */
export class PodLoop {
  /** Exit code, once the pod has ended. */
  readonly ended: Promise<number>;
  readonly #end: (exitCode: number) => void;
  readonly #timers = new Timers<number>();
  readonly #queue: CoreEvent[] = [];
  /** Commands of the newest decision that are not carried out yet. */
  readonly #commands: Effect[] = [];
  readonly #runners = new Map<string, ProcessRunner>();
  readonly #requests = new OpenRequests();
  readonly #context: RunnerContext;
  readonly #reader: PodReader;
  readonly #waits: WaitNotices;
  readonly #onDecided: () => void;
  readonly #onForget: (process: string) => void;
  #pod: PodState;
  #isWorking = false;
  #hasCrashed = false;

  constructor(options: LoopOptions) {
    const { spec, engine, backpressure, logs, reader } = options;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ended = promise;
    this.#end = resolve;
    this.#reader = reader;
    this.#onDecided = options.onDecided;
    this.#onForget = options.onForget;
    this.#pod = newPod(spec, now());
    this.#waits = new WaitNotices(
      () => this.#pod,
      (notice) => this.#guarded(() => reader.notice(notice)),
      (process) => this.#guarded(() => options.onSlow(process)),
    );
    this.#context = {
      engine,
      portsCheckedAt: now(),
      backpressure,
      logs,
      writeFiles: options.writeFiles,
      send: (event) => this.send(event),
      output: (...output) => this.#guarded(() => reader.output(...output)),
      unfinished: (...line) => this.#guarded(() => reader.unfinished?.(...line)),
      status: (...said) => this.#guarded(() => reader.status?.(...said)),
      notice: (notice) => this.#warn(notice),
      crashed: (error) => this.crashed(error),
    };
  }

  #warn(notice: Notice): void {
    // At the end of the pod the strays end as well.
    if (notice.kind === 'strays' && this.#pod.stop !== null) return;
    this.#guarded(() => this.#reader.notice(notice));
  }

  /** Pod after the newest decision. */
  get pod(): PodState {
    return this.#pod;
  }

  /** Environment of the newest launch, or null before the first. */
  environmentOf(process: string): Readonly<Record<string, string>> | null {
    return this.#runners.get(process)?.environment ?? null;
  }

  /** Null: it does not run. */
  workloadOf(process: string): Workload | null {
    return this.#runners.get(process)?.workload ?? null;
  }

  /** Null: it does not run. */
  streamsOf(process: string): ProcessStreams | null {
    return this.#runners.get(process)?.streams ?? null;
  }

  /** What is on the terminal of a process; null if it has none. */
  tapeOf(process: string): TerminalTape | null {
    return this.#runners.get(process)?.tape ?? null;
  }

  start(startTimeout: Milliseconds | null): void {
    const loading = this.#context.engine.load((notice) => this.#warn(notice));
    // Events that come meanwhile wait behind the start.
    this.#isWorking = loading !== null;
    this.send({ type: 'start', startTimeout });
    this.#waits.begin();
    loading?.then(
      () => this.#work(),
      (error: unknown) => this.crashed(error),
    );
  }

  send(event: CoreEvent): void {
    this.#queue.push(event);
    if (!this.#isWorking) this.#work();
  }

  /** Always resolves with the core's answer: the end of the pod answers what has not been decided by then. */
  ask(ask: Ask): Promise<Answer> {
    const { id, answer } = this.#requests.add();
    this.send({ ...ask, id });
    return answer;
  }

  /** Two hundred launches take a second or two: signals, output and the first frame do not wait for all of them. */
  #work(): void {
    this.#isWorking = true;
    inTurns(
      () => this.#carryOutNext() || this.#decideNext(),
      () => {
        this.#isWorking = false;
      },
    );
  }

  #decideNext(): boolean {
    const event = this.#queue.shift();
    if (event === undefined) return false;
    const decision = this.#decide(event);
    if (decision !== null) this.#follow(decision);
    return true;
  }

  /** Returns null if the decision failed, and the pod is as it was before. */
  #decide(event: CoreEvent): Decision | null {
    try {
      return decide(this.#pod, event, now());
    } catch (error) {
      const id = requestIn(event);
      if (id !== null) this.#requests.answer(id, { ok: false, because: 'internal-error' });
      if (this.#hasCrashed) this.#giveUp();
      else this.crashed(error);
      return null;
    }
  }

  #follow({ pod, commands }: Decision): void {
    const before = this.#pod.spec;
    this.#pod = pod;
    if (pod.spec !== before) this.#guarded(() => this.#closeUnlistedSockets());
    for (const command of commands) {
      // Readers must not see a state that no event has reported yet.
      if (command.type === 'report') this.#guarded(() => this.#report(command.event));
      else if (command.type === 'reply') this.#requests.answer(command.id, command.outcome);
      else this.#commands.push(command);
    }
    this.#guarded(this.#onDecided);
  }

  /** A failure does not stop the other commands; the core limits every wait for the result. */
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.crashed(error);
    }
  }

  /** Stops the pod in order after a bug in sidecarctl. Later exceptions, which may follow from it, are not reported. */
  crashed(error: unknown): void {
    if (this.#hasCrashed) return;
    this.#hasCrashed = true;
    const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#guarded(() => this.#reader.notice({ kind: 'internal-error', report }));
    this.send({ type: 'crash', message: errorMessage(error) });
  }

  /** Kills everything, because nothing can be decided any more. */
  #giveUp(): void {
    this.#queue.length = 0;
    this.#commands.length = 0;
    this.#timers.disarmAll();
    const killed = [...this.#runners.values()].map((runner) => runner.killNow());
    void Promise.allSettled(killed).then(() => this.#finish(POD_FAILED));
  }

  #carryOutNext(): boolean {
    const command = this.#commands.shift();
    if (command !== undefined) this.#guarded(() => this.#carryOut(command));
    return command !== undefined;
  }

  #report(event: PodEvent): void {
    this.#waits.event(event);
    this.#reader.event(event);
  }

  #carryOut(command: Effect): void {
    switch (command.type) {
      case 'launch':
        return this.#launch(command);
      case 'signal':
      case 'pass-signal':
        return this.#runner(command).signal(command.generation, command.signal);
      case 'replace-files':
        return this.#runner(command).replaceFiles(command.generation, command.files);
      case 'terminate':
        return this.#runner(command).terminate(command.generation, command.sparesGroup);
      case 'kill':
        return this.#runner(command).kill(command.generation);
      case 'run-hook':
        return this.#runner(command).runHook(command.generation, command.hook);
      case 'cancel-hook':
        return this.#runner(command).cancelHook(command.generation, command.hook);
      case 'probe':
        return this.#runner(command).probe(command.generation, command.probe, command.attempt);
      case 'arm':
        return this.#arm(command);
      case 'disarm':
        return this.#timers.disarm(command.id);
      case 'forget':
        return this.#forget(command.process);
      case 'end':
        return this.#finish(command.exitCode);
      default:
        return command satisfies never;
    }
  }

  /** A launch that cannot even be tried counts as ended; otherwise the pod's stop would wait for it. */
  #launch({ process, generation }: Extract<Command, { type: 'launch' }>): void {
    try {
      this.#runner({ process }).launch(generation);
    } catch (error) {
      const failure = { kind: 'internal-error' } as const;
      const exit = { code: 126, signal: null, status: 126, failure };
      this.send({ type: 'gone', process, generation, exit, survivors: [] });
      throw error;
    }
  }

  /** A process that comes back under the same name is another one. */
  #forget(process: string): void {
    const runner = this.#runners.get(process);
    runner?.close();
    this.#runners.delete(process);
    this.#context.engine.forget(process);
    this.#context.logs.forget(process);
    this.#onForget(process);
  }

  #runner({ process }: { readonly process: string }): ProcessRunner {
    const { spec } = recordOf(this.#pod, process);
    const runner = this.#runners.get(process) ?? new ProcessRunner(spec, this.#context);
    this.#runners.set(process, runner);
    runner.follow(spec);
    return runner;
  }

  /** Comes first: the numbers may belong to another process that this decision launches. */
  #closeUnlistedSockets(): void {
    const { processes } = this.#pod.spec;
    for (const [name, runner] of this.#runners) runner.keepSocketsOf(processes.get(name)?.ports ?? []);
  }

  #arm({ process, purpose, id, at }: Extract<Command, { type: 'arm' }>): void {
    this.#timers.arm(id, at, () => this.send({ type: 'timer', process, purpose, id }));
  }

  #finish(exitCode: number): void {
    this.#timers.disarmAll();
    this.#waits.end();
    for (const runner of this.#runners.values()) runner.close();
    this.#requests.answerAll('pod-ended');
    this.#end(exitCode);
  }
}

const requestIn = (event: CoreEvent): number | null =>
  event.type !== 'timer' && 'id' in event ? event.id : null;
