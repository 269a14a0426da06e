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

/** What was read last from one place: fifty that follow the same are read and written for once. */
export interface LastBatch {
  key: string;
  bytes: Buffer;
  /** Where it ended, by process. */
  ends: ReadonlyArray<{ readonly seq: number; readonly passed: number }>;
}

/**
 * A reader's place in the output of several processes, in the order it came. What has been dropped from memory before
 * the reader got to it is counted.
 */
export class LogCursor {
  readonly #processes: readonly string[];
  readonly #positions: readonly Position[];
  readonly #last: LastBatch;

  /** From the first line with a greater number than `since` on, or from the newest `tail` lines on. */
  constructor(
    client: Pick<PodClient, 'log'>,
    processes: readonly string[],
    from: { readonly since: number } | { readonly tail: number },
    last: LastBatch,
  ) {
    const views = processes.map((process) => client.log(process));
    const seq = 'since' in from ? from.since + 1 : firstOfTail(views, from.tail);
    this.#processes = processes;
    this.#last = last;
    this.#positions = views.map((view) => ({
      view,
      seq,
      passed: view.count - view.after(seq, Number.POSITIVE_INFINITY).length,
    }));
  }

  /** The next lines as JSON; empty: there are none yet. */
  next(): Buffer {
    // Where nothing is new it does not matter how far beyond the end a reader is.
    const places = this.#positions.map(
      ({ seq, passed, view }) => `${Math.min(seq, view.end)} ${passed} ${view.end}`,
    );
    const key = `${this.#processes} ${places}`;
    if (key !== this.#last.key) {
      const bytes = jsonLines(this.#read());
      Object.assign(this.#last, {
        key,
        bytes,
        ends: this.#positions.map(({ seq, passed }) => ({ seq, passed })),
      });
    }
    for (const [at, end] of this.#last.ends.entries()) Object.assign(this.#positions[at] ?? {}, end);
    return this.#last.bytes;
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
