import type { Notice } from '../model/notice.ts';
import type { PodEvent } from '../model/pod-event.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import { EventSentences } from '../report/event-sentences.ts';
import { type EventFacts, eventFacts, noticeFacts } from '../report/json.ts';
import { now } from '../time/timers.ts';
import { Listeners } from './listeners.ts';

/** An event of the JSON stream, without the lines of output. */
export type NumberedEvent = { readonly time: string; readonly seq: number } & EventFacts;

/** About 2 MiB at most: an event has 200 bytes. */
const MOST_EVENTS = 10_000;

/** The events of a pod, numbered without gaps. The newest are kept for clients that come late. */
export class EventHistory {
  #spec: PodSpec;
  readonly #sentences: EventSentences;
  readonly #listeners = new Listeners();
  #events: NumberedEvent[] = [];
  #seq = 0;

  constructor(spec: PodSpec) {
    this.#spec = spec;
    this.#sentences = new EventSentences(spec, now);
  }

  /** Number of the newest event; 0 before the first. */
  get last(): number {
    return this.#seq;
  }

  /** Number of the oldest kept event. */
  get first(): number {
    return this.#seq - this.#events.length + 1;
  }

  event(event: PodEvent): void {
    if (event.type === 'reload') this.#spec = event.spec;
    const text = this.#sentences.of(event);
    this.#add({ ...eventFacts(event, this.#spec), ...(text === null ? {} : { text }) });
  }

  notice(notice: Notice): void {
    this.#add(noticeFacts(notice));
  }

  /** Events with a greater number, oldest first, at most `count`, without those that are no longer kept. */
  since(seq: number, count = Infinity): readonly NumberedEvent[] {
    const from = Math.max(0, seq + 1 - this.first);
    return this.#events.slice(from, from + count);
  }

  /** Calls `listener` after new events, at most once a turn of the loop. Returns a function that ends the calls. */
  onEvent(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  #add(facts: EventFacts): void {
    this.#seq += 1;
    this.#events.push({ time: new Date().toISOString(), seq: this.#seq, ...facts });
    if (this.#events.length >= 2 * MOST_EVENTS) this.#events = this.#events.slice(-MOST_EVENTS);
    this.#listeners.callSoon();
  }
}
