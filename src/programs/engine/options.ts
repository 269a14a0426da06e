import type { CertificateFiles } from '../proxy/options.ts';

/** The options of the program that runs an engine, as the adapter of the engine writes them. */
export interface EngineProgramOptions {
  readonly engine: 'haproxy' | 'nginx' | 'caddy' | 'prometheus' | 'victoria-metrics' | 'rsyslog';
  /** Name of the process in the pod's config. */
  readonly name: string;
  readonly pod: string;
  /** `host:port`. */
  readonly admin: string;
  /** Name of the engine's configuration, in the folder of these options. */
  readonly config: string;
  /** Name of a file there with further words of its command line: `{ list }`; `null`: there are none. */
  readonly argumentsFile: string | null;
  /** Addresses that the engine listens at, `host:port`. */
  readonly listeners: readonly string[];
  /** Absolute path of the folder with the user's certificates. */
  readonly certificates: string;
  readonly certificateFiles: CertificatePlan;
  /** File for the access log where the engine cannot open one itself; `null`: it can, or there is none. */
  readonly accessLog: string | null;
  /** Processes of the pod behind it, where the engine can be told which of them are ready. */
  readonly endpoints: readonly EngineEndpoint[];
  /** `null`: the engine follows no files. */
  readonly following: Following | null;
  /** Milliseconds that open requests have at a stop. */
  readonly drainTimeout: number;
}

/** How an engine follows files. */
export interface Following {
  /** Folder with its positions, which it keeps beyond this run, absolute or from the folder of the options. */
  readonly positions: string;
  /** Milliseconds after which it knows a file that has come. */
  readonly noticesWithin: number;
}

export interface EngineEndpoint {
  /** `host:port`. */
  readonly address: string;
  /** The engine's names for it: `http-1-web/web-1`. */
  readonly servers: readonly string[];
}

/** The files of certificates that the configuration names, relative to the folder of the options. */
export interface CertificatePlan {
  readonly pairs: readonly PairFile[];
  readonly authorities: readonly AuthorityFile[];
}

export interface PairFile {
  readonly file: string;
  /** The user's own files, or a leaf of the local CA for these names besides its usual ones. */
  readonly of: CertificateFiles | { readonly names: readonly string[] };
}

export interface AuthorityFile {
  readonly file: string;
  /** `local`: the local CA. `public`: the public ones, and the local CA. */
  readonly of: 'local' | 'public' | { readonly file: string };
}
