import type { LogView, LogViewLine, PodClient } from '../pod-client.ts';
import type { LogLineJson, MissedLine } from '../protocol.ts';
import { jsonLines } from './line-stream.ts';

/** Maximum number of lines taken of one process at a time. */
const BATCH = 500;
/** Maximum number of bytes taken of all processes: a line has up to 64 KiB, and in JSON up to six times as much. */
const BATCH_BYTES = 64 * 1024;

type From = { readonly since: number } | { readonly tail: number };

/** A reader's position in the output of one process. */
interface Position {
  readonly view: LogView;
  /** `seq` of the next line. */
  seq: number;
  /** Number of lines passed, as `LogView.count` counts. */
  passed: number;
}

/** A place in the output of one process. */
interface Place {
  readonly seq: number;
  readonly passed: number;
}

interface Batch {
  /** Start of the batch. */
  readonly key: string;
  readonly bytes: Buffer;
  /** End of the batch, by process. */
  readonly ends: readonly Place[];
}

/**
 * One batch is not enough: a follower goes on until there is nothing more, which is a batch too, before the next one
 * has its turn. Sixteen are what comes in one tick of a flood.
 */
const MOST_BATCHES = 16;
const MOST_BYTES = 1024 * 1024;

/** The batches read last: fifty readers that follow the same output read and encode it once. */
export class RecentBatches {
  #batches: Batch[] = [];
  #start: { readonly key: string; readonly places: readonly Place[] } | null = null;

  find(key: string): Batch | null {
    return this.#batches.find((batch) => batch.key === key) ?? null;
  }

  /** Start of readers that ask for the same at the same time, as all do after a lost connection. */
  start(key: string, find: () => readonly Place[]): readonly Place[] {
    if (this.#start?.key !== key) this.#start = { key, places: find() };
    return this.#start.places;
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
 * A reader's place in the output of several processes, in the order it came. It counts lines that were dropped before
 * they were read.
 */
export class LogCursor {
  readonly #client: Pick<PodClient, 'log'>;
  readonly #processes: () => readonly string[];
  readonly #positions = new Map<string, Position>();
  readonly #recent: RecentBatches;

  /**
   * Starts at the first line with a number greater than `since`, or at the newest `tail` lines. `processes` is called
   * before each batch; a process that is new by then is read from its start.
   */
  constructor(
    client: Pick<PodClient, 'log'>,
    processes: () => readonly string[],
    from: From,
    recent: RecentBatches,
  ) {
    const names = processes();
    const views = names.map((process) => client.log(process));
    this.#client = client;
    this.#processes = processes;
    this.#recent = recent;
    const key = JSON.stringify([names, from, views.map(({ end }) => end)]);
    const places = recent.start(key, () => placesOf(views, from));
    for (const [at, view] of views.entries())
      this.#positions.set(names[at] ?? '', { view, ...(places[at] ?? { seq: 0, passed: 0 }) });
  }

  /** Returns the next lines as JSON; empty if there are none yet. */
  next(): Buffer {
    for (const name of this.#processes()) this.#takeIn(name);
    const key = this.#place();
    const batch = this.#recent.find(key) ?? this.#recent.keep(this.#readBatch(key));
    const positions = [...this.#positions.values()];
    for (const [at, end] of batch.ends.entries()) Object.assign(positions[at] ?? {}, end);
    return batch.bytes;
  }

  #takeIn(name: string): void {
    if (!this.#positions.has(name))
      this.#positions.set(name, { view: this.#client.log(name), seq: 0, passed: 0 });
  }

  #place(): string {
    // If nothing is new, it does not matter how far beyond the end a reader is.
    const places = [...this.#positions].map(
      ([name, { seq, passed, view }]) => `${name} ${Math.min(seq, view.end)} ${passed} ${view.end}`,
    );
    return places.join();
  }

  #readBatch(key: string): Batch {
    const bytes = jsonLines(this.#read());
    return { key, bytes, ends: [...this.#positions.values()].map(({ seq, passed }) => ({ seq, passed })) };
  }

  #read(): Array<LogLineJson | MissedLine> {
    const positions = [...this.#positions.values()];
    const missed = positions.reduce((sum, position) => sum + skipDropped(position), 0);
    const batches = positions.map((position) => ({
      position,
      lines: position.view.after(position.seq, BATCH),
    }));
    // Lines of other processes that come after the end of a full batch belong to the next one.
    const full = batches.map(({ lines }) =>
      lines.length < BATCH ? Infinity : (lines.at(-1)?.seq ?? Infinity),
    );
    const until = Math.min(
      ...full,
      lastWithin(
        BATCH_BYTES,
        batches.flatMap(({ lines }) => lines),
      ),
    );
    const taken = batches.flatMap(({ position, lines }) => take(position, lines, until));
    taken.sort((one, other) => one.seq - other.seq);
    return [...(missed > 0 ? [{ type: 'missed' as const, count: missed }] : []), ...taken.map(logLineJson)];
  }
}

const placesOf = (views: readonly LogView[], from: From): readonly Place[] => {
  const seq = 'since' in from ? from.since + 1 : firstOfTail(views, from.tail);
  return views.map((view) => ({
    seq,
    passed: view.countBefore(seq),
  }));
};

/**
 * `seq` of the last line that fits into `most` bytes; the first one always fits. Infinity if there are no more lines.
 */
const lastWithin = (most: number, lines: readonly LogViewLine[]): number => {
  let bytes = 0;
  const inOrder = lines.toSorted((one, other) => one.seq - other.seq);
  const beyond = inOrder.findIndex(({ line }) => {
    bytes += line.length;
    return bytes > most;
  });
  return beyond === -1 ? Number.POSITIVE_INFINITY : (inOrder[Math.max(0, beyond - 1)]?.seq ?? 0);
};

const firstOfTail = (views: readonly LogView[], tail: number): number => {
  const newest = views
    .flatMap((view) => view.before(Infinity, tail))
    .map(({ seq }) => seq)
    .sort((one, other) => one - other);
  return newest.at(-tail) ?? newest[0] ?? Math.max(0, ...views.map(({ end }) => end));
};

/** Returns how many lines were dropped before the reader got to them. */
const skipDropped = (position: Position): number => {
  const { view } = position;
  if (position.seq >= view.first) return 0;
  const passed = view.countBefore(view.first);
  // The count of a process that has left the config and come back starts again.
  const missed = Math.max(0, passed - position.passed);
  position.seq = view.first;
  position.passed = passed;
  return missed;
};

const take = (position: Position, lines: readonly LogViewLine[], until: number): readonly LogViewLine[] => {
  const taken = until === Infinity ? lines : lines.filter(({ seq }) => seq <= until);
  const last = taken.at(-1);
  if (last !== undefined) position.seq = last.seq + 1;
  position.passed += taken.length;
  return taken;
};

const logLineJson = ({ seq, time, process, stream, line, partial }: LogViewLine): LogLineJson => ({
  type: 'log',
  time: new Date(time).toISOString(),
  seq,
  process,
  stream,
  line: line.toString('utf8'),
  ...(partial ? { partial } : {}),
});
