import type { Timestamp, ToldEvent } from '../../control/pod-client.ts';
import type { NoticeJson, ProcessStateJson } from '../../control/pod-event-json.ts';
import { commandTitle } from '../../model/own-command.ts';
import { countdown, seconds } from '../text/format.ts';

/** What an event means to the user: it decides the color of its line. */
export type Tone = 'good' | 'bad' | 'calm';

export interface Told {
  readonly text: string;
  readonly tone: Tone;
}

/** Words the events of processes for their logs, in which the name is known. It remembers how each launch began. */
export class LifecycleText {
  readonly #launches = new Map<string, Timestamp>();
  /** Why each process was stopped last, until its next launch. */
  readonly #stops = new Map<string, string>();
  /** Launched without a pid: containers that only their engine can see, and what could not be launched. */
  readonly #withoutPid = new Set<string>();
  /** Processes that are up and not ready any more. */
  readonly #unready = new Set<string>();

  /** Returns null for an event that a log does not show. */
  of(event: ToldEvent): Told | null {
    switch (event.type) {
      case 'process':
        return this.#processText(event);
      case 'signalled':
        return calm(`sent ${event.signal}: ${event.files[0] ?? 'files'}${moreText(event.count)} changed`);
      case 'probe':
        // Only failures that plain output shows too: those after the first success.
        return event.text === undefined ? null : bad(`${event.probe} probe failed: ${event.message}`);
      case 'notice':
        return commandText(event);
      default:
        return null;
    }
  }

  #processText(event: ProcessStateJson): Told | null {
    const { name, state, previous, reason } = event;
    const because = reason === undefined ? '' : `: ${reason}`;
    const isUp = state === 'running' || state === 'ready';
    if (isUp && this.#withoutPid.delete(name)) return this.#launchText(event);
    switch (state) {
      case 'starting':
        this.#withoutPid.delete(name);
        if (event.pid !== undefined) return this.#launchText(event);
        this.#withoutPid.add(name);
        return null;
      case 'running':
        if (previous !== 'ready') return null;
        this.#unready.add(name);
        return bad(`not ready${because}`);
      case 'ready':
        // Without a readiness probe a process is ready as soon as it has started, which is told already.
        if (previous !== 'running') return null;
        return good(this.#unready.delete(name) ? 'ready again' : `ready${this.#after(event)}`);
      case 'backoff':
        return bad(`${reason ?? 'ended'}${this.#after(event)}; ${restartText(event)}`);
      case 'stopping':
        this.#stops.set(name, reason ?? '');
        return calm(`stopping${because}`);
      case 'completed':
        return good(`completed${this.#after(event)}`);
      case 'failed':
        return bad(`failed${because}${event.exitCode === undefined ? '' : this.#after(event)}`);
      case 'stopped':
        return previous === 'stopping' ? calm(event.signal === 'SIGKILL' ? 'killed' : 'stopped') : null;
      case 'pending':
        return previous === 'stopping' || previous === 'backoff' ? calm(reason ?? 'waiting') : null;
      default:
        return state satisfies never;
    }
  }

  #launchText({ name, pid, restarts, time }: ProcessStateJson): Told {
    this.#unready.delete(name);
    const why = this.#stops.get(name) ?? '';
    const isFirst = restarts === 0 && !this.#launches.has(name);
    this.#launches.set(name, Date.parse(time));
    this.#stops.delete(name);
    const shown = pid === undefined ? '' : ` (pid ${pid})`;
    return calm(`${isFirst ? 'started' : 'restarted'}${why === '' ? '' : `: ${why}`}${shown}`);
  }

  #after({ name, time }: ProcessStateJson): string {
    const launched = this.#launches.get(name);
    return launched === undefined ? '' : ` after ${seconds(Date.parse(time) - launched)}`;
  }
}

/** Words of the start and the end of a command beside a process, without its name. */
const commandText = (event: NoticeJson): Told | null => {
  const { kind, name = '', command = '', exitCode, signal, message } = event;
  const text = message.slice(commandTitle(name, command).length + 1);
  if (kind === 'command-started') return calm(text);
  if (kind !== 'command-ended') return null;
  const isStop = signal === 'SIGTERM' || signal === 'SIGKILL';
  if (isStop) return calm(text);
  return exitCode === 0 ? good(text) : bad(text);
};

const good = (text: string): Told => ({ text, tone: 'good' });
const bad = (text: string): Told => ({ text, tone: 'bad' });
const calm = (text: string): Told => ({ text, tone: 'calm' });

const moreText = (count: number): string => (count > 1 ? ` and ${count - 1} more` : '');

const restartText = ({ restarts, retryInMs = 0 }: ProcessStateJson): string =>
  `restart ${restarts + 1} ${countdown(retryInMs)}`;
