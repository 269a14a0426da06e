import { constants } from 'node:os';
import { expect } from 'vitest';
import type { ArmTimer, Command, Outcome } from '../../src/core/command.ts';
import type { Ask, CoreEvent } from '../../src/core/core-event.ts';
import { decide } from '../../src/core/decide.ts';
import { explain } from '../../src/core/explain.ts';
import { newPod, type PodState } from '../../src/core/pod-state.ts';
import { planReload } from '../../src/core/reload-plan.ts';
import type { Exit, HookName } from '../../src/model/exit.ts';
import type { Explanation } from '../../src/model/explanation.ts';
import type { LaunchFailure } from '../../src/model/failures/launch-failure.ts';
import type { PodEvent, ProcessEvent } from '../../src/model/pod-event.ts';
import type { PodSpec } from '../../src/model/pod-spec.ts';
import type { ProcessRequest } from '../../src/model/process-request.ts';
import type { StopSignal } from '../../src/model/stop-signal.ts';
import type { Survivor } from '../../src/model/survivor.ts';
import type { Milliseconds, ProbeName, StateName } from '../../src/model/vocabulary.ts';
import { deepFreeze } from './deep-freeze.ts';
import { timersHeldBy } from './held-timers.ts';
import { type PodDescription, podSpec } from './pod-spec.ts';
import { said } from './said.ts';

interface Options {
  /** `by-hand`: a launch is answered by the test, not at once. */
  readonly launches?: 'at-once' | 'by-hand';
}

/** A command that does something; a reply only says what has been decided. */
type Act = Exclude<Command, { readonly type: 'reply' }>;

/** What the runtime would know of a process that is there. */
export interface LiveProcess {
  readonly generation: number;
  pid: number | null;
  readonly hooks: Set<HookName>;
  readonly attempts: Map<ProbeName, number>;
  /** The last it was sent. */
  told: 'signal' | 'kill' | null;
}

/** An exit code, or the name of the signal that ended it. */
type End = number | NodeJS.Signals;

/**
 * A pod without processes: a virtual clock, the timers that the core armed, and what would be running. A test plays the
 * world, and after every event the driver checks what must hold whatever happens.
 *
 * @example
 * const pod = new CoreDriver({ redis: { readiness: {} }, app: {} });
 * pod.start();
 * pod.probe('redis', 'readiness', true);
 * expect(pod.did()).toContain('launch app');
 */
export class CoreDriver {
  pod: PodState;
  now: Milliseconds = 0;
  /** Every command so far, with the time of the event that led to it. */
  readonly commands: { readonly at: Milliseconds; readonly command: Act }[] = [];
  /** The answers to requests, by their ids. */
  readonly replies = new Map<number, Outcome>();
  readonly live = new Map<string, LiveProcess>();
  readonly timers = new Map<number, ArmTimer>();
  /** What the core was asked, to ask it again. */
  readonly decisions: { readonly pod: PodState; readonly event: CoreEvent; readonly now: Milliseconds }[] =
    [];
  exitCode: number | null = null;
  readonly #byHand: boolean;
  readonly #lost = new Set<string>();
  readonly #queue: CoreEvent[] = [];
  readonly #reported: Map<string, StateName>;
  #lastRequest = 0;
  #seen = 0;
  #lastPid = 100;

  constructor(pod: PodDescription | PodSpec, { launches = 'at-once' }: Options = {}) {
    const spec = isSpec(pod) ? pod : podSpec(pod);
    this.pod = newPod(spec, this.now);
    this.#byHand = launches === 'by-hand';
    this.#reported = new Map([...this.pod.processes].map(([name, { state }]) => [name, state.is]));
  }

  // What happens

  start(startTimeout: Milliseconds | null = null): void {
    this.send({ type: 'start', startTimeout });
  }

  launched(name: string, imageSignal: StopSignal | null = null): void {
    const live = this.#live(name);
    live.pid = ++this.#lastPid;
    this.send({
      type: 'launched',
      process: name,
      generation: live.generation,
      workload: { pid: live.pid },
      imageSignal,
    });
  }

  /** The process and its tree go; its hooks go with it. */
  exits(name: string, end: End = 0, failure: LaunchFailure | null = null): void {
    this.#ends(name, exitOf(end, failure), []);
  }

  /** Its main process ends, and leaves others behind. */
  rootExits(name: string, end: End = 0): void {
    const { generation } = this.#live(name);
    this.send({ type: 'root-exited', process: name, generation, exit: exitOf(end, null) });
  }

  /** It was killed, and some of it could not be. */
  survives(name: string, survivors: readonly Survivor[], end: End = 'SIGKILL'): void {
    this.#ends(name, exitOf(end, null), survivors);
  }

  #ends(name: string, exit: Exit, survivors: readonly Survivor[]): void {
    const { generation } = this.#live(name);
    this.live.delete(name);
    this.send({ type: 'gone', process: name, generation, exit, survivors });
  }

  hookEnds(name: string, hook: HookName, ok = true): void {
    const { generation, hooks } = this.#live(name);
    if (!hooks.delete(hook)) throw new Error(`no ${hook} hook of ${name} is running`);
    this.send({
      type: 'hook-ended',
      process: name,
      generation,
      hook,
      ok,
      finding: said(ok ? '' : 'exit code 1'),
    });
  }

  /** Answers the attempt that is in flight. */
  probe(name: string, probe: ProbeName, ok: boolean, message = ok ? 'ok' : 'refused'): void {
    const { generation, attempts } = this.#live(name);
    const attempt = attempts.get(probe);
    if (attempt === undefined) throw new Error(`no ${probe} attempt of ${name} is in flight`);
    attempts.delete(probe);
    this.send({ type: 'probed', process: name, generation, probe, attempt, ok, finding: said(message) });
  }

  /** The process gives the sign by itself, as with a log line. */
  says(name: string, probe: ProbeName): void {
    const { generation } = this.#live(name);
    this.send({
      type: 'probed',
      process: name,
      generation,
      probe,
      attempt: null,
      ok: true,
      finding: said('said so'),
    });
  }

  request(request: ProcessRequest, process: string): Outcome {
    return this.ask({ type: 'request', request, process });
  }

  restartAll(): Outcome {
    return this.ask({ type: 'restart-all' });
  }

  /** Returns the core's answer. */
  ask(ask: Ask): Outcome {
    const id = ++this.#lastRequest;
    this.send({ ...ask, id });
    const outcome = this.replies.get(id);
    if (outcome === undefined) throw new Error(`the core does not answer: ${ask.type}`);
    return outcome;
  }

  /** Files that the process is watched for. */
  changes(process: string, files: readonly string[] = ['src/server.js'], signal: string | null = null): void {
    this.send({ type: 'change', process, files, count: files.length, signal });
  }

  /** The config says this by now. */
  reload(pod: PodDescription | PodSpec): Outcome {
    return this.ask({ type: 'reload', spec: isSpec(pod) ? pod : podSpec(pod) });
  }

  /** What a reload would do, in words: `restart web`. */
  plan(pod: PodDescription | PodSpec): string[] {
    return planReload(this.pod, isSpec(pod) ? pod : podSpec(pod)).map(
      ({ process, action }) => `${action} ${process}`,
    );
  }

  stop(grace: Milliseconds | null = null): Outcome {
    return this.ask({ type: 'stop', by: 'SIGINT', grace });
  }

  kill(): Outcome {
    return this.ask({ type: 'kill', by: 'SIGINT' });
  }

  /** Lets the time go by and the timers fire in their order, those armed meanwhile too. */
  advance(duration: Milliseconds): void {
    const until = this.now + duration;
    for (let timer = this.nextTimer(); timer !== null && timer.at <= until; timer = this.nextTimer()) {
      this.now = Math.max(this.now, timer.at);
      this.fire(timer);
    }
    this.now = until;
  }

  fire({ process, purpose, id }: ArmTimer): void {
    this.timers.delete(id);
    if (purpose === 'lost' && process !== null) this.#lost.add(process);
    this.send({ type: 'timer', process, purpose, id });
  }

  nextTimer(): ArmTimer | null {
    const inOrder = [...this.timers.values()].toSorted((a, b) => a.at - b.at || a.id - b.id);
    return inOrder[0] ?? null;
  }

  /** Gives the core an event as it stands, also one that the world would not send. */
  send(event: CoreEvent): void {
    this.#queue.push(event);
    if (this.#queue.length > 1) return;
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      this.#decide(next);
      this.#queue.shift();
    }
    this.#check();
  }

  // What has come of it

  /** What was done since the last call, in words: `launch redis`, `signal app SIGTERM`, `run app preStop`, `end 0`. */
  did(): string[] {
    return this.#new().flatMap(({ command }) => wordsFor(command) ?? []);
  }

  /** The same with the time before each. */
  timeline(): string[] {
    return this.#new().flatMap(({ at, command }) => {
      const words = wordsFor(command);
      return words === null ? [] : [`${at} ${words}`];
    });
  }

  state(name: string): StateName {
    return this.explain(name).state;
  }

  states(): Record<string, StateName> {
    return Object.fromEntries([...this.pod.processes].map(([name, { state }]) => [name, state.is]));
  }

  explain(name: string): Explanation {
    return explain(this.pod, name);
  }

  events(): PodEvent[] {
    return this.commands.flatMap(({ command }) => (command.type === 'report' ? [command.event] : []));
  }

  /** What was reported of a process. */
  reports(name: string): ProcessEvent[] {
    return this.events().filter(
      (event): event is ProcessEvent => event.type === 'process' && event.name === name,
    );
  }

  lastReport(name: string): ProcessEvent | undefined {
    return this.reports(name).at(-1);
  }

  /** When a process was launched. */
  launches(name: string): Milliseconds[] {
    return this.commands.flatMap(({ at, command }) =>
      command.type === 'launch' && command.process === name ? [at] : [],
    );
  }

  /** When a probe was tried. */
  attempts(name: string, probe: ProbeName): Milliseconds[] {
    return this.commands.flatMap(({ at, command }) =>
      command.type === 'probe' && command.process === name && command.probe === probe ? [at] : [],
    );
  }

  // How it goes

  #new() {
    const fresh = this.commands.slice(this.#seen);
    this.#seen = this.commands.length;
    return fresh;
  }

  #decide(event: CoreEvent): void {
    this.decisions.push({ pod: this.pod, event, now: this.now });
    const before = this.pod;
    const { pod, commands } = decide(deepFreeze(this.pod), deepFreeze(event), this.now);
    this.pod = pod;
    for (const name of this.#reported.keys()) if (!before.processes.has(name)) this.#reported.delete(name);
    for (const command of commands) {
      if (command.type === 'reply') this.#reply(command);
      if (command.type === 'reply') continue;
      this.commands.push({ at: this.now, command });
      this.#carryOut(command);
    }
  }

  #reply({ id, outcome }: Extract<Command, { readonly type: 'reply' }>): void {
    expect(this.replies.has(id), `request ${id} is answered twice`).toBe(false);
    this.replies.set(id, outcome);
  }

  #carryOut(command: Act): void {
    expect(this.exitCode, 'nothing may follow the end').toBeNull();
    switch (command.type) {
      case 'arm':
        expect(this.timers.has(command.id), `timer ${command.id} is armed twice`).toBe(false);
        expect(command.at).toBeGreaterThanOrEqual(this.now);
        this.timers.set(command.id, command);
        return;
      case 'disarm':
        this.timers.delete(command.id);
        return;
      case 'forget':
        expect(this.pod.processes.has(command.process), `${command.process} is forgotten`).toBe(false);
        return;
      case 'report':
        return this.#checkReport(command.event);
      case 'end':
        expect([...this.live.keys()], 'left over at the end').toEqual(this.#writtenOff());
        this.exitCode = command.exitCode;
        return;
      case 'launch':
        return this.#launch(command);
      default:
        return this.#actOn(command);
    }
  }

  #launch({ process, generation }: { readonly process: string; readonly generation: number }): void {
    if (!this.#writtenOff().includes(process))
      expect(this.live.has(process), `second ${process}`).toBe(false);
    expect(this.pod.stop, `${process} is launched during the stop`).toBeNull();
    this.live.set(process, { generation, pid: null, hooks: new Set(), attempts: new Map(), told: null });
    if (this.#byHand) return;
    const pid = ++this.#lastPid;
    this.#live(process).pid = pid;
    this.#queue.push({ type: 'launched', process, generation, workload: { pid }, imageSignal: null });
  }

  #actOn(
    command: Exclude<Act, { readonly type: 'arm' | 'disarm' | 'report' | 'end' | 'launch' | 'forget' }>,
  ): void {
    const live = this.#live(command.process);
    expect(command.generation, `${command.type} of ${command.process}`).toBe(live.generation);
    if (command.type === 'run-hook') live.hooks.add(command.hook);
    if (command.type === 'cancel-hook') expect(live.hooks.delete(command.hook), 'no such hook').toBe(true);
    if (command.type === 'kill') live.hooks.clear();
    if (command.type === 'kill' || command.type === 'signal') live.told = command.type;
    if (command.type === 'probe') {
      expect(live.attempts.has(command.probe), `overlapping ${command.probe} attempts`).toBe(false);
      live.attempts.set(command.probe, command.attempt);
    }
  }

  #checkReport(event: PodEvent): void {
    if (event.type === 'reload') {
      for (const { name, desired } of event.spec.processes.values()) {
        if (!this.#reported.has(name)) this.#reported.set(name, desired ? 'pending' : 'stopped');
      }
    }
    if (event.type !== 'process') return;
    expect(event.previous, `reports of ${event.name} join up`).toBe(this.#reported.get(event.name));
    expect(event.state, `${event.name} has changed`).not.toBe(event.previous);
    this.#reported.set(event.name, event.state);
  }

  /** What must hold after every event. */
  #check(): void {
    const armed = [...this.timers.keys()].toSorted((a, b) => a - b);
    expect(armed, 'armed timers are those that are held').toEqual(timersHeldBy(this.pod));
    for (const [name, { state, reported }] of this.pod.processes) {
      const unlaunched = state.is === 'starting' && state.instance.workload === null;
      if (!unlaunched) expect(reported, `reported of ${name}`).toBe(state.is);
      if ('instance' in state) expect(this.live.get(name)?.generation).toBe(state.instance.generation);
    }
  }

  /** Killed and not heard of again. */
  #writtenOff(): string[] {
    return [...this.live.keys()].filter((name) => this.#lost.has(name));
  }

  #live(name: string): LiveProcess {
    const live = this.live.get(name);
    if (live === undefined) throw new Error(`${name} is not there`);
    return live;
  }
}

const isSpec = (pod: PodDescription | PodSpec): pod is PodSpec =>
  'processes' in pod && pod.processes instanceof Map;

const exitOf = (end: End, failure: LaunchFailure | null): Exit =>
  typeof end === 'number'
    ? { code: end, signal: null, status: end, failure }
    : { code: null, signal: end, status: 128 + constants.signals[end], failure };

const wordsFor = (command: Act): string | null => {
  switch (command.type) {
    case 'launch':
    case 'kill':
      return `${command.type} ${command.process}`;
    case 'forget':
      return `${command.type} ${command.process}`;
    case 'terminate':
      return `terminate ${command.process}${command.sparesGroup ? ', not its group' : ''}`;
    case 'signal':
      return `signal ${command.process} ${command.signal}`;
    case 'pass-signal':
      return `pass ${command.signal} to ${command.process}`;
    case 'replace-files':
      return `replace ${command.files.join(', ')} of ${command.process}`;
    case 'run-hook':
      return `run ${command.process} ${command.hook}`;
    case 'cancel-hook':
      return `cancel ${command.process} ${command.hook}`;
    case 'end':
      return `end ${command.exitCode}`;
    case 'probe':
    case 'arm':
    case 'disarm':
    case 'report':
      return null;
    default:
      return command satisfies never;
  }
};
