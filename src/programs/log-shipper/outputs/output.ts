import type { ByteParser } from '../parse/bytes/byte-parser.ts';

/** Where a line comes from. All entries of one file have the same object: an encoder may keep what it made of it. */
export interface LogSource {
  /** Text fields that are the same for every line: `service.name`, `process`, `file`, and the `fields` of the options. */
  readonly fields: Readonly<Record<string, string>>;
}

/** One line of a log, or one event of several lines. */
export interface LogEntry {
  readonly source: LogSource;
  /** Byte in the file at which it begins. */
  readonly offset: number;
  /** Milliseconds since 1970; with fractions where the line says so. */
  readonly time: number;
  /** Text without its newline. */
  readonly body: string;
  /** Severity number of OpenTelemetry, from 1 to 24; 0: not known. */
  readonly severity: number;
  /** What has been parsed of the line, as its writer named it, and `log.split` of a piece of a long line; else null. */
  readonly parsed: Readonly<Record<string, unknown>> | null;
}

/** Lines of one file that follow each other in the bytes of a batch. */
export interface Stretch {
  readonly source: LogSource;
  /** Milliseconds since 1970, of lines that say none. */
  readonly time: number;
  /** Index of the first line, and of the one after the last. */
  readonly first: number;
  readonly end: number;
  /** Tells what is in its lines without making anything of them; `null`: they must be taken as entries. */
  readonly parser: ByteParser | null;
}

/** Lines that are sent together. They are there until they were delivered. */
export interface LogBatch {
  readonly length: number;
  /** All lines, in stretches that follow each other. */
  readonly stretches: readonly Stretch[];
  readonly bytes: Buffer;
  /** Byte of its file at which a line begins. */
  offset(index: number): number;
  /** Where its text begins and ends in the bytes: without its newline. */
  textStart(index: number): number;
  textEnd(index: number): number;
  /** A line as an object, which is made when it is asked for. */
  entry(index: number): LogEntry;
  /** Some of the lines. */
  only(indexes: readonly number[]): LogBatch;
}

/** For those who need an object for every line at the same time. */
export const entriesOf = (batch: LogBatch): readonly LogEntry[] =>
  Array.from({ length: batch.length }, (_, index) => batch.entry(index));

/** What has become of a batch. */
export type Delivery =
  /** Everything has been taken: the positions may advance. */
  | { readonly kind: 'taken' }
  /** Nothing or only a part was taken: the whole batch is sent again, not before `after` milliseconds if given. */
  | { readonly kind: 'retry'; readonly why: string; readonly after?: number }
  /** These entries (indexes) will never be taken, and the others have been: they go to the dead letters. */
  | { readonly kind: 'rejected'; readonly entries: readonly number[] | 'all'; readonly why: string };

/** A destination of log lines. */
export interface Output {
  /** Unique within the sidecar; positions are kept by it. */
  readonly name: string;
  /**
   * Encodes and sends one batch, and has a limit for it. Never rejects: a throw is a bug. An abort ends the attempt at once
   * (`retry`). It is not called again before it has resolved.
   */
  deliver(batch: LogBatch, signal: AbortSignal): Promise<Delivery>;
  /** Lets go of connections and files. */
  close(): Promise<void>;
}
