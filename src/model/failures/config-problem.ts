/**
 * Everything that can be wrong with a config file, as facts: the place, the value, and what is expected. `report/`
 * words them.
 */

import type { LogExpectation } from './log-expectation.ts';
import type { MetricsExpectation } from './metrics-expectation.ts';
import type { RefreshExpectation } from './refresh-expectation.ts';
import type { ShipperExpectation } from './shipper-expectation.ts';
import type { TrafficExpectation } from './traffic-expectation.ts';

/** Path of a field from the top of the config: `['sidecars', 'redis', 'readiness', 'tcp']`. */
export type FieldPath = readonly (string | number)[];

/** The kind of value that a field takes; `report/` words it. */
export type Expectation =
  | LogExpectation
  | MetricsExpectation
  | ShipperExpectation
  | TrafficExpectation
  | RefreshExpectation
  | 'amount'
  | 'app'
  | 'app-primary'
  | 'apps'
  | 'arguments'
  | 'backoff'
  | 'boolean'
  | 'command'
  | 'color'
  | 'condition'
  | 'container'
  | 'container-engine'
  | 'config'
  | 'count'
  | 'dependencies'
  | 'dependency'
  | 'duration'
  | 'env-file'
  | 'error-status'
  | 'env-value'
  | 'exact-number'
  | 'layout'
  | 'process-name'
  | 'environment'
  | 'factor'
  | 'faults'
  | 'faults-target'
  | 'file'
  | 'file-change'
  | 'file-content'
  | 'file-mode'
  | 'files'
  | 'grpc-target'
  | 'headers'
  | 'hook'
  | 'http-fault'
  | 'http-fault-match'
  | 'http-faults'
  | 'http-target'
  | 'container-path'
  | 'container-paths'
  | 'image'
  | 'build-args'
  | 'image-build'
  | 'image-pull'
  | 'isolate'
  | 'stdin'
  | 'key'
  | 'keys'
  | 'limit'
  | 'log-pattern'
  | 'mount-place'
  | 'mounts'
  | 'options'
  | 'own-command'
  | 'own-commands'
  | 'path'
  | 'percentage'
  | 'policy'
  | 'port'
  | 'ports'
  | 'pod-stop'
  | 'positive-duration'
  | 'primary'
  | 'probe'
  | 'process'
  | 'processes'
  | 'process-names'
  | 'prometheus'
  | 'protocol'
  | 'provides'
  | 'readiness'
  | 'rendered-file'
  | 'receiver-url'
  | 'requirement'
  | 'requires'
  | 'restart'
  | 'scheme'
  | 'scrape'
  | 'scrape-target'
  | 'scrape-target-port'
  | 'server'
  | 'share'
  | 'sidecar'
  | 'signal'
  | 'status'
  | 'stop'
  | 'tcp-target'
  | 'telemetry'
  | 'telemetry-forward'
  | 'telemetry-keep'
  | 'telemetry-listen'
  | 'text'
  | 'theme'
  | 'theme-base'
  | 'times'
  | 'toxic'
  | 'toxic-attributes'
  | 'toxic-stream'
  | 'toxic-type'
  | 'toxics'
  | 'true'
  | 'ui'
  | 'url-path'
  | 'version-range'
  | 'volume'
  | 'volumes'
  | 'watch'
  | 'watch-action'
  | 'watch-polling'
  | 'wiring-function';

/** A place in a source file; line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The kind of name that was looked up and not found. */
export type Named =
  | 'retry-word'
  | 'process'
  | 'port'
  | 'volume'
  | 'volume-or-file'
  | 'reference'
  | 'ready-made'
  | 'engine'
  | 'port-of-process'
  | 'rendered-file'
  | 'source';

/** A name that does not exist, with the names that do. */
interface Unknown {
  readonly found: string;
  readonly nearest: string | null;
  readonly known: readonly string[];
}

/** A problem that keeps the file from being turned into a value. */
export type LoadingProblem =
  /** `near`: a file of that folder that was probably meant to be a config. */
  | {
      readonly kind: 'no-config';
      readonly from: string;
      readonly names: readonly string[];
      readonly near: string | null;
      /** Name of a Compose file in that folder. */
      readonly compose: string | null;
    }
  | { readonly kind: 'no-such-file' }
  | { readonly kind: 'unreadable'; readonly message: string }
  /** The config is code in a folder whose name has a backslash, which Node's module loader refuses. */
  | { readonly kind: 'backslash-in-path' }
  | { readonly kind: 'unknown-file-type'; readonly extension: string; readonly known: readonly string[] }
  | { readonly kind: 'syntax'; readonly message: string; readonly at: Position | null }
  | { readonly kind: 'not-erasable'; readonly message: string; readonly at: Position | null }
  | { readonly kind: 'evaluation'; readonly message: string; readonly at: Position | null }
  | { readonly kind: 'duplicate-key'; readonly at: Position }
  | { readonly kind: 'no-default-export' }
  /** It is in a format that `init` reads and that does not run as it is. `from`: path of the file for `init`. */
  | { readonly kind: 'other-format'; readonly format: string; readonly from: string }
  /** `within`: limit in milliseconds; null if nothing is left that it could be waiting for. */
  | { readonly kind: 'never-settles'; readonly within: number | null }
  | {
      readonly kind: 'too-large';
      readonly what: 'bytes' | 'values' | 'depth' | 'processes';
      readonly limit: number;
    }
  | { readonly kind: 'config-function'; readonly message: string; readonly at: Position | null };

/** An error in a line of an env file. It stops the reading, because the rest of the file cannot be trusted. */
export type EnvFileError = { readonly line: number } & (
  | { readonly kind: 'unclosed-quote'; readonly name: string }
  | { readonly kind: 'bad-name'; readonly text: string }
  | { readonly kind: 'bad-template'; readonly name: string; readonly text: string }
  | { readonly kind: 'required-variable'; readonly name: string; readonly message: string }
);

/** The end of a shell line that keeps further words from being arguments of its last command. */
export type ArgumentsBlocker = 'comment' | 'operator' | 'compound' | 'here-document' | 'quote';

/** A problem of one field. */
export type FieldProblem = { readonly path: FieldPath } & (
  | { readonly kind: 'missing'; readonly expected: Expectation }
  /** `nearest`: the one of the allowed words that was probably meant. */
  | {
      readonly kind: 'invalid';
      readonly found: unknown;
      readonly expected: Expectation;
      readonly nearest?: string;
    }
  | ({ readonly kind: 'unknown-key' } & Unknown)
  | ({ readonly kind: 'unknown-name'; readonly named: Named } & Unknown)
  | { readonly kind: 'not-a-name'; readonly found: string }
  | { readonly kind: 'not-a-file-name'; readonly found: string }
  /** The process already has a variable of that name. */
  | { readonly kind: 'variable-taken'; readonly variable: string; readonly by: FieldPath }
  | { readonly kind: 'command-and-use' }
  /** It says something of a container, and the process has no image. */
  | { readonly kind: 'without-image' }
  /** A process with an image cannot have it; `instead`: the field that says the same of a container, or null. */
  | { readonly kind: 'not-in-container'; readonly instead: string | null }
  /** A mount of a container at a path that is not absolute. */
  | { readonly kind: 'mount-not-absolute'; readonly at: string }
  /** It means nothing without another field or value. */
  | { readonly kind: 'needs'; readonly needs: string }
  /** It cannot stand beside another field or value. */
  | { readonly kind: 'excludes'; readonly other: string }
  /** A time that cannot be longer, or shorter, than another one. */
  | { readonly kind: 'out-of-order'; readonly is: 'longer' | 'shorter'; readonly than: string }
  | { readonly kind: 'bad-pattern'; readonly message: string }
  /** An option about requests, where only bytes are seen. */
  | { readonly kind: 'needs-requests' }
  | {
      readonly kind: 'bad-certificate';
      readonly because: 'no-certificate' | 'no-key' | 'other-key' | 'expired';
    }
  /** An option of a ready-made sidecar where there is none. */
  | { readonly kind: 'without-use' }
  /** Only a sidecar can be ready-made. */
  | { readonly kind: 'use-elsewhere' }
  | { readonly kind: 'not-detoured'; readonly because: 'no-process' | 'target' }
  /** More than one says which of the requests a fault is for. */
  | { readonly kind: 'fault-turns'; readonly found: readonly string[] }
  /** Two ready-made sidecars stand before one port for the same process. */
  | { readonly kind: 'detoured-twice'; readonly process: string; readonly by: FieldPath }
  /** Another process provides the variable to the same process. */
  | {
      readonly kind: 'provided-twice';
      readonly variable: string;
      readonly to: string;
      readonly by: FieldPath;
    }
  /** sidecarctl injects the variable into that process. */
  | { readonly kind: 'provides-injected'; readonly variable: string; readonly to: string }
  | { readonly kind: 'mode-of-secret' }
  /** The sum of all files of a process. */
  | { readonly kind: 'files-too-large'; readonly bytes: number; readonly limit: number }
  /** A key that has a meaning in JavaScript itself, such as `__proto__`. */
  | { readonly kind: 'prototype-name'; readonly found: string }
  | { readonly kind: 'nul-character' }
  | { readonly kind: 'name-taken'; readonly name: string; readonly by: FieldPath }
  | { readonly kind: 'name-too-long'; readonly name: string }
  | { readonly kind: 'primary-and-apps' }
  | { readonly kind: 'unknown-signal'; readonly found: string; readonly nearest: string | null }
  | { readonly kind: 'watched-init-task' }
  | { readonly kind: 'depends-on-itself'; readonly process: string }
  | { readonly kind: 'dependency-cycle'; readonly cycle: readonly string[] }
  | { readonly kind: 'init-depends-on-primary'; readonly primary: string }
  | {
      readonly kind: 'never-completes';
      readonly process: string;
      readonly because: 'restarts-always' | 'primary';
    }
  | { readonly kind: 'probe-targets'; readonly found: readonly string[]; readonly known: readonly string[] }
  | { readonly kind: 'output-kinds'; readonly found: readonly string[]; readonly known: readonly string[] }
  | { readonly kind: 'hook-actions'; readonly found: readonly string[] }
  /** It has none, or several, of the fields of which it must have one. */
  | { readonly kind: 'one-of'; readonly found: readonly string[]; readonly known: readonly string[] }
  | { readonly kind: 'bad-template'; readonly message: string }
  | { readonly kind: 'log-liveness' }
  | {
      readonly kind: 'success-threshold';
      readonly probe: 'startup' | 'liveness';
      readonly found: number;
    }
  | { readonly kind: 'readiness-grace' }
  | { readonly kind: 'no-port'; readonly process: string }
  | { readonly kind: 'no-tcp-port'; readonly process: string }
  | {
      readonly kind: 'port-taken';
      readonly port: number;
      readonly protocol: 'tcp' | 'udp';
      readonly host: string;
      readonly by: FieldPath;
      /** Host of the other port, which takes the port from this one. */
      readonly byHost: string;
    }
  /** A fixed port, which only one of several instances can have. */
  | { readonly kind: 'port-of-instances'; readonly port: number }
  /** An engine of a ready-made sidecar cannot carry out an option; `able`: those that can. */
  | {
      readonly kind: 'engine-lacks';
      readonly option: string;
      readonly engine: string;
      readonly able: readonly string[];
    }
  | { readonly kind: 'not-activatable'; readonly because: 'udp' | 'host-name' | 'platform' | 'ready-made' }
  /** `what`: what is already there; `it`: the same thing. */
  | {
      readonly kind: 'mount-taken';
      readonly at: string;
      readonly by: FieldPath;
      readonly what: 'volume' | 'file' | 'it';
    }
  | { readonly kind: 'mount-of-instances'; readonly at: string; readonly what: 'volume' | 'file' }
  /** A mount outside the config's folder lies inside another one of the process, which would hide it. */
  /** The mount would hide a part of the pod from the process. */
  | { readonly kind: 'mount-hides'; readonly at: string; readonly hidden: string }
  /** A mount that is a symlink cannot be read-only. */
  | { readonly kind: 'mount-not-read-only' }
  /** A part of a volume that is not within it. */
  | { readonly kind: 'sub-path-outside'; readonly found: string }
  | { readonly kind: 'sub-path-of-file' }
  /** A mount of one file never shows the file that replaces it. */
  | { readonly kind: 'mount-of-replaced-file'; readonly file: string }
  | { readonly kind: 'needs-linux'; readonly what: 'pid-namespace' | 'mount-namespace' }
  | { readonly kind: 'key-taken'; readonly key: string; readonly by: string }
  | { readonly kind: 'volume-persist-and-path' }
  | { readonly kind: 'undotted-reference'; readonly name: string }
  | { readonly kind: 'unclosed-reference'; readonly found: string }
  | { readonly kind: 'unset-variable'; readonly name: string; readonly nearest: string | null }
  /** A variable of another tool's file that must be set. `why`: the file's own words, or empty. */
  | { readonly kind: 'required-variable'; readonly name: string; readonly why: string }
  /** Something of another tool's file that the tool itself refuses, as a sentence. */
  | { readonly kind: 'source-mistake'; readonly message: string }
  | { readonly kind: 'value-function'; readonly message: string }
  | { readonly kind: 'no-such-path'; readonly at: string; readonly expected: 'file' | 'folder' }
  /** The primary's shell line has no place for arguments from the command line. */
  | { readonly kind: 'takes-no-arguments'; readonly because: ArgumentsBlocker }
  /** A number or boolean of a data file that would become a different text. */
  | { readonly kind: 'respelled'; readonly written: string; readonly read: string }
  | { readonly kind: 'env-file-line'; readonly file: string; readonly error: EnvFileError }
);

/** `--only` or `--without` names a process that the config does not have. */
export type SelectionProblem = {
  readonly kind: 'unknown-selection';
  readonly option: 'only' | 'without';
} & Unknown;

/** A command or arguments were given for the primary, and there are several primaries. */
export interface PrimaryProblem {
  readonly kind: 'which-primary';
  readonly given: 'command' | 'arguments';
  readonly primaries: readonly string[];
}

/** `--local` names a container that the file does not have, or several have, or there is no such file. */
export type LocalProblem =
  | ({ readonly kind: 'unknown-local' } & Unknown)
  | { readonly kind: 'ambiguous-local'; readonly found: string; readonly names: readonly string[] }
  | { readonly kind: 'local-without-containers' };

export type ConfigProblem = LoadingProblem | FieldProblem | SelectionProblem | PrimaryProblem | LocalProblem;

/** All problems of one config. `file` is null if no config was found. */
export interface ConfigFailure {
  readonly ok: false;
  readonly file: string | null;
  readonly problems: readonly ConfigProblem[];
}

export type Result<T> = { readonly ok: true; readonly value: T } | ConfigFailure;
