/** The types of `use: 'log-shipper'`. */

import type { Duration, Size } from '../quantities.ts';
import type { LogOutput } from './log-outputs.ts';

/**
 * Files that are shipped as they grow.
 *
 * @example { volume: 'logs', include: ['**\/*.log', 'audit/*.json'], exclude: ['debug.log'] }
 */
export interface LogFiles {
  /** Volume that they lie in. It or `path` is needed. */
  readonly volume?: string;
  /** Folder that they lie in, relative to the config's folder. */
  readonly path?: string;
  /** Globs, relative to that. Default `['**\/*.log']`. */
  readonly include?: readonly string[];
  /** Globs of files that are left out. Default: none. Compressed files are always left out. */
  readonly exclude?: readonly string[];
}

/** The output of processes of the pod: of all but log shippers and log sinks, or of these. */
export interface LogProcesses<Process extends string = string> {
  readonly processes: 'all' | readonly Process[];
}

/**
 * Options of `use: 'log-shipper'`: takes lines from files of a volume, or from the output of processes, to destinations.
 *
 * @example { from: { volume: 'logs' }, to: { http: 'sink' } }
 */
export interface LogShipperOptions<Process extends string = string> {
  readonly from: LogFiles | LogProcesses<Process>;
  /** One destination, or several, each at its own pace. */
  readonly to: LogOutput<Process> | readonly LogOutput<Process>[];
  /** Where reading of a file begins that was there before the first start. Default `'beginning'`. */
  readonly readFrom?: 'beginning' | 'end';
  /** Time that a rotated file is looked at after its last line. Default `'5s'`. */
  readonly rotateWait?: Duration;
  /** A longer line is sent in pieces, which have `log.split`. Default `'1MiB'`. */
  readonly maxLineBytes?: Size;
  /** Events of several lines, such as stack traces. Default: every line is one. */
  readonly multiline?: {
    /** Matches the first line of an event. */
    readonly start: RegExp | string;
    /** An event is whole when this long no more lines have come. Default `'1s'`. */
    readonly timeout?: Duration;
  };
  /**
   * How lines are read: `auto` tells each line by its beginning; a pattern has its named groups as fields. Default `'auto'`.
   */
  readonly parse?:
    | 'none'
    | 'json'
    | 'logfmt'
    | 'combined'
    | 'syslog'
    | 'auto'
    | RegExp
    | { readonly pattern: string };
  /** Fields of every line. Default: `service.name`, the name of the app, or of the process that wrote the line. */
  readonly fields?: Readonly<Record<string, string>>;
  /** What matches is replaced by `[redacted]`. Default: nothing. */
  readonly redact?: readonly (RegExp | string)[];
  /** Lines that are sent at once. */
  readonly batch?: {
    /** Default `'1MiB'`. */
    readonly maxBytes?: Size;
    /** Default 10,000. */
    readonly maxEvents?: number;
    /** Time that a line waits for others. Default `'1s'`. */
    readonly timeout?: Duration;
  };
  /** How destinations are asked. They are asked again for ever. */
  readonly request?: {
    /** Time for a batch. Default `'10s'`. */
    readonly timeout?: Duration;
    /** Longest time before the first retry; it doubles with each. Default `'500ms'`. */
    readonly retryInitialBackoff?: Duration;
    /** Longest time before a retry. Default `'30s'`. */
    readonly retryMaxDuration?: Duration;
  };
  /**
   * File for lines that a destination will never take, relative to the config's folder; `${volumes.NAME}/…` is in a volume.
   * Default: `dead-letters.ndjson` beside the positions.
   */
  readonly deadLetter?: string;
  /** Time at the stop in which what is left is sent. Default `'5s'`. */
  readonly drain?: Duration;
}
