import { merge } from '../../logs/merge.ts';
import type { LogView, LogViewLine } from '../pod-client.ts';
import type { LogLineJson, MissedLine } from '../protocol.ts';

/** The supervisor keeps this many lines of each process. */
export const MOST_LINES = 10_000;

interface Kept {
  lines: LogViewLine[];
  count: number;
}

/** The newest output of a pod in another process, as far as it has been sent. */
export class RemoteLogs {
  readonly #kept = new Map<string, Kept>();

  take(line: LogLineJson | MissedLine): void {
    if (line.type === 'missed') return;
    const { seq, time, process, stream, line: text, partial = false } = line;
    const kept = this.#kept.get(process) ?? { lines: [], count: 0 };
    this.#kept.set(process, kept);
    if (isBeginningOf(kept.lines.at(-1), line)) {
      kept.lines.pop();
      kept.count -= 1;
    }
    kept.lines.push({ seq, process, time: Date.parse(time), stream, line: Buffer.from(text), partial });
    kept.count += 1;
    if (kept.lines.length >= 2 * MOST_LINES) kept.lines = kept.lines.slice(-MOST_LINES);
  }

  view(process: string | null): LogView {
    return new RemoteView(() => {
      if (process === null) return [...this.#kept.values()];
      const kept = this.#kept.get(process);
      return kept === undefined ? [] : [kept];
    });
  }
}

/** True if the line before is the unfinished beginning of this one, which takes its place. */
const isBeginningOf = (before: LogViewLine | undefined, { stream, line }: LogLineJson): boolean =>
  before?.partial === true && before.stream === stream && line.startsWith(before.line.toString());

class RemoteView implements LogView {
  readonly #sources: () => readonly Kept[];

  constructor(sources: () => readonly Kept[]) {
    this.#sources = sources;
  }

  get first(): number {
    const firsts = this.#sources().flatMap(({ lines }) => lines[0]?.seq ?? []);
    return firsts.length === 0 ? this.end : Math.min(...firsts);
  }

  get end(): number {
    return Math.max(0, ...this.#sources().flatMap(({ lines }) => (lines.at(-1)?.seq ?? -1) + 1));
  }

  get count(): number {
    return this.countBefore(Infinity);
  }

  countBefore(before: number): number {
    return this.#sources().reduce(
      (sum, { lines, count }) => sum + count - lines.length + firstAtLeast(lines, before),
      0,
    );
  }

  after(from: number, count: number): readonly LogViewLine[] {
    const lines = this.#sources().map((source) => linesFrom(source.lines, from));
    return firstOf(merge(lines, 1), count);
  }

  before(before: number, count: number): readonly LogViewLine[] {
    const lines = this.#sources().map((source) => linesBefore(source.lines, before));
    return firstOf(merge(lines, -1), count).reverse();
  }
}

const firstOf = (lines: Iterable<LogViewLine>, count: number): LogViewLine[] => {
  const found: LogViewLine[] = [];
  for (const line of lines) {
    if (found.length >= count) break;
    found.push(line);
  }
  return found;
};

/** Lines with `seq >= from`, oldest first. */
function* linesFrom(lines: readonly LogViewLine[], from: number): Generator<LogViewLine, void> {
  for (let at = firstAtLeast(lines, from); at < lines.length; at += 1) yield lines[at] as LogViewLine;
}

/** Lines with `seq < before`, newest first. */
function* linesBefore(lines: readonly LogViewLine[], before: number): Generator<LogViewLine, void> {
  for (let at = firstAtLeast(lines, before) - 1; at >= 0; at -= 1) yield lines[at] as LogViewLine;
}

const firstAtLeast = (lines: readonly LogViewLine[], seq: number): number => {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
};
