import type { PodEvent } from '../model/pod-event.ts';
import type { Reason } from '../model/reason.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { isLiveName } from '../model/vocabulary.ts';
import type { Command } from './command.ts';
import { type PodState, recordOf } from './pod-state.ts';
import {
  isLive,
  type ProcessRecord,
  type ProcessState,
  pidOf,
  restartsOf,
  type Timer,
  type TimerPurpose,
} from './process-state.ts';
import { Records } from './records.ts';
import { startGraphOf } from './start-graph.ts';

/**
 * A decision in the making: the pod's next state, and the commands so far. It lives for one call of `decide`; the state
 * that it started from does not change.
 */
export class Step {
  readonly now: Milliseconds;
  readonly commands: Command[] = [];
  #pod: PodState;
  /** The records of the next state, once one of them has changed. */
  #processes: Records | null = null;
  #isSettled = true;

  constructor(pod: PodState, now: Milliseconds) {
    this.#pod = pod;
    this.now = now;
  }

  get pod(): PodState {
    return this.#pod;
  }

  /** True while nothing has changed but what `note` has changed. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  record(name: string): ProcessRecord {
    return recordOf(this.#pod, name);
  }

  find(name: string): ProcessRecord | undefined {
    return this.#pod.processes.get(name);
  }

  /** A copy of the list: changes made while iterating do not show in it. */
  records(): ProcessRecord[] {
    return this.#pod.processes.list();
  }

  patchPod(patch: Partial<PodState>): void {
    this.#isSettled = false;
    this.#pod = { ...this.#pod, ...patch };
  }

  patch(name: string, patch: Partial<ProcessRecord>): ProcessRecord {
    this.#isSettled = false;
    return this.#put(name, patch);
  }

  /** Changes a process without any effect on the others or on the pod. */
  note(name: string, patch: Partial<ProcessRecord>): void {
    this.#put(name, patch);
  }

  #put(name: string, patch: Partial<ProcessRecord>): ProcessRecord {
    const record = { ...this.record(name), ...patch };
    if (this.#processes === null) {
      this.#processes = this.#pod.processes.copy();
      this.#pod = { ...this.#pod, processes: this.#processes };
    }
    this.#processes.put(record);
    return record;
  }

  /** Replaces all processes and orders them again. */
  replace(records: Iterable<ProcessRecord>): void {
    const processes = Records.of(records);
    const specs = processes.list().map(({ spec }) => spec);
    this.#isSettled = false;
    this.#processes = processes;
    this.#pod = { ...this.#pod, processes, graph: startGraphOf(specs, this.#pod.primaries) };
  }

  /** Moves a process to another state and reports it. */
  transition(name: string, state: ProcessState, reason: Reason | null = null): void {
    this.transitionSilently(name, state, reason);
    this.reportProcess(name);
  }

  /** Moves a process to a state that it may leave in this same step. The caller reports it if it stays. */
  transitionSilently(name: string, state: ProcessState, reason: Reason | null = null): void {
    this.patch(name, { state, reason, since: this.now });
  }

  /** Reports a launch once the process has a pid, or ends before that. */
  reportLaunch(name: string): void {
    const { state } = this.record(name);
    if (state.is === 'starting' && state.instance.workload === null) this.reportProcess(name);
  }

  reportProcess(name: string, reason: Reason | null = this.record(name).reason): void {
    const record = this.record(name);
    const { state, spec } = record;
    this.patch(name, { reported: state.is });
    this.report({
      type: 'process',
      name,
      role: spec.role,
      app: spec.app,
      state: state.is,
      previous: record.reported,
      pid: pidOf(state),
      restarts: restartsOf(record),
      reason,
      exit: exitSinceReported(record),
      retryIn: state.is === 'backoff' ? Math.max(0, state.retry.at - this.now) : null,
    });
  }

  report(event: PodEvent): void {
    this.commands.push({ type: 'report', event });
  }

  arm(process: string | null, purpose: TimerPurpose, at: Milliseconds): Timer {
    const id = this.#pod.nextTimer;
    this.#pod = { ...this.#pod, nextTimer: id + 1 };
    this.commands.push({ type: 'arm', process, purpose, id, at });
    return { id, at };
  }

  disarm(timer: Timer | null | undefined): void {
    if (timer !== null && timer !== undefined) this.commands.push({ type: 'disarm', id: timer.id });
  }
}

/** The end of the run between the state reported last and this one. */
const exitSinceReported = ({ state, reported, lastExit }: ProcessRecord) => {
  if (lastExit === null || isLive(state) || !isLiveName(reported)) return null;
  const { code, signal } = lastExit.exit;
  return { code, signal };
};
