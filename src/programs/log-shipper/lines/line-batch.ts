import { isUtf8 } from 'node:buffer';
import type { LogBatch, LogEntry, LogSource, Stretch } from '../outputs/output.ts';
import type { ByteParser } from '../parse/bytes/byte-parser.ts';
import type { EntryMaker } from './entry-maker.ts';
import { type TextAt, textOf } from './text-at.ts';

/** Lines of one file that follow each other. */
export interface FileLines {
  readonly source: LogSource;
  /** Byte in the file at which the bytes begin. */
  readonly offset: number;
  /** Milliseconds since 1970, for lines that say none. */
  readonly time: number;
  /** They may be written over once they were added. */
  readonly bytes: Buffer;
  /** Start and end of each line, in turns. */
  readonly places: readonly number[];
  /** Indexes of lines that are pieces of a longer one. */
  readonly pieces: ReadonlySet<number>;
}

/** What a batch has room for at first. */
const FIRST_BYTES = 64 * 1024;
const FIRST_LINES = 1024;

/** Numbers that are kept of a line: where it begins, and where its text begins and ends. */
const OF_LINE = 3;

const RETURN = 0x0d;

/**
 * Lines that are sent together, as the bytes that files have of them. Nothing is made of a line until somebody asks for it. The
 * memory is used again for the next lines.
 */
export class LineBatch implements LogBatch {
  readonly #entries: EntryMaker;
  readonly #parser: ByteParser | null;
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #used = 0;
  #places = new Int32Array(OF_LINE * FIRST_LINES);
  #stretches: Stretch[] = [];
  readonly #pieces = new Set<number>();
  #length = 0;
  /** The stretch of which an entry was asked for last. */
  #decoded: { readonly stretch: Stretch; readonly text: TextAt } | null = null;

  /** @param parser for lines of which nobody needs an object; `null`: for all of them they do */
  constructor(entries: EntryMaker, parser: ByteParser | null) {
    this.#entries = entries;
    this.#parser = parser;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  get stretches(): readonly Stretch[] {
    return this.#stretches;
  }

  lineStart(index: number): number {
    return this.#places[OF_LINE * index] as number;
  }

  textStart(index: number): number {
    return this.#places[OF_LINE * index + 1] as number;
  }

  textEnd(index: number): number {
    return this.#places[OF_LINE * index + 2] as number;
  }

  clear(): void {
    this.#used = 0;
    this.#length = 0;
    this.#stretches = [];
    this.#pieces.clear();
    this.#decoded = null;
  }

  /** Takes a copy of the bytes. Returns the number of lines: a hole is none. */
  add({ source, offset, time, bytes, places, pieces }: FileLines): number {
    const first = this.#length;
    const at = this.#take(bytes, places.length / 2);
    for (let line = 0; 2 * line < places.length; line += 1) {
      if (pieces.size > 0 && pieces.has(line)) this.#pieces.add(this.#length);
      this.#addLine(at + (places[2 * line] as number), at + (places[2 * line + 1] as number));
    }
    if (this.#length === first) return 0;
    const isWhole = pieces.size === 0 && isUtf8(bytes);
    const parser = isWhole ? this.#parser : null;
    this.#stretches.push({ source, time, base: offset - at, first, end: this.#length, parser });
    return this.#length - first;
  }

  entry(index: number): LogEntry {
    const stretch = this.#stretchOf(index);
    const { source, time, base } = stretch;
    const isPiece = this.#pieces.has(index);
    const line = this.#textIn(stretch)(this.textStart(index), this.textEnd(index));
    return this.#entries.entry(line, { source, time, offset: base + this.lineStart(index), isPiece });
  }

  only(indexes: readonly number[]): LineBatch {
    const some = new LineBatch(this.#entries, this.#parser);
    for (const index of indexes) some.#addFrom(this, index);
    return some;
  }

  #addFrom(other: LineBatch, index: number): void {
    const stretch = other.#stretchOf(index);
    const [start, end] = [other.lineStart(index), other.textEnd(index)];
    const moved = this.#take(other.#bytes.subarray(start, end), 1) - start;
    const first = this.#length;
    if (other.#pieces.has(index)) this.#pieces.add(first);
    this.#put(moved + start, moved + other.textStart(index), moved + end);
    this.#stretches.push({ ...stretch, base: stretch.base - moved, first, end: first + 1 });
  }

  /** Without a return at its end, and NULs at its start: they are a hole, as a writer leaves it that goes on where it was. */
  #addLine(start: number, lineEnd: number): void {
    const bytes = this.#bytes;
    const end = lineEnd > start && bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    let textStart = start;
    while (textStart < end && bytes[textStart] === 0) textStart += 1;
    if (textStart < end || start === end) this.#put(start, textStart, end);
  }

  #put(lineStart: number, textStart: number, textEnd: number): void {
    const at = OF_LINE * this.#length;
    this.#places[at] = lineStart;
    this.#places[at + 1] = textStart;
    this.#places[at + 2] = textEnd;
    this.#length += 1;
  }

  /** Copies bytes, and has room for so many more lines. Returns where they are. */
  #take(bytes: Uint8Array, lines: number): number {
    this.#reserve(bytes.length, lines);
    const at = this.#used;
    this.#bytes.set(bytes, at);
    this.#used += bytes.length;
    return at;
  }

  #reserve(bytes: number, lines: number): void {
    const needed = this.#used + bytes;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    const numbers = OF_LINE * (this.#length + lines);
    if (numbers <= this.#places.length) return;
    const larger = new Int32Array(Math.max(numbers, 2 * this.#places.length));
    larger.set(this.#places);
    this.#places = larger;
  }

  #stretchOf(index: number): Stretch {
    const decoded = this.#decoded?.stretch;
    if (decoded !== undefined && index >= decoded.first && index < decoded.end) return decoded;
    const found = this.#stretches.findLast(({ first }) => first <= index);
    if (found === undefined || index >= found.end) throw new RangeError(`there is no line ${index}`);
    return found;
  }

  #textIn(stretch: Stretch): TextAt {
    if (this.#decoded?.stretch === stretch) return this.#decoded.text;
    const from = this.lineStart(stretch.first);
    const text = textOf(this.#bytes.subarray(from, this.textEnd(stretch.end - 1)));
    const decoded = { stretch, text: (start: number, end: number) => text(start - from, end - from) };
    this.#decoded = decoded;
    return decoded.text;
  }
}
