/** The types of `use: 'log-sink'`. */

import type { Size } from '../quantities.ts';

/**
 * Options of `use: 'log-sink'`: it takes log lines in by what shippers speak, keeps the newest and answers `GET /lines`. It is
 * for development and tests.
 *
 * @example { keep: '16MiB', listen: { forward: false } }
 */
export interface LogSinkOptions {
  /** What it takes in. Default: all of it. */
  readonly listen?: {
    /** One JSON object a line, or a list of them, by `POST /` on the port `http`. */
    readonly http?: boolean;
    /** Loki's push API, as JSON, on the port `http`. */
    readonly loki?: boolean;
    /** Elasticsearch's bulk API, on the port `http`. */
    readonly elasticsearch?: boolean;
    /** OTLP's logs, as protobuf or JSON, on the port `http`. */
    readonly otlp?: boolean;
    /** Syslog over TCP on the port `syslog`, and over UDP on `syslog-udp`. */
    readonly syslog?: boolean;
    /** Fluentd's forward protocol, on the port `forward`. */
    readonly forward?: boolean;
  };
  /** Memory for the newest lines. Default `'64MiB'`, at least `'64KiB'`. */
  readonly keep?: Size;
  /**
   * File that gets every line, one JSON object each: a path, relative to the config's folder, or one in a volume. It is
   * written before a line is acknowledged. Default: none.
   */
  readonly file?: string | { readonly path: string; readonly volume: string };
}

/** The names of its ports. */
export type LogSinkPorts<With> =
  | 'http'
  | 'admin'
  | Unless<With, 'syslog', 'syslog' | 'syslog-udp'>
  | Unless<With, 'forward', 'forward'>;

type Unless<With, Protocol extends string, Ports> = With extends {
  readonly listen: { readonly [Key in Protocol]: false };
}
  ? never
  : Ports;
