import { constants } from 'node:os';
import type { ArmTimer, Command } from '../../src/core/command.ts';
import type { Ask, CoreEvent } from '../../src/core/core-event.ts';
import type { Exit, HookName } from '../../src/model/exit.ts';
import type { PodSpec, ProbeSpec } from '../../src/model/pod-spec.ts';
import type { Milliseconds, ProbeName } from '../../src/model/vocabulary.ts';
import { notFound } from '../support/not-found.ts';
import { said } from '../support/said.ts';
import { Agenda } from './agenda.ts';
import {
  countAnswer,
  hasStarted,
  isSign,
  type LiveRun,
  type ModelledProcess,
  newProcess,
} from './modelled-process.ts';
import { type End, type Happening, type NoNews, RENDERER, runOf, type Scenario, specOf } from './scenario.ts';

/** What the world tells the core; what comes late must be of no consequence. */
export interface Word {
  readonly event: CoreEvent;
  readonly late: boolean;
}

type Coming = () => Word | null;
/** What is for a process that is there. */
type CommandToProcess = CommandOf<
  'signal' | 'pass-signal' | 'replace-files' | 'terminate' | 'kill' | 'run-hook' | 'cancel-hook' | 'probe'
>;
type CommandOf<T extends Command['type']> = Extract<Command, { readonly type: T }>;

/** The signal of changes; a process lives on. */
const HARMLESS = 'SIGHUP';

/** Long enough for a hook to be overtaken by everything that may overtake it. */
const LATE_BY: Milliseconds = 6_000;

/** The runtime and the machine under it, modelled: it carries out the core's commands and lets time go by. */
export class World {
  now: Milliseconds = 0;
  exitCode: number | null = null;
  readonly processes = new Map<string, ModelledProcess>();
  /** What is launched from now on. */
  #spec: PodSpec;
  /** Armed and neither fired nor taken back. */
  readonly timers = new Map<number, ArmTimer>();
  readonly #scenario: Scenario;
  readonly #agenda = new Agenda<Coming>();
  #lastPid = 100;
  #lastRequest = 0;

  constructor(scenario: Scenario, spec: PodSpec) {
    this.#scenario = scenario;
    this.#spec = spec;
    for (const happening of scenario.happenings ?? [])
      this.#agenda.add(happening.at, () => this.#happen(happening));
  }

  process(name: string): ModelledProcess {
    const process = this.processes.get(name) ?? newProcess();
    this.processes.set(name, process);
    return process;
  }

  isLive(name: string): boolean {
    return this.process(name).live !== null;
  }

  /** The next word for the core, at its time; null when nothing will ever come again. */
  next(): Word | null {
    for (let entry = this.#agenda.next(); entry !== null; entry = this.#agenda.next()) {
      this.now = Math.max(this.now, entry.at);
      const word = entry.what();
      if (word !== null) return word;
    }
    return null;
  }

  /** Has the pod stopped at a time, whatever else is going on. */
  stopAt(at: Milliseconds): void {
    this.#agenda.add(at, () =>
      inTime({ type: 'stop', by: 'the end of the scenario', grace: null, id: null }),
    );
  }

  carryOut(command: Command): void {
    switch (command.type) {
      case 'arm':
        this.timers.set(command.id, command);
        return this.#agenda.add(command.at, () => this.#fire(command));
      case 'disarm':
        this.timers.delete(command.id);
        return;
      case 'report':
      case 'reply':
      case 'forget':
        return;
      case 'end':
        this.exitCode = command.exitCode;
        return;
      case 'launch':
        return this.#launch(command);
      default:
        return this.#actOn(command);
    }
  }

  #actOn(command: CommandToProcess): void {
    const { live } = this.process(command.process);
    if (live === null) return;
    switch (command.type) {
      case 'pass-signal':
      case 'replace-files':
        return;
      case 'signal':
        this.#tell(live, 'signal');
        return this.#die(command.process, live, live.run.dies, live.run.diesOf);
      case 'terminate':
        return this.#terminate(command.process, live);
      case 'kill':
        this.#tell(live, 'kill');
        live.hooks.clear();
        live.attempts.clear();
        return this.#kill(command.process, live);
      case 'run-hook':
        return this.#runHook(command, live);
      case 'cancel-hook':
        live.hooks.delete(command.hook);
        if (command.hook === 'postStart') live.postStart = 'failed';
        return;
      case 'probe':
        return this.#probe(command, live);
      default:
        return command satisfies never;
    }
  }

  #tell(live: LiveRun, told: 'signal' | 'kill'): void {
    live.toldAt ??= this.now;
    live.told = told;
  }

  #launch({ process: name, generation }: CommandOf<'launch'>): void {
    const process = this.process(name);
    const run = runOf(this.#scenario, name, generation);
    const live: LiveRun = {
      generation,
      run,
      spec: this.#specOf(name),
      launchedAt: this.now,
      pid: null,
      pidAt: this.now,
      postStart: 'none',
      hooks: new Set(),
      attempts: new Map(),
      verdicts: new Map(),
      toldAt: null,
      told: 'nothing',
      root: null,
    };
    process.live = live;
    process.runs += 1;
    const at = this.now + run.launchTakes;
    if (run.launches) this.#agenda.add(at, () => this.#comeUp(name, live));
    else this.#agenda.add(at, () => this.#exit(name, live, NOT_FOUND));
  }

  #comeUp(process: string, live: LiveRun): Word | null {
    const { generation, run } = live;
    const pid = ++this.#lastPid;
    if (this.process(process).live === live) {
      live.pid = pid;
      live.pidAt = this.now;
      if (run.life !== null) this.#die(process, live, run.life, run.end);
      this.#willSaySo(process, live);
    }
    return this.#word(process, live, {
      type: 'launched',
      process,
      generation,
      workload: { pid },
      imageSignal: null,
    });
  }

  #willSaySo(process: string, live: LiveRun): void {
    const { spec } = live;
    const { up } = live.run;
    if (up === null) return;
    for (const probe of ['startup', 'readiness'] as const) {
      const target = spec[probe];
      if (target !== null && isSign(target))
        this.#agenda.add(this.now + up, () =>
          this.#answer(process, live, { probe, attempt: null, ok: true }),
        );
    }
  }

  #die(process: string, live: LiveRun, after: Milliseconds | null, end: End): void {
    if (after !== null) this.#agenda.add(this.now + after, () => this.#exit(process, live, exitOf(end)));
  }

  #kill(process: string, live: LiveRun): void {
    const { killTakes } = live.run;
    const ended = () => this.#end(process, live, live.root?.exit ?? exitOf('SIGKILL'));
    if (killTakes !== null) this.#agenda.add(this.now + killTakes, ended);
    else if (this.#scenario.late === true) this.#agenda.add(this.now + LATE_BY, ended);
  }

  #terminate(process: string, live: LiveRun): void {
    live.toldAt ??= this.now;
    const goes = live.run.leaves?.goes ?? null;
    if (goes === null) return;
    this.#agenda.add(this.now + goes, () => this.#end(process, live, live.root?.exit ?? exitOf('SIGKILL')));
  }

  /** Of the main process. What was there with it when it was killed goes with it. */
  #exit(process: string, live: LiveRun, exit: Exit): Word | null {
    const isCurrent = this.process(process).live === live;
    if (isCurrent && live.root !== null) return null;
    const leaves = live.run.leaves !== null && live.pid !== null && live.told !== 'kill';
    if (!isCurrent || !leaves) return this.#end(process, live, exit);
    live.root = { exit, at: this.now, told: live.told };
    return inTime({ type: 'root-exited', process, generation: live.generation, exit });
  }

  /** Of all of it that can be ended. */
  #end(process: string, live: LiveRun, exit: Exit): Word | null {
    const { generation } = live;
    const survivors = live.run.survives && live.told === 'kill' ? [SURVIVOR] : [];
    const word = this.#word(process, live, { type: 'gone', process, generation, exit, survivors });
    if (this.process(process).live === live) this.#gone(process, live, exit, survivors.length > 0);
    return word;
  }

  #gone(name: string, live: LiveRun, exit: Exit, survives: boolean): void {
    const process = this.process(name);
    process.live = null;
    process.lastExit = live.root?.exit ?? exit;
    process.endedAt = live.root?.at ?? this.now;
    process.lastRanFor = process.endedAt - live.launchedAt;
    process.lastTold = live.root?.told ?? live.told;
    process.survives = survives;
  }

  #runHook({ process, generation, hook }: CommandOf<'run-hook'>, live: LiveRun): void {
    const { hookTakes, hooksWork: ok, dies, diesOf } = live.run;
    live.hooks.add(hook);
    if (hook === 'postStart') live.postStart = 'running';
    if (hook === 'stop') this.#tell(live, 'signal');
    if (hookTakes === null) return;
    const finding = said(ok ? '' : 'exit code 1');
    this.#agenda.add(this.now + hookTakes, () => {
      if (!this.#endHook(process, live, hook, ok)) return null;
      if (hook === 'stop' && ok) this.#die(process, live, dies, diesOf);
      return this.#word(process, live, { type: 'hook-ended', process, generation, hook, ok, finding });
    });
  }

  /** False for one that was cut off, and says nothing any more. */
  #endHook(process: string, live: LiveRun, hook: HookName, ok: boolean): boolean {
    if (this.process(process).live !== live) return true;
    if (!live.hooks.delete(hook)) return false;
    if (hook === 'postStart') live.postStart = ok ? 'worked' : 'failed';
    return true;
  }

  #probe({ process, probe, attempt }: CommandOf<'probe'>, live: LiveRun): void {
    const { up, probeTakes } = live.run;
    live.attempts.set(probe, attempt);
    const isUp = live.pid !== null && up !== null && this.now >= live.pidAt + up;
    const ok = isUp && this.now >= this.process(process).flapsUntil;
    this.#agenda.add(this.now + probeTakes, () => this.#answer(process, live, { probe, attempt, ok }));
  }

  #answer(
    process: string,
    live: LiveRun,
    {
      probe,
      attempt,
      ok,
    }: { readonly probe: ProbeName; readonly attempt: number | null; readonly ok: boolean },
  ): Word | null {
    if (this.process(process).live === live) {
      if (attempt !== null && live.attempts.get(probe) !== attempt) return null;
      if (attempt !== null) live.attempts.delete(probe);
      // A sign that comes before its probe has begun is found by the first attempt.
      const heard = attempt !== null || probe !== 'readiness' || hasStarted(live.spec, live);
      if (heard) countAnswer(live, probe, probeSpec(live, probe), { ok, now: this.now });
    }
    const finding = said(ok ? 'ok' : 'refused');
    const { generation } = live;
    return this.#word(process, live, { type: 'probed', process, generation, probe, attempt, ok, finding });
  }

  #fire(timer: ArmTimer): Word | null {
    const isLate = !this.timers.delete(timer.id);
    if (isLate && this.#scenario.late !== true) return null;
    const { process, purpose, id } = timer;
    if (!isLate && purpose === 'lost' && process !== null) this.#writeOff(process);
    return { event: { type: 'timer', process, purpose, id }, late: isLate };
  }

  /** The core waits no longer for one that hangs; what becomes of it nobody hears. */
  #writeOff(name: string): void {
    const { live } = this.process(name);
    if (live !== null) this.#gone(name, live, exitOf('SIGKILL'), live.pid !== null);
  }

  #happen(happening: Happening): Word | null {
    switch (happening.what) {
      case 'stop':
        return this.#asked({ type: 'stop', by: 'SIGINT', grace: happening.grace });
      case 'kill':
        return this.#asked({ type: 'kill', by: 'SIGINT' });
      case 'request':
        return this.#asked({ type: 'request', request: happening.request, process: happening.process });
      case 'change': {
        const { process, signal } = happening;
        const files = ['src/server.js'];
        return inTime({ type: 'change', process, files, count: 1, signal: signal ? HARMLESS : null });
      }
      case 'refresh':
        return inTime({ type: 'refreshed', process: RENDERER, files: [happening.process] });
      case 'reload':
        this.#spec = specOf({ ...this.#scenario, pod: happening.to });
        return this.#asked({ type: 'reload', spec: this.#spec });
      case 'restart-all':
        return this.#asked({ type: 'restart-all' });
      case 'crash': {
        const live = this.processes.get(happening.process)?.live ?? null;
        return live === null || live.pid === null
          ? null
          : this.#exit(happening.process, live, exitOf(happening.end));
      }
      case 'flap':
        this.process(happening.process).flapsUntil = this.now + happening.lasts;
        return null;
      case 'no-news':
        return this.#noNews(happening.process, happening.of);
      default:
        return happening satisfies never;
    }
  }

  #asked(ask: Ask): Word {
    return inTime({ ...ask, id: ++this.#lastRequest });
  }

  #noNews(process: string, of: NoNews): Word | null {
    const { live } = this.process(process);
    const generation = live?.generation ?? 0;
    switch (of) {
      case 'launch':
        if (live !== null && live.pid === null) return null;
        return late({ type: 'launched', process, generation, workload: { pid: 1 }, imageSignal: null });
      case 'postStart':
        if (live?.hooks.has('postStart') === true) return null;
        return late({ type: 'hook-ended', process, generation, hook: of, ok: false, finding: said('') });
      case 'root':
        if (live !== null && live.root === null) return null;
        return late({ type: 'root-exited', process, generation, exit: exitOf(9) });
      case 'probe':
        return late({
          type: 'probed',
          process,
          generation,
          probe: 'liveness',
          attempt: -1,
          ok: false,
          finding: said(''),
        });
      default:
        return of satisfies never;
    }
  }

  /** Of a run that is over nothing is heard, or it is heard late. */
  #word(process: string, live: LiveRun, event: CoreEvent): Word | null {
    if (this.process(process).live === live) return inTime(event);
    return this.#scenario.late === true ? late(event) : null;
  }

  #specOf(name: string) {
    const spec = this.#spec.processes.get(name);
    if (spec === undefined) throw new Error(`no process ${name} is described`);
    return spec;
  }
}

const probeSpec = ({ spec }: LiveRun, probe: ProbeName): ProbeSpec => {
  const found = spec[probe];
  if (found === null) throw new Error(`${spec.name} has no ${probe} probe`);
  return found;
};

const inTime = (event: CoreEvent): Word => ({ event, late: false });

const late = (event: CoreEvent): Word => ({ event, late: true });

const SURVIVOR = { pid: 1, user: 'root', command: 'sleep 1000', why: 'not-permitted' } as const;

const NOT_FOUND: Exit = { code: 127, signal: null, status: 127, failure: notFound() };

const exitOf = (end: End): Exit =>
  typeof end === 'number'
    ? { code: end, signal: null, status: end, failure: null }
    : { code: null, signal: end, status: 128 + constants.signals[end], failure: null };
