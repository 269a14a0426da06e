import type { PodClient } from '../control/pod-client.ts';
import type { MetricRange } from '../observe/ask-prometheus.ts';
import { absenceSentence, failureSentence } from '../observe/failure-text.ts';
import { findSidecar } from '../observe/find-sidecar.ts';
import { askProcessMetrics } from '../observe/process-metrics.ts';
import { after } from '../time/timers.ts';
import type { MetricsView } from './state/metrics-view.ts';

const ASKS_EVERY = 2_000;

/** A page shows as much, in as many points as it has columns on most screens. */
export const SHOWN_TIME = 15 * 60_000;
const STEP = 10_000;

/** What the page shows, and whom it asks; undefined: there is none. */
export interface WantedMetrics {
  readonly process: string;
  readonly from: string | undefined;
}

/** Asks the prometheus sidecar every two seconds for the metrics of a process, until it is closed. */
export class MetricsFeed {
  readonly #client: PodClient;
  readonly #wanted: WantedMetrics;
  readonly #onAnswer: (change: Partial<MetricsView>) => void;
  readonly #closed = new AbortController();
  #cancel: (() => void) | null = null;

  constructor(client: PodClient, wanted: WantedMetrics, onAnswer: (change: Partial<MetricsView>) => void) {
    this.#client = client;
    this.#wanted = wanted;
    this.#onAnswer = onAnswer;
  }

  close(): void {
    this.#closed.abort();
    this.#cancel?.();
  }

  /** What was there stays while it cannot be asked for. */
  async follow(): Promise<void> {
    const change = await this.#ask();
    if (this.#closed.signal.aborted) return;
    this.#onAnswer(change);
    this.#cancel = after(ASKS_EVERY, () => void this.follow(), { ref: false });
  }

  async #ask(): Promise<Partial<MetricsView>> {
    const found = findSidecar(this.#client.snapshot, {
      use: 'prometheus',
      port: 'http',
      name: this.#wanted.from,
    });
    if (!found.ok) return { problem: absenceSentence(found.absence) };
    const answer = await askProcessMetrics(found, this.#wanted.process, shownRange(), this.#closed.signal);
    return answer.ok
      ? { problem: null, histories: answer.value }
      : { problem: failureSentence(found.process, answer.failure) };
  }
}

const shownRange = (): MetricRange => {
  const end = Date.now();
  return { start: end - SHOWN_TIME, end, step: STEP };
};
