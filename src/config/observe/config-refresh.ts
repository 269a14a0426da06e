/** The types of the options of `use: 'config-refresh'`. */

import type { Duration } from '../quantities.ts';

/** How the text of a source is read. */
export type SourceFormat = 'json' | 'yaml' | 'env' | 'text';

interface SourceFields {
  /**
   * How its text is read. Default: as its name ends (`.json`, `.yaml`, `.yml`, `.env`), for a URL also as its
   * `content-type` says, else `'text'`.
   */
  readonly parse?: SourceFormat;
  /** Time limit of one attempt. Default 10s; for `exec` and `git` 30s. */
  readonly timeout?: Duration;
}

/** For sources that are asked again and again. */
interface PolledSource extends SourceFields {
  /** Time between two attempts. Default 30s; for `file` and `dir` 1s. */
  readonly interval?: Duration;
}

/**
 * Where values come from: exactly one of `file`, `dir`, `url`, `etcd`, `consul`, `vault`, `exec`, `git`.
 *
 * @example
 * { url: 'https://config.example.com/flags.json', interval: '30s' }
 */
export type ConfigSource =
  /** A file, relative to the config's folder. */
  | (PolledSource & { readonly file: string })
  /** A folder: an object with the values of its files by their names. */
  | (PolledSource & { readonly dir: string })
  /** A URL, asked with `If-None-Match` and `If-Modified-Since`. */
  | (PolledSource & { readonly url: string; readonly headers?: Readonly<Record<string, string>> })
  | (SourceFields & { readonly etcd: EtcdSource })
  | (SourceFields & { readonly consul: ConsulSource })
  | (Omit<PolledSource, 'parse'> & { readonly vault: VaultSource })
  /** A command, whose output is the value. A string runs in the shell, a list runs directly. */
  | (PolledSource & { readonly exec: string | readonly string[] })
  | (PolledSource & { readonly git: GitSource });

/** A key of etcd v3, or all keys with a prefix, by its JSON gateway; it is watched. */
export interface EtcdSource {
  /** Default `'http://127.0.0.1:2379'`. */
  readonly url?: string;
  readonly key: string;
  /** True: all keys that begin with `key`, as an object that is nested at each `/`. Default false. */
  readonly prefix?: boolean;
  readonly username?: string;
  readonly password?: string;
}

/** A key of Consul's KV store, or all keys with a prefix; it is watched by blocking queries. */
export interface ConsulSource {
  /** Default `'http://127.0.0.1:8500'`. */
  readonly url?: string;
  readonly key: string;
  /** True: all keys that begin with `key`, as an object that is nested at each `/`. Default false. */
  readonly prefix?: boolean;
  readonly token?: string;
  readonly datacenter?: string;
  /** Longest time of a blocking query. Default 60s. */
  readonly wait?: Duration;
}

/** The newest version of a secret of Vault's KV store, version 2. */
export interface VaultSource {
  /** Default: the variable `VAULT_ADDR`. */
  readonly url?: string;
  /** Default `'secret'`. */
  readonly mount?: string;
  readonly path: string;
  /**
   * Default: the variable `VAULT_TOKEN`. It is renewed when two thirds of its time are over, as long as Vault allows that.
   */
  readonly token?: string;
  readonly namespace?: string;
}

/** A file or folder of a Git repository. */
export interface GitSource {
  /** URL or path of the repository. */
  readonly url: string;
  /** Branch, tag or other ref. Default `'HEAD'`. */
  readonly ref?: string;
  /** Path in the repository; a folder is an object with the values of its files by their names. */
  readonly path: string;
}

/**
 * A file that is rendered, from `template` or `contents`.
 *
 * @example
 * { template: 'app.conf.mustache', volume: 'conf', path: 'app.conf', check: ['nginx', '-t', '-c'] }
 */
export interface RefreshedFile {
  /** File with the template, relative to the config's folder. */
  readonly template?: string;
  /** The template itself. */
  readonly contents?: string;
  /** Volume that it is rendered into. */
  readonly volume: string;
  /** Path within the volume. */
  readonly path: string;
  /** Permissions: a number such as `0o644`, or octal digits such as `'0644'`. Default `0o644`. */
  readonly perms?: number | string;
  /**
   * Command that must exit with 0 before the new file takes the place of the old one. It gets the path of the new file: a
   * line for the shell as `$1`, a list as its last argument.
   */
  readonly check?: string | readonly string[];
}

/** What happens once a new content is in place. */
export type RefreshAction<Process extends string = string> =
  /** Sends a process a signal. */
  | { readonly signal: string; readonly to: Process }
  | { readonly restart: Process }
  /** Runs a command. A string runs in the shell, a list runs directly. */
  | { readonly exec: string | readonly string[] }
  /** Sends a POST to a URL. */
  | { readonly http: string }
  | 'none';

/**
 * Options of `use: 'config-refresh'`: files rendered from templates and sources, and swapped atomically.
 *
 * @example
 * {
 *   sources: { flags: { url: 'https://config.example.com/flags.json' } },
 *   files: [{ contents: 'color {{flags.color}}', volume: 'conf', path: 'app.conf' }],
 *   onChange: { signal: 'SIGHUP', to: 'web' },
 * }
 */
export interface ConfigRefreshOptions<Process extends string = string> {
  /** Sources by the names that templates have for them. Default: none. */
  readonly sources?: Readonly<Record<string, ConfigSource>>;
  readonly files: readonly RefreshedFile[];
  /**
   * A change is rendered once nothing has changed for `min` (default 200ms), and at most `max` (default 2s) after the
   * first change.
   */
  readonly wait?: { readonly min?: Duration; readonly max?: Duration };
  /** What happens once a new content is in place. Default `'none'`. */
  readonly onChange?: RefreshAction<Process>;
  /** Random time, up to this, before that. Default 0. */
  readonly splay?: Duration;
  /**
   * `'keep'` (default): errors are told, and the last good files stay. `'fail'`: the first error that lasts ends the
   * sidecar with exit code 1, and the pod with it.
   */
  readonly onError?: 'keep' | 'fail';
  /** False: a key that is missing renders as nothing. Default true: it is an error. */
  readonly errorOnMissingKey?: boolean;
  /**
   * A failed attempt is repeated after a random time up to `backoff` (default 250ms), which doubles up to `maxBackoff`
   * (default 1m). `attempts`: how often one thing may fail in a row. Default `Infinity`, and 1 with `onError: 'fail'`.
   */
  readonly retry?: {
    readonly backoff?: Duration;
    readonly maxBackoff?: Duration;
    readonly attempts?: number;
  };
}
