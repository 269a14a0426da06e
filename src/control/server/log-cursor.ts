import type { LogView, LogViewLine, PodClient } from '../pod-client.ts';
import type { LogLineJson, MissedLine } from '../protocol.ts';
import { jsonLines } from './line-stream.ts';

/** Lines that are taken of one process in one go. */
const BATCH = 500;

/** How far a reader is in the output of one process. */
interface Position {
  readonly view: LogView;
  /** The next line's number. */
  seq: number;
  /** How many lines of the process have been passed, as `LogView.count` counts. */
  passed: number;
}

interface Batch {
  /** Where it begins. */
  readonly key: string;
  readonly bytes: Buffer;
  /** Where it ends, by process. */
  readonly ends: ReadonlyArray<{ readonly seq: number; readonly passed: number }>;
}

/**
 * One alone is not enough: a follower goes on until there is nothing more, which is a batch too, before the next one has
 * its turn. These are what comes in a tick of a flood.
 */
const MOST_BATCHES = 16;
const MOST_BYTES = 1024 * 1024;

/** What was read last: fifty that follow the same are read and encoded for once. */
export class RecentBatches {
  #batches: Batch[] = [];

  find(key: string): Batch | null {
    return this.#batches.find((batch) => batch.key === key) ?? null;
  }

  keep(batch: Batch): Batch {
    let bytes = batch.bytes.length;
    const others = this.#batches.slice(0, MOST_BATCHES - 1).filter((kept) => {
      bytes += kept.bytes.length;
      return bytes <= MOST_BYTES;
    });
    this.#batches = [batch, ...others];
    return batch;
  }
}

/**
 * A reader's place in the output of several processes, in the order it came. What has been dropped from memory before
 * the reader got to it is counted.
 */
export class LogCursor {
  readonly #processes: readonly string[];
  readonly #positions: readonly Position[];
  readonly #recent: RecentBatches;

  /** From the first line with a greater number than `since` on, or from the newest `tail` lines on. */
  constructor(
    client: Pick<PodClient, 'log'>,
    processes: readonly string[],
    from: { readonly since: number } | { readonly tail: number },
    recent: RecentBatches,
  ) {
    const views = processes.map((process) => client.log(process));
    const seq = 'since' in from ? from.since + 1 : firstOfTail(views, from.tail);
    this.#processes = processes;
    this.#recent = recent;
    this.#positions = views.map((view) => ({
      view,
      seq,
      passed: view.count - view.after(seq, Number.POSITIVE_INFINITY).length,
    }));
  }

  /** The next lines as JSON; empty: there are none yet. */
  next(): Buffer {
    const key = this.#place();
    const batch = this.#recent.find(key) ?? this.#recent.keep(this.#readBatch(key));
    for (const [at, end] of batch.ends.entries()) Object.assign(this.#positions[at] ?? {}, end);
    return batch.bytes;
  }

  #place(): string {
    // Where nothing is new it does not matter how far beyond the end a reader is.
    const places = this.#positions.map(
      ({ seq, passed, view }) => `${Math.min(seq, view.end)} ${passed} ${view.end}`,
    );
    return `${this.#processes} ${places}`;
  }

  #readBatch(key: string): Batch {
    const bytes = jsonLines(this.#read());
    return { key, bytes, ends: this.#positions.map(({ seq, passed }) => ({ seq, passed })) };
  }

  #read(): Array<LogLineJson | MissedLine> {
    const missed = this.#positions.reduce((sum, position) => sum + skipDropped(position), 0);
    const batches = this.#positions.map((position) => ({
      position,
      lines: position.view.after(position.seq, BATCH),
    }));
    // Beyond the end of a batch that is full others may have lines that come later.
    const until = Math.min(
      ...batches.map(({ lines }) => (lines.length < BATCH ? Infinity : (lines.at(-1)?.seq ?? Infinity))),
    );
    const taken = batches.flatMap(({ position, lines }) => take(position, lines, until));
    taken.sort((one, other) => one.seq - other.seq);
    return [...(missed > 0 ? [{ type: 'missed' as const, count: missed }] : []), ...taken.map(logLineJson)];
  }
}

const firstOfTail = (views: readonly LogView[], tail: number): number => {
  const newest = views
    .flatMap((view) => view.before(Infinity, tail))
    .map(({ seq }) => seq)
    .sort((one, other) => one - other);
  return newest.at(-tail) ?? newest[0] ?? Math.max(0, ...views.map(({ end }) => end));
};

/** How many lines are gone that the reader has not had. */
const skipDropped = (position: Position): number => {
  const { view } = position;
  if (position.seq >= view.first) return 0;
  const kept = view.after(view.first, Infinity).length;
  const missed = view.count - kept - position.passed;
  position.seq = view.first;
  position.passed += missed;
  return missed;
};

const take = (position: Position, lines: readonly LogViewLine[], until: number): readonly LogViewLine[] => {
  const taken = until === Infinity ? lines : lines.filter(({ seq }) => seq <= until);
  const last = taken.at(-1);
  if (last !== undefined) position.seq = last.seq + 1;
  position.passed += taken.length;
  return taken;
};

export const logLineJson = ({ seq, time, process, stream, line, partial }: LogViewLine): LogLineJson => ({
  type: 'log',
  time: new Date(time).toISOString(),
  seq,
  process,
  stream,
  line: line.toString('utf8'),
  ...(partial ? { partial } : {}),
});
