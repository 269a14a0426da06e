import type { LogWindow } from './log-window.ts';
import type { Query } from './query.ts';
import type { SinkLine } from './record.ts';
import type { Slab } from './slab.ts';

/** The answer of `GET /lines`. */
export interface FoundLines {
  /** In the order of arrival. */
  readonly lines: readonly SinkLine[];
  /** `since` of the request for what comes after these. */
  readonly next: number;
  /** Lines from `since` on that are no longer there. */
  readonly missed: number;
}

/** An answer is not larger than this: a slow reader holds it. It has one line at least. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Finds lines in the window: the first ones from `from` on, or the newest ones. Lets others run after each slab: to read
 * 64 MiB takes most of a second.
 */
export const findLines = async (window: LogWindow, query: Query): Promise<FoundLines> => {
  const { oldest, next, slabs } = window;
  const search = new Search(query);
  if (query.from === null) {
    for (const slab of [...slabs].reverse()) {
      if (search.isDone) break;
      search.readBackwards(slab);
      await othersRun();
    }
    return { lines: search.found.reverse(), next, missed: 0 };
  }
  const from = Math.max(query.from, oldest);
  for (const slab of [...slabs]) {
    if (search.isDone) break;
    if (slab.first + slab.records <= from) continue;
    search.readOn(slab, from, next);
    await othersRun();
  }
  const missed = query.from === 0 ? 0 : Math.max(0, oldest - query.from);
  return { lines: search.found, next: search.isDone ? search.last + 1 : Math.max(next, query.from), missed };
};

const othersRun = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

class Search {
  readonly found: SinkLine[] = [];
  /** Number of the last line that was read. */
  last = 0;
  #bytes = 0;
  readonly #query: Query;
  /** Bytes that a line has if it is to be found: reading it as JSON takes ten times as long as looking for them. */
  readonly #needles: readonly Buffer[];

  constructor(query: Query) {
    this.#query = query;
    this.#needles = [query.text, query.process].flatMap((text) =>
      text === null || text === '' ? [] : [Buffer.from(JSON.stringify(text).slice(1, -1))],
    );
  }

  get isDone(): boolean {
    return this.found.length >= this.#query.limit || this.#bytes >= MOST_BYTES;
  }

  readOn(slab: Slab, from: number, to: number): void {
    const end = Math.min(slab.first + slab.records, to);
    this.last = end - 1;
    if (!this.#mayHave(slab)) return;
    for (let at = Math.max(from, slab.first); at < end && !this.isDone; at += 1) {
      this.#look(slab.record(at));
      this.last = at;
    }
  }

  readBackwards(slab: Slab): void {
    if (!this.#mayHave(slab)) return;
    for (let at = slab.first + slab.records - 1; at >= slab.first && !this.isDone; at -= 1)
      this.#look(slab.record(at));
  }

  #mayHave(slab: Slab): boolean {
    return this.#needles.every((needle) => slab.has(needle));
  }

  #look(bytes: Buffer): void {
    if (!this.#needles.every((needle) => bytes.includes(needle))) return;
    const line = JSON.parse(bytes.toString()) as SinkLine;
    if (!this.#fits(line)) return;
    this.found.push(line);
    this.#bytes += bytes.length;
  }

  #fits({ process, severity, body, time }: SinkLine): boolean {
    const { text, notBefore, ...wanted } = this.#query;
    return (
      (wanted.process === null || process === wanted.process) &&
      severity >= wanted.severity &&
      (text === null || body.includes(text)) &&
      (notBefore === null || Date.parse(time) >= notBefore)
    );
  }
}
