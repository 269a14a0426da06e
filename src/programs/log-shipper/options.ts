import type { OutputOptions } from './outputs/options.ts';

/** A regular expression as JSON can hold it. */
export interface PatternOptions {
  readonly source: string;
  readonly flags: string;
}

/** Files of a folder, by globs relative to it. */
export interface FilesFrom {
  readonly kind: 'files';
  /** Absolute. */
  readonly folder: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** The output of processes of the pod. Names are as the config has them in the place of the sidecar. */
export interface ProcessesFrom {
  readonly kind: 'processes';
  /** `null`: all but those in `except`. */
  readonly processes: readonly string[] | null;
  readonly except: readonly string[];
  /** Names of the apps that it belongs to; one of them can be among the processes. */
  readonly apps: readonly string[];
}

/** How a line is read. */
export type ParseOptions =
  | { readonly kind: 'none' | 'json' | 'logfmt' | 'combined' | 'syslog' | 'auto' }
  | { readonly kind: 'pattern'; readonly pattern: PatternOptions };

export interface MultilineOptions {
  /** Matches the first line of an event. */
  readonly start: PatternOptions;
  /** Milliseconds after which an event without a next one is whole. */
  readonly timeout: number;
}

/** Limits of a batch; what is reached first sends it. */
export interface BatchOptions {
  readonly maxBytes: number;
  readonly maxEvents: number;
  /** Milliseconds that its first line waits. */
  readonly timeout: number;
}

export interface RetryOptions {
  /** Milliseconds. */
  readonly initialBackoff: number;
  readonly maxBackoff: number;
}

/** How lines become entries. */
export interface ReadingOptions {
  readonly maxLineBytes: number;
  readonly multiline: MultilineOptions | null;
  readonly parse: ParseOptions;
  readonly redact: readonly PatternOptions[];
}

/** The options of the program, as its ready-made sidecar writes them. Times are milliseconds. */
export interface LogShipperOptions {
  readonly name: string;
  readonly admin: string;
  readonly from: FilesFrom | ProcessesFrom;
  /** Where reading of a file begins that was there before the first start. */
  readonly readFrom: 'beginning' | 'end';
  /** Milliseconds that a file is looked at after it was rotated. */
  readonly rotateWait: number;
  readonly reading: ReadingOptions;
  /** Text fields of every entry. */
  readonly fields: Readonly<Record<string, string>>;
  readonly outputs: readonly OutputOptions[];
  readonly batch: BatchOptions;
  readonly retry: RetryOptions;
  /** Absolute path of the folder with the positions; `null`: in the folder of the pod's state. */
  readonly positions: string | null;
  /** Absolute path of the file with what destinations refuse; `null`: beside the positions. */
  readonly deadLetter: string | null;
  /** Milliseconds in which what is left is sent at the stop. */
  readonly drain: number;
}
