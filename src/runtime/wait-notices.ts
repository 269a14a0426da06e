import { explain } from '../core/explain.ts';
import type { PodState } from '../core/pod-state.ts';
import type { Notice } from '../model/notice.ts';
import type { PodEvent } from '../model/pod-event.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { now, Timers } from '../time/timers.ts';

/** An ordinary start takes less. */
const WAITED_LONG: Milliseconds = 10_000;
/** By then most servers listen: one that is not ready may listen elsewhere. */
const WAITED_SOME: Milliseconds = 3_000;

const WAITING = new Set(['pending', 'starting', 'running', 'stopping']);

/** Reports what a process has been waiting for, once for each long wait. */
export class WaitNotices {
  readonly #timers = new Timers<string>();
  readonly #slow = new Timers<string>();
  readonly #onSlow: (process: string) => void;
  readonly #pod: () => PodState;
  readonly #report: (notice: Notice) => void;

  /** `onSlow`: called with a process that is up and has not become ready for some seconds. */
  constructor(pod: () => PodState, report: (notice: Notice) => void, onSlow: (process: string) => void) {
    this.#onSlow = onSlow;
    this.#pod = pod;
    this.#report = report;
  }

  /** Called after the first launches: a process that has had no event yet waits too. */
  begin(): void {
    for (const { spec, state } of this.#pod().processes.values())
      if (state.is === 'pending') this.#follow(spec.name, state.is);
  }

  event(event: PodEvent): void {
    if (event.type === 'process') this.#follow(event.name, event.state);
    if (event.type !== 'reload') return;
    for (const { process, action } of event.plan) if (action === 'start') this.#follow(process, 'pending');
  }

  end(): void {
    this.#timers.disarmAll();
    this.#slow.disarmAll();
  }

  #follow(name: string, state: string): void {
    if (WAITING.has(state)) this.#timers.arm(name, now() + WAITED_LONG, () => this.#warn(name));
    else this.#timers.disarm(name);
    if (state === 'running') this.#slow.arm(name, now() + WAITED_SOME, () => this.#onSlow(name));
    else this.#slow.disarm(name);
  }

  #warn(name: string): void {
    this.#report({ kind: 'still-waiting', explanation: explain(this.#pod(), name), waited: WAITED_LONG });
  }
}
