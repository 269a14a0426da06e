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

interface Growing extends Stretch {
  end: number;
}

/** What a batch has room for at first. */
const FIRST_BYTES = 64 * 1024;
const FIRST_LINES = 1024;

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
  /** Where the text of each line begins and ends. */
  #places = new Int32Array(2 * FIRST_LINES);
  /** Byte of its file at which each line begins. */
  #offsets = new Float64Array(FIRST_LINES);
  #stretches: Growing[] = [];
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

  offset(index: number): number {
    return this.#offsets[index] as number;
  }

  textStart(index: number): number {
    return this.#places[2 * index] as number;
  }

  textEnd(index: number): number {
    return this.#places[2 * index + 1] as number;
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
      const start = places[2 * line] as number;
      this.#addLine(offset + start, at + start, at + (places[2 * line + 1] as number));
    }
    if (this.#length === first) return 0;
    const isWhole = pieces.size === 0 && isUtf8(bytes);
    const parser = isWhole ? this.#parser : null;
    this.#stretches.push({ source, time, first, end: this.#length, parser });
    return this.#length - first;
  }

  entry(index: number): LogEntry {
    const stretch = this.#stretchOf(index);
    const { source, time } = stretch;
    const isPiece = this.#pieces.has(index);
    const line = this.#textIn(stretch)(this.textStart(index), this.textEnd(index));
    return this.#entries.entry(line, { source, time, offset: this.offset(index), isPiece });
  }

  only(indexes: readonly number[]): LineBatch {
    const some = new LineBatch(this.#entries, this.#parser);
    let before: Stretch | null = null;
    for (const index of indexes) {
      const stretch = this.#stretchOf(index);
      if (stretch !== before) some.#stretches.push({ ...stretch, first: some.#length, end: some.#length });
      some.#addFrom(this, index);
      before = stretch;
    }
    return some;
  }

  /** To the last stretch. */
  #addFrom(other: LineBatch, index: number): void {
    const [start, end] = [other.textStart(index), other.textEnd(index)];
    const at = this.#take(other.#bytes.subarray(start, end), 1);
    if (other.#pieces.has(index)) this.#pieces.add(this.#length);
    this.#put(other.offset(index), at, at + end - start);
    const last = this.#stretches.at(-1);
    if (last !== undefined) last.end = this.#length;
  }

  /** Without a return at its end, and NULs at its start: they are a hole, as a writer leaves it that goes on where it was. */
  #addLine(offset: number, start: number, lineEnd: number): void {
    const bytes = this.#bytes;
    const end = lineEnd > start && bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    let textStart = start;
    while (textStart < end && bytes[textStart] === 0) textStart += 1;
    if (textStart < end || start === end) this.#put(offset, textStart, end);
  }

  #put(offset: number, textStart: number, textEnd: number): void {
    this.#offsets[this.#length] = offset;
    this.#places[2 * this.#length] = textStart;
    this.#places[2 * this.#length + 1] = textEnd;
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
    const numbers = this.#length + lines;
    if (numbers <= this.#offsets.length) return;
    const most = Math.max(numbers, 2 * this.#offsets.length);
    const [places, offsets] = [new Int32Array(2 * most), new Float64Array(most)];
    places.set(this.#places);
    offsets.set(this.#offsets);
    this.#places = places;
    this.#offsets = offsets;
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
    const from = this.textStart(stretch.first);
    const text = textOf(this.#bytes.subarray(from, this.textEnd(stretch.end - 1)));
    const decoded = { stretch, text: (start: number, end: number) => text(start - from, end - from) };
    this.#decoded = decoded;
    return decoded.text;
  }
}
