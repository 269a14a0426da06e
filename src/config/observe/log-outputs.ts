/** The types of the destinations of `use: 'log-shipper'`. */

import type { PortOf } from '../ports-of.ts';
import type { Size } from '../quantities.ts';
import type { UpstreamTls } from '../traffic.ts';

/**
 * A server that takes lines: a URL, a process of the pod (its port that has the name of the kind, such as `syslog`, or else
 * its first TCP port), or one of its ports by name, such as `'sink.http'`.
 */
export type LogServer<Process extends string = string> =
  | PortOf<Process>
  | `http://${string}`
  | `https://${string}`;

/**
 * A server that takes batches of lines as requests.
 *
 * @example { to: 'https://logs.example.com/in', headers: { authorization: 'Bearer ${env.TOKEN}' } }
 */
export interface HttpLogOutput<Process extends string = string> {
  /** A URL without a path gets that of the kind: `/loki/api/v1/push` for Loki, `/_bulk` for Elasticsearch. */
  readonly to: LogServer<Process>;
  /** Headers of every request. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default `'gzip'`, and `'none'` for servers of this machine. */
  readonly compression?: 'gzip' | 'none';
  /** TLS of an `https:` URL; for a process, that it speaks TLS. */
  readonly tls?: UpstreamTls;
}

/** @example { to: 'http://127.0.0.1:9200', index: 'logs-shop-default' } */
export interface ElasticsearchLogOutput<Process extends string = string> extends HttpLogOutput<Process> {
  /** Index or data stream. Default `'logs-sidecarctl-default'`, a data stream that Elasticsearch has a template for. */
  readonly index?: string;
}

/**
 * A server that takes lines over a connection: `tcp://host:port`, `tls://host:port`, for syslog also `udp://host:port`, a
 * process of the pod (its port that has the name of the kind, or else its first TCP port), or one of its ports by name.
 */
export type LogSocket<Process extends string = string> =
  | PortOf<Process>
  | `tcp://${string}`
  | `tls://${string}`
  | `udp://${string}`;

/** @example { to: 'tls://logs.example.com:6514', tls: { ca: 'ca.pem' } } */
export interface SyslogLogOutput<Process extends string = string> {
  readonly to: LogSocket<Process>;
  /** TLS of a `tls:` URL; for a process, that it speaks TLS. */
  readonly tls?: UpstreamTls;
}

/** @example { to: 'tcp://127.0.0.1:24224', tag: 'shop' } */
export interface ForwardLogOutput<Process extends string = string> extends SyslogLogOutput<Process> {
  /** Default: the process of each line. */
  readonly tag?: string;
}

/**
 * A file that gets one JSON object a line. It is renamed to `NAME.1` when it would become larger than `size`, and what was
 * `NAME.1` to `NAME.2`.
 *
 * @example { path: 'all.ndjson', size: '10MiB', keep: 3 }
 */
export interface FileLogOutput {
  /** Relative to the config's folder, or to `volume` if that is given. */
  readonly path: string;
  /** Volume that it lies in. Default: none. */
  readonly volume?: string;
  /** Default `'64MiB'`. */
  readonly size?: Size;
  /** Number of rotated files that are kept. Default 5. */
  readonly keep?: number;
}

type OutputOf<Kind extends string, Options> = {
  /** Name of the destination, which its positions are kept by. Default: its kind, then `http-2`, and so on. */
  readonly name?: string;
} & { readonly [Key in Kind]: Options };

/**
 * A destination of lines, of one kind. Each takes lines at its own pace.
 *
 * @example { http: 'sink' }
 * @example { name: 'audit', file: { path: 'audit.ndjson' } }
 */
export type LogOutput<Process extends string = string> =
  /** One JSON object a line, by `POST`. */
  | OutputOf<'http', LogServer<Process> | HttpLogOutput<Process>>
  /** Loki's push API, as JSON. */
  | OutputOf<'loki', LogServer<Process> | HttpLogOutput<Process>>
  /** Elasticsearch's and OpenSearch's bulk API. */
  | OutputOf<'elasticsearch', LogServer<Process> | ElasticsearchLogOutput<Process>>
  /** OTLP's logs, as protobuf over HTTP. */
  | OutputOf<'otlp', LogServer<Process> | HttpLogOutput<Process>>
  /**
   * Syslog of RFC 5424, over TCP, TLS or UDP. It has no acknowledgements: lines count as taken once they are sent.
   */
  | OutputOf<'syslog', LogSocket<Process> | SyslogLogOutput<Process>>
  /** Fluentd's forward protocol, with acknowledgements. */
  | OutputOf<'forward', LogSocket<Process> | ForwardLogOutput<Process>>
  /** A file. */
  | OutputOf<'file', string | FileLogOutput>
  /** The sidecar's own output, one JSON object a line. */
  | OutputOf<'stdout', true>;
