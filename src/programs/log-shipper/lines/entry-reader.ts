import { isAscii } from 'node:buffer';
import type { ReadingOptions } from '../options.ts';
import type { LogEntry, LogSource } from '../outputs/output.ts';
import { newParser, patternOf } from '../parse/new-parser.ts';
import type { Parser } from '../parse/parsed.ts';
import { type Redact, redactedValue, redactor } from '../parse/redact.ts';
import { type Event, groupLines } from './group-lines.ts';
import { type Lines, splitLines } from './split-lines.ts';

/** A block of bytes of a file. */
export interface Block {
  readonly bytes: Buffer;
  readonly source: LogSource;
  /** Byte in the file at which it begins. */
  readonly offset: number;
  /** Milliseconds since 1970, for lines that say none. */
  readonly time: number;
  /** It begins within a line, whose first piece was taken before. */
  readonly continues: boolean;
  /** What has no newline is a line: no more will come. */
  readonly isLastLine: boolean;
  /** The last lines are a whole event: no more have come in time. */
  readonly isLastEvent: boolean;
}

/** What still fits into a batch. */
export interface Room {
  readonly events: number;
  readonly bytes: number;
  /** The batch has nothing yet, and one event fits, however long. */
  readonly isEmpty: boolean;
}

export interface Taken {
  readonly entries: readonly LogEntry[];
  /** Number of bytes of the block that they take. */
  readonly bytes: number;
  /** There was more, for which there was no room. */
  readonly isFull: boolean;
}

/** Makes entries of blocks of lines. */
export class EntryReader {
  readonly #maxLineBytes: number;
  readonly #start: RegExp | null;
  readonly #parse: Parser | null;
  readonly #redact: Redact | null;

  constructor({ maxLineBytes, multiline, parse, redact }: ReadingOptions, now: () => number) {
    this.#maxLineBytes = maxLineBytes;
    this.#start = multiline === null ? null : patternOf(multiline.start);
    this.#parse = newParser(parse, now);
    this.#redact = redactor(redact);
  }

  read(block: Block, room: Room): Taken {
    const lines = splitLines(block.bytes, {
      maxLineBytes: this.#maxLineBytes,
      maxLines: this.#start === null ? room.events : Number.POSITIVE_INFINITY,
      isLast: block.isLastLine,
    });
    const text = textOf(block.bytes.subarray(0, lines.bytes));
    return this.#start === null
      ? this.#takeLines(block, lines, text, room)
      : this.#takeEvents(block, lines, text, room, this.#start);
  }

  #takeLines(block: Block, lines: Lines, text: TextAt, room: Room): Taken {
    const { places, cut } = lines;
    const entries: LogEntry[] = [];
    let isPiece = block.continues;
    for (let at = 0; at < places.length; at += 2) {
      const [start, end] = [places[at] as number, places[at + 1] as number];
      if (end > room.bytes && !(room.isEmpty && at === 0)) return { entries, bytes: start, isFull: true };
      const isCut = cut.size > 0 && cut.has(at / 2);
      this.#add(entries, block, start, text(start, end), isCut || isPiece);
      isPiece = isCut;
    }
    const isFull = places.length === 2 * room.events && lines.bytes < block.bytes.length;
    return { entries, bytes: lines.bytes, isFull };
  }

  #takeEvents(block: Block, lines: Lines, text: TextAt, room: Room, start: RegExp): Taken {
    const { places, bytes } = lines;
    const from = (line: number): number => places[2 * line] ?? bytes;
    const events = groupLines({
      lines: places.length / 2,
      begins: (line) => start.test(text(from(line), places[2 * line + 1] as number)),
      bytes: (first, end) => from(end) - from(first),
      maxBytes: this.#maxLineBytes,
      isLast: block.isLastEvent || block.isLastLine,
    });
    const entries: LogEntry[] = [];
    for (const [index, event] of events.entries()) {
      const isBeyond = from(event.end) > room.bytes && !(room.isEmpty && index === 0);
      if (index === room.events || isBeyond) return { entries, bytes: from(event.first), isFull: true };
      const { first, end } = event;
      const isPiece = isCutOff(event, lines, block.continues);
      this.#add(entries, block, from(first), text(from(first), places[2 * end - 1] as number), isPiece);
    }
    return { entries, bytes: from(events.at(-1)?.end ?? 0), isFull: false };
  }

  #add(entries: LogEntry[], block: Block, start: number, raw: string, isPiece: boolean): void {
    const line = withoutNuls(raw.endsWith('\r') ? raw.slice(0, -1) : raw);
    // A hole, which a writer leaves that goes on where it was before its file was cut short.
    if (line === '' && raw !== '' && raw !== '\r') return;
    const { source, offset, time } = block;
    const body = this.#redact === null ? line : this.#redact(line);
    const at = { source, offset: offset + start };
    if (isPiece) entries.push({ ...at, time, body, severity: 0, parsed: PIECE });
    else entries.push(this.#entry(source, offset + start, time, body));
  }

  #entry(source: LogSource, offset: number, time: number, body: string): LogEntry {
    const parsed = this.#parse?.(body) ?? null;
    if (parsed === null) return { source, offset, time, body, severity: 0, parsed: null };
    const redact = this.#redact;
    const own = parsed.body ?? body;
    return {
      source,
      offset,
      time: parsed.time ?? time,
      body: redact === null ? own : redact(own),
      severity: parsed.severity,
      parsed: redact === null ? parsed.fields : (redactedValue(parsed.fields, redact) as LogEntry['parsed']),
    };
  }
}

/** What every piece of a long line says of itself. */
const PIECE = { 'log.split': true } as const;

/** The text of bytes of a block. */
type TextAt = (start: number, end: number) => string;

/** Decoding a block at once takes a fourth of decoding its lines; it is right where a byte is a character. */
const textOf = (bytes: Buffer): TextAt => {
  if (!isAscii(bytes)) return (start, end) => bytes.toString('utf8', start, end);
  const whole = bytes.toString('latin1');
  return (start, end) => whole.slice(start, end);
};

const withoutNuls = (line: string): string => (line.charCodeAt(0) === 0 ? line.replace(/^\0+/, '') : line);

const isCutOff = ({ first, end }: Event, { cut }: Lines, continues: boolean): boolean =>
  (first === 0 && continues) || cut.has(end - 1) || cut.has(first - 1);
