/** The options of the program, as its ready-made sidecar writes them. Addresses are `host:port`. */
export interface LogSinkProgramOptions {
  readonly name: string;
  readonly admin: string;
  readonly http: string;
  /** What the HTTP port takes. */
  readonly accepts: readonly HttpProtocol[];
  /** `null`: off. */
  readonly syslog: { readonly tcp: string; readonly udp: string } | null;
  readonly forward: string | null;
  /** Bytes of the newest lines that are kept in memory. */
  readonly keep: number;
  /** Absolute path of the file that gets every line; `null`: none. */
  readonly file: string | null;
}

export type HttpProtocol = 'http' | 'loki' | 'elasticsearch' | 'otlp';
