import type { ReadingOptions } from '../options.ts';
import type { LogEntry, LogSource } from '../outputs/output.ts';
import { newParser } from '../parse/new-parser.ts';
import type { Parser } from '../parse/parsed.ts';
import { type Redact, redactedValue, redactor } from '../parse/redact.ts';

/** What is known of a line beside its text. */
export interface LinePlace {
  readonly source: LogSource;
  /** Byte in the file at which it begins. */
  readonly offset: number;
  /** Milliseconds since 1970, for lines that say none. */
  readonly time: number;
  /** It is a piece of a longer line. */
  readonly isPiece: boolean;
}

/** What every piece of a long line says of itself. */
const PIECE = { 'log.split': true } as const;

/** Makes entries of lines: it redacts and parses them. */
export class EntryMaker {
  readonly #parse: Parser | null;
  readonly #redact: Redact | null;

  /** @param now milliseconds since 1970 */
  constructor({ parse, redact }: Pick<ReadingOptions, 'parse' | 'redact'>, now: () => number) {
    this.#parse = newParser(parse, now);
    this.#redact = redactor(redact);
  }

  entry(line: string, { source, offset, time, isPiece }: LinePlace): LogEntry {
    const body = this.#redact === null ? line : this.#redact(line);
    if (isPiece) return { source, offset, time, body, severity: 0, parsed: PIECE };
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
