import type { ClientTlsOptions } from '../../proxy/options.ts';

/** The options of a destination, as its ready-made sidecar writes them. Nothing is left out. */
export type OutputOptions =
  | HttpOutputOptions
  | LokiOutputOptions
  | ElasticsearchOutputOptions
  | OtlpOutputOptions
  | SyslogOutputOptions
  | ForwardOutputOptions
  | FileOutputOptions
  | StdoutOutputOptions;

interface Named {
  /** Unique within the sidecar. */
  readonly name: string;
}

/** A server that takes batches as requests. */
export interface HttpTarget extends Named {
  /** With its path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly gzip: boolean;
  readonly tls: OutputTls | null;
  /** Milliseconds that a batch may take. */
  readonly timeout: number;
}

export interface HttpOutputOptions extends HttpTarget {
  readonly kind: 'http';
}

export interface LokiOutputOptions extends HttpTarget {
  readonly kind: 'loki';
}

export interface ElasticsearchOutputOptions extends HttpTarget {
  readonly kind: 'elasticsearch';
  /** Index or data stream. */
  readonly index: string;
}

export interface OtlpOutputOptions extends HttpTarget {
  readonly kind: 'otlp';
}

/** A server that takes lines over a connection. */
export interface SocketTarget extends Named {
  /** `host:port`. */
  readonly address: string;
  readonly tls: OutputTls | null;
  /** Milliseconds that a batch may take. */
  readonly timeout: number;
}

export interface SyslogOutputOptions extends SocketTarget {
  readonly kind: 'syslog';
  /** TLS goes over `tcp`. */
  readonly protocol: 'tcp' | 'udp';
}

export interface ForwardOutputOptions extends SocketTarget {
  readonly kind: 'forward';
  /** `null`: the process of a line. */
  readonly tag: string | null;
}

export interface FileOutputOptions extends Named {
  readonly kind: 'file';
  /** Absolute. */
  readonly path: string;
  /** Bytes after which the file is rotated. */
  readonly size: number;
  /** Number of rotated files that are kept. */
  readonly keep: number;
}

export interface StdoutOutputOptions extends Named {
  readonly kind: 'stdout';
}

/** TLS towards a server, with the place of the user's own certificates. */
export interface OutputTls {
  readonly client: ClientTlsOptions;
  /** Absolute path of the folder with the user's certificates. */
  readonly certificates: string;
  readonly pod: string;
  /** Name of the sidecar. */
  readonly sidecar: string;
}
