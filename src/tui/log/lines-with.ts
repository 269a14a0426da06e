import type { LogView } from '../../control/pod-client.ts';
import type { TraceLog } from '../../observe/trace-logs.ts';

/** Lines that are searched at first: the newest of all processes. On a busy machine 2,000 take 45 ms, and 20,000 took 200. */
const MOST_LINES = 2_000;

/** Finds the lines of output with a text in them, each line once. */
export class LinesWith {
  readonly #view: LogView;
  readonly #text: string;
  readonly #found: TraceLog[] = [];
  #end: number | null = null;

  constructor(view: LogView, text: string) {
    this.#view = view;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  /** All that were found, with those that have come meanwhile. */
  find(): readonly TraceLog[] {
    const lines =
      this.#end === null
        ? this.#view.before(Number.POSITIVE_INFINITY, MOST_LINES)
        : this.#view.after(this.#end, MOST_LINES);
    this.#end = Math.max(this.#end ?? 0, (lines.at(-1)?.seq ?? -1) + 1);
    for (const { time, process, line } of lines)
      if (line.includes(this.#text))
        this.#found.push({ time, source: process, severity: '', text: line.toString() });
    return this.#found;
  }
}
