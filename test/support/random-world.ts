import type { HookName } from '../../src/model/exit.ts';
import type { ProbeName } from '../../src/model/vocabulary.ts';
import { CoreDriver } from './core-driver.ts';
import { Random } from './random.ts';
import { randomPod } from './random-pod.ts';

const REQUESTS = ['start', 'stop', 'restart'] as const;
const ENDS = [0, 0, 1, 1, 127, 'SIGTERM', 'SIGKILL', 'SIGSEGV'] as const;

/** Plays a pod by dice: everything that can happen to it happens at any time, stale words of the past included. */
export class RandomWorld {
  readonly driver: CoreDriver;
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.driver = new CoreDriver(randomPod(this.#random), { launches: 'by-hand' });
    this.driver.start(this.#random.chance(0.1) ? this.#random.upTo(60_000) : null);
  }

  /** Lets one thing happen; false when the pod has ended. */
  act(): boolean {
    if (this.driver.exitCode === null) this.#random.pick(this.#possible())();
    return this.driver.exitCode === null;
  }

  /** From here on all goes well: launches, hooks and probes succeed, signals are obeyed, init tasks exit 0. */
  settle(): void {
    while (this.driver.exitCode === null) {
      const good = this.#goodNews()[0];
      if (good !== undefined) good();
      else if (this.#somethingMoves()) this.#untilNextTimer();
      else return;
    }
  }

  #possible(): (() => void)[] {
    const { driver } = this;
    const random = this.#random;
    return [
      ...this.#newsOf(),
      () => this.#untilNextTimer(),
      () => this.#untilNextTimer(),
      () => driver.advance(random.upTo(3_000)),
      () => this.#repeatThePast(),
      ...(random.chance(0.2) ? [() => driver.request(random.pick(REQUESTS), this.#anyName())] : []),
      ...(random.chance(0.01) ? [() => driver.stop(random.pick([null, 0, 3_000, 30_000]))] : []),
      ...(random.chance(0.005) ? [() => driver.kill()] : []),
    ];
  }

  /** Whatever may be heard of the processes that are there. */
  #newsOf(): (() => void)[] {
    const { driver } = this;
    const random = this.#random;
    return [...driver.live].flatMap(([name, { pid, hooks, attempts }]) => [
      ...(pid === null ? [() => driver.launched(name)] : []),
      ...(random.chance(0.1) ? [() => driver.exits(name, random.pick(ENDS))] : []),
      ...[...hooks].map((hook) => () => driver.hookEnds(name, hook, random.chance(0.7))),
      ...[...attempts.keys()].map((probe) => () => driver.probe(name, probe, random.chance(0.6))),
      ...this.#signs(name).map((probe) => () => driver.says(name, probe)),
    ]);
  }

  #signs(name: string): ProbeName[] {
    const spec = this.driver.pod.processes.get(name)?.spec;
    return (['startup', 'readiness'] as const).filter((probe) => spec?.[probe]?.target.kind === 'log');
  }

  #goodNews(): (() => void)[] {
    return [...this.driver.live.keys()].flatMap((name) => this.#goodNewsOf(name));
  }

  #goodNewsOf(name: string): (() => void)[] {
    const { driver } = this;
    const live = driver.live.get(name);
    const record = driver.pod.processes.get(name);
    if (live === undefined || record === undefined || !('instance' in record.state)) return [];
    if (live.pid === null) return [() => driver.launched(name)];
    if (live.told !== null) return [() => driver.exits(name, live.told === 'kill' ? 'SIGKILL' : 'SIGTERM')];
    if (live.hooks.has('stop')) return [() => driver.exits(name, 0)];
    if (record.spec.role === 'init' && record.state.is === 'ready') return [() => driver.exits(name, 0)];
    const hooks: HookName[] = [...live.hooks];
    return [
      ...hooks.map((hook) => () => driver.hookEnds(name, hook)),
      ...[...live.attempts.keys()].map((probe) => () => driver.probe(name, probe, true)),
    ];
  }

  #somethingMoves(): boolean {
    const moving = new Set(['starting', 'running', 'backoff', 'stopping']);
    return Object.values(this.driver.states()).some((state) => moving.has(state));
  }

  #untilNextTimer(): void {
    const { driver } = this;
    const next = driver.nextTimer();
    driver.advance(next === null ? 1_000 : Math.max(0, next.at - driver.now));
  }

  /** What came once comes again, late. */
  #repeatThePast(): void {
    const { event } = this.#random.pick(this.driver.decisions);
    if (event.type === 'timer' || 'generation' in event) this.driver.send(event);
  }

  #anyName(): string {
    return this.#random.pick([...this.driver.pod.processes.keys()]);
  }
}
