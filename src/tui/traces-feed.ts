import type { PodClient } from '../control/pod-client.ts';
import { askTrace, askTraceLogs, askTraces } from '../observe/ask-telemetry.ts';
import { absenceSentence, failureSentence } from '../observe/failure-text.ts';
import { type FoundSidecar, findSidecar } from '../observe/find-sidecar.ts';
import type { JsonFailure } from '../observe/get-json.ts';
import { mergeLogs } from '../observe/trace-logs.ts';
import { after } from '../time/timers.ts';
import { LinesWith } from './log/lines-with.ts';
import type { TracesView } from './state/traces-view.ts';

/** Traces that the list has at most. */
const MOST_TRACES = 1_000;
const MOST_RECORDS = 500;
const ASKS_EVERY = 1_000;

/** What a page shows of traces. */
export interface WantedTraces {
  readonly errorsOnly: boolean;
  /** Id of a trace, for the page of one; null for the list. */
  readonly open: string | null;
  /** Name of the sidecar that is asked; undefined: there is none. */
  readonly from: string | undefined;
}

/** Asks the telemetry sidecar once a second for what a page shows, until it is closed. */
export class TracesFeed {
  readonly #client: PodClient;
  readonly #wanted: WantedTraces;
  readonly #onAnswer: (change: Partial<TracesView>) => void;
  readonly #closed = new AbortController();
  #cancel: (() => void) | null = null;
  #lines: LinesWith | null = null;

  constructor(client: PodClient, wanted: WantedTraces, onAnswer: (change: Partial<TracesView>) => void) {
    this.#client = client;
    this.#wanted = wanted;
    this.#onAnswer = onAnswer;
  }

  close(): void {
    this.#closed.abort();
    this.#cancel?.();
  }

  /** What was there stays while something cannot be asked for. */
  async follow(): Promise<void> {
    const found = findSidecar(this.#client.snapshot, { use: 'telemetry', name: this.#wanted.from });
    const change = found.ok ? await this.#ask(found) : { problem: absenceSentence(found.absence) };
    if (this.#closed.signal.aborted) return;
    this.#onAnswer(change);
    this.#cancel = after(ASKS_EVERY, () => void this.follow(), { ref: false });
  }

  #ask(at: FoundSidecar): Promise<Partial<TracesView>> {
    const { open, errorsOnly } = this.#wanted;
    return open === null ? this.#askList(at, errorsOnly) : this.#askTrace(at, open);
  }

  async #askList(at: FoundSidecar, error: boolean): Promise<Partial<TracesView>> {
    const answer = await askTraces(at, { limit: MOST_TRACES, error }, this.#closed.signal);
    return answer.ok ? { problem: null, list: answer.value.traces } : failed(at, answer.failure);
  }

  async #askTrace(at: FoundSidecar, id: string): Promise<Partial<TracesView>> {
    const { signal } = this.#closed;
    const trace = await askTrace(at, id, signal);
    if (!trace.ok) return failed(at, trace.failure);
    const records = await askTraceLogs(at, id, MOST_RECORDS, signal);
    if (!records.ok) return failed(at, records.failure);
    this.#lines ??= new LinesWith(this.#client.log(null), id);
    return {
      problem: null,
      open: { trace: trace.value, logs: mergeLogs(records.value.logs, this.#lines.find()) },
    };
  }
}

const failed = ({ process }: FoundSidecar, failure: JsonFailure): Partial<TracesView> => ({
  problem: failureSentence(process, failure),
});
