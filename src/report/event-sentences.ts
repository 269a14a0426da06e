import type { PodEvent, PodPhaseEvent, ProbeEvent, ProcessEvent, ReloadEvent } from '../model/pod-event.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import type { Reason } from '../model/reason.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { findingText } from './findings.ts';
import { duration, quoted } from './phrases.ts';
import { endText, filesText, podStopText, reasonText, refusedText, reloadEntryText } from './wording.ts';

/** The sentences for the events of a pod: the same ones, whichever command shows them. */
export class EventSentences {
  #spec: PodSpec;
  readonly #clock: () => number;
  readonly #launchedAt = new Map<string, number>();
  /** Processes whose restart has been told of, until they are up: a restart is one line. */
  readonly #restarting = new Set<string>();
  /** Processes that are up and not ready any more. */
  readonly #unready = new Set<string>();

  /** @param clock milliseconds of a clock that never goes back */
  constructor(spec: PodSpec, clock: () => number) {
    this.#spec = spec;
    this.#clock = clock;
  }

  /** Returns the sentence for an event, or null for one that is of interest to programs alone. */
  of(event: PodEvent): string | null {
    switch (event.type) {
      case 'pod':
        return this.#podText(event);
      case 'app':
        return `app ${event.app} has ended: ${podStopText(event.reason)}`;
      case 'process':
        return this.#processText(event);
      case 'probe':
        return this.#probeText(event);
      case 'refused':
        return refusedText(event);
      case 'signalled':
        return `sent ${event.signal} to ${event.name}: ${filesText(event)}`;
      case 'reload':
        return this.#reloadText(event);
      default:
        return event satisfies never;
    }
  }

  #reloadText({ spec, plan }: ReloadEvent): string {
    this.#spec = spec;
    const moved = plan.filter(({ action }) => action !== 'keep');
    const what = moved.length === 0 ? 'no changes' : moved.map(reloadEntryText).join('; ');
    return `config reloaded: ${what}`;
  }

  #podText({ state, name, reason, exitCode }: PodPhaseEvent): string {
    switch (state) {
      case 'starting':
        return `starting pod ${name}: ${[...this.#spec.processes.keys()].join(', ')}`;
      case 'running':
        return `pod ${name} is running`;
      case 'stopping':
        return `stopping pod ${name}${reason === null ? '' : `: ${podStopText(reason)}`}`;
      case 'stopped':
        return `pod ${name} has stopped, exit code ${exitCode ?? 0}`;
      default:
        return state satisfies never;
    }
  }

  /** Text for a person; the steps in between are in the JSON stream only. */
  #processText(event: ProcessEvent): string | null {
    const { name, state, previous } = event;
    const why = event.reason === null ? '' : `: ${reasonText(event.reason)}`;
    switch (state) {
      case 'starting':
        this.#launchedAt.set(name, this.#clock());
        this.#unready.delete(name);
        return null;
      case 'running':
        if (previous !== 'ready') return null;
        this.#unready.add(name);
        return `${name} is not ready${why}`;
      case 'ready':
        return event.role === 'init' ? null : this.#readyText(event);
      case 'backoff':
        this.#restarting.add(name);
        return `${name} ${endText(event.reason)}; ${nextText(event)}`;
      case 'stopping':
        if (stopsWithOthers(event) || event.reason?.kind === 'probe-failed') return null;
        if (!isRestart(event.reason)) return `${name} is being stopped${why}`;
        this.#restarting.add(name);
        return `${name} is restarting${why}`;
      case 'completed':
        return `${name} has completed${event.reason?.kind === 'not-ended' ? why : ''}`;
      case 'failed':
        return `${name} has failed${why}`;
      case 'stopped':
        return previous === 'stopping' ? `${name} ${goneText(event)}` : null;
      case 'pending':
        return previous === 'stopping' || previous === 'backoff' ? `${name} ${why.slice(2)}` : null;
      default:
        return state satisfies never;
    }
  }

  /** Without a readiness probe, a process is only known to have been started. */
  #readyText({ name, pid }: ProcessEvent): string | null {
    if (this.#unready.delete(name)) return `${name} is ready again`;
    const spec = this.#spec.processes.get(name);
    const ports = (spec?.ports ?? []).map((port) => `${port.name} ${port.host}:${port.port}`);
    const facts = inParentheses([...(pid === null ? [] : [`pid ${pid}`]), ...ports]);
    const isToldOf = this.#restarting.delete(name);
    if (spec?.readiness == null) return isToldOf ? null : `${name} has started${facts}`;
    const after = this.#clock() - (this.#launchedAt.get(name) ?? 0);
    return isToldOf && after < SLOW ? null : `${name} is ready after ${duration(after)}${facts}`;
  }

  /** Failures before the first success are the normal course of a start; readiness is reported with the state. */
  #probeText({ name, probe, ok, finding, everOk }: ProbeEvent): string | null {
    return probe === 'liveness' && !ok && everOk
      ? `${name}: liveness probe failed: ${quoted(findingText(finding))}`
      : null;
  }
}

/** A container that only its engine can see has no pid here. */
const inParentheses = (facts: readonly string[]): string =>
  facts.length === 0 ? '' : ` (${facts.join(', ')})`;

/** A restart that takes longer is worth a second line: readers have begun to wonder. */
const SLOW: Milliseconds = 3_000;

/** The name of the process whose end an event tells of, with more to say once its likely cause is known; else null. */
export const endedIn = (event: PodEvent): string | null =>
  event.type === 'process' && (event.state === 'backoff' || event.state === 'failed') ? event.name : null;

const nextText = ({ restarts, retryIn }: ProcessEvent): string =>
  retryIn === 0 ? 'restarting now' : `restart ${restarts + 1} in ${duration(retryIn ?? 0)}`;

/** True if the process is launched again once it is gone. */
const isRestart = (reason: Reason | null): boolean => {
  switch (reason?.kind) {
    case 'restart-requested':
    case 'dependency-restarts':
    case 'files-changed':
      return true;
    case 'config-changed':
      return reason.because.every(({ kind }) => kind !== 'disabled');
    default:
      return false;
  }
};

const stopsWithOthers = ({ reason }: ProcessEvent): boolean =>
  reason?.kind === 'pod-stops' || reason?.kind === 'app-ended';

const goneText = ({ exit }: ProcessEvent): string =>
  exit?.signal === 'SIGKILL' ? 'had to be killed' : 'has stopped';
