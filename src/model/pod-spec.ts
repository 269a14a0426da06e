/**
 * The pod as data: what `config/` makes of a config file once every default is filled in, every reference resolved and
 * every duration turned into milliseconds. Nothing is optional: what is not wanted is `null` or empty.
 */

import type { Condition, Milliseconds, Role } from './vocabulary.ts';

export interface PodSpec {
  readonly name: string;
  /** The folder of the config file, absolute: what relative paths are relative to. */
  readonly folder: string;
  /** By name, in start order: a process stands after all it depends on. */
  readonly processes: ReadonlyMap<string, ProcessSpec>;
  readonly stop: { readonly grace: Milliseconds; readonly minimumGrace: Milliseconds };
  readonly volumes: ReadonlyMap<string, VolumeSpec>;
  readonly ui: UiSpec;
}

/** The dashboard's settings; what is not named is as it is without them. */
export interface UiSpec {
  /** By action. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** By what it means: a name or `#rrggbb`. */
  readonly theme: Readonly<Record<string, string>>;
}

export interface ProcessSpec {
  readonly name: string;
  readonly role: Role;
  /** Null: shared by all apps, or the pod is one app. */
  readonly app: AppSpec | null;
  /** A primary that starts only because another app needs it: the pod does not go on for its sake. */
  readonly isSupport: boolean;
  readonly description: string;
  /** False for what was left out by `--only`, `--without` or `autostart: false`: it stays down until started by hand. */
  readonly desired: boolean;
  readonly dependsOn: readonly DependencySpec[];
  readonly launch: LaunchSpec;
  readonly ports: readonly PortSpec[];
  readonly mounts: readonly MountSpec[];
  /** `null`: it lives in the namespaces of the supervisor, as others do. */
  readonly isolation: IsolationSpec | null;
  readonly startup: ProbeSpec | null;
  readonly readiness: ProbeSpec | null;
  readonly liveness: ProbeSpec | null;
  readonly postStart: HookSpec | null;
  readonly preStop: HookSpec | null;
  readonly restart: RestartSpec;
  readonly essential: boolean;
  readonly stop: StopSpec;
  /** `null`: its files are not watched. */
  readonly watch: WatchSpec | null;
  /** When it has failed for good it waits for a change of its files, and the pod goes on: a primary in `dev`. */
  readonly waitsForChange: boolean;
}

/**
 * What follows from an edit of a field. `restart`: an instance was given it, or is judged by it, and only a new one can
 * have another. `update`: it is looked at when its time comes. `apart`: looked at on its own.
 */
export type OnEdit = 'restart' | 'update' | 'apart';

export const ON_EDIT = {
  name: 'apart',
  role: 'restart',
  app: 'restart',
  isSupport: 'update',
  description: 'update',
  desired: 'apart',
  dependsOn: 'update',
  launch: 'apart',
  ports: 'restart',
  mounts: 'restart',
  isolation: 'restart',
  startup: 'restart',
  readiness: 'restart',
  liveness: 'restart',
  postStart: 'restart',
  preStop: 'update',
  restart: 'update',
  essential: 'update',
  stop: 'update',
  watch: 'update',
  waitsForChange: 'update',
} as const satisfies Record<keyof ProcessSpec, OnEdit>;

/** The instance of an app that a process belongs to. */
export interface AppSpec {
  /** As in the config: `web`. */
  readonly name: string;
  /** From 1. */
  readonly instance: number;
  /** What its primary is called, `web` or `web-2`: tells it from all others. */
  readonly primary: string;
}

export interface DependencySpec {
  readonly process: string;
  readonly condition: Condition;
  /** Restart with it: whenever that process is restarted, this one is too. */
  readonly restart: boolean;
  /** When false, its failing for good does not hold this process back. */
  readonly required: boolean;
}

/** Run by the platform's shell, or directly. */
export type CommandSpec =
  | { readonly kind: 'shell'; readonly line: string }
  | { readonly kind: 'direct'; readonly file: string; readonly args: readonly string[] };

export interface LaunchSpec {
  readonly command: CommandSpec;
  /** Absolute. */
  readonly cwd: string;
  readonly env: EnvSpec;
  readonly stdin: InputKind;
  readonly output: OutputKind;
}

/** `init`: what an init task that has completed runs again for. */
export const LAUNCH_ON_EDIT = {
  command: 'init',
  cwd: 'init',
  env: 'apart',
  stdin: 'restart',
  output: 'restart',
} as const satisfies Record<keyof LaunchSpec, OnEdit | 'init'>;

/** What a process reads from: a pipe on which nothing comes, /dev/null, or what sidecarctl itself was started with. */
export type InputKind = 'pipe' | 'null' | 'caller';

/** Where it writes to: pipes that sidecarctl reads, or what sidecarctl itself was started with. */
export type OutputKind = 'captured' | 'caller';

/**
 * The layers a process's environment is made of at each of its starts, lowest first; a later one wins.
 * `null` as a value removes the variable.
 */
export interface EnvSpec {
  /** What every process has unless somebody says otherwise. */
  readonly assumed: Readonly<Record<string, string>>;
  /** What makes programs write colors into a pipe: the process's alone, not that of its hooks and probes. */
  readonly colors: Readonly<Record<string, string>>;
  readonly inherited: Readonly<Record<string, string>>;
  readonly podFiles: readonly EnvFileSpec[];
  readonly files: readonly EnvFileSpec[];
  /** Where the ports of all processes are that it can name: the same object for all of these. */
  readonly services: Readonly<Record<string, string>>;
  /** Those that are about the process itself, and that it does not get. */
  readonly withoutServices: readonly string[];
  /** Its own ports, volumes and app. */
  readonly injected: Readonly<Record<string, string>>;
  readonly pod: Readonly<Record<string, string | null>>;
  readonly own: Readonly<Record<string, string | null>>;
}

export interface EnvFileSpec {
  /** Absolute. */
  readonly path: string;
  readonly required: boolean;
}

export interface PortSpec {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly auto: boolean;
  /** The supervisor listens on it for as long as the pod lives, and hands the socket to every instance. */
  readonly activate: boolean;
}

export interface MountSpec {
  readonly volume: string;
  /** Absolute: where the symlink to the volume is put. */
  readonly path: string;
}

/** What the kernel keeps apart from all other processes; on Linux only. */
export interface IsolationSpec {
  /** In a pid namespace of its own: it sees its own processes only, and none of them outlives it. */
  readonly ownPids: boolean;
  /** Volumes at paths outside the config's folder, where only this process sees them. */
  readonly mounts: readonly PrivateMountSpec[];
}

export interface PrivateMountSpec {
  readonly volume: string;
  /** Absolute: the volume's directory. */
  readonly source: string;
  /** Absolute: the directory in whose place the process sees the volume. */
  readonly path: string;
}

export interface VolumeSpec {
  readonly name: string;
  /** Absolute: the directory all processes share. */
  readonly path: string;
  /** `pod`: made empty at the start, removed at the end. `persist` and `external`: kept. */
  readonly lifetime: 'pod' | 'persist' | 'external';
}

export interface ProbeSpec {
  readonly target: ProbeTarget;
  readonly initialDelay: Milliseconds;
  readonly period: Milliseconds;
  readonly timeout: Milliseconds;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** Grace of a kill that this probe causes; `null`: the process's. */
  readonly grace: Milliseconds | null;
}

export type ProbeTarget =
  | {
      readonly kind: 'http';
      /** Absolute URL, scheme `http:` or `https:`. */
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      /** The status that counts as success; `null`: 200 to 399. */
      readonly status: number | null;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'exec'; readonly command: CommandSpec }
  | { readonly kind: 'grpc'; readonly host: string; readonly port: number; readonly service: string }
  | { readonly kind: 'log'; readonly pattern: string | RegExp }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'notify' };

export type HookSpec =
  | { readonly kind: 'exec'; readonly command: CommandSpec }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly status: number | null;
    }
  | { readonly kind: 'sleep'; readonly duration: Milliseconds };

export interface RestartSpec {
  readonly policy: 'always' | 'on-failure' | 'never';
  readonly backoff: { readonly initial: Milliseconds; readonly factor: number; readonly max: Milliseconds };
  /** A run at least this long forgets the back-off. */
  readonly resetAfter: Milliseconds;
  /** More restarts than this inside the window and the process is given up. */
  readonly limit: { readonly restarts: number; readonly within: Milliseconds } | null;
}

export interface StopSpec {
  readonly signal: string;
  /** As this platform numbers it. */
  readonly signalNumber: number;
  /** `null`: the pod's. */
  readonly grace: Milliseconds | null;
  /** Run in place of the signal; the signal follows when it fails. */
  readonly command: CommandSpec | null;
}

export interface WatchSpec {
  /** Globs, relative to the config's folder or absolute, with `/`; a folder stands for all that is in it. */
  readonly paths: readonly string[];
  /** What of it does not count. */
  readonly ignore: readonly string[];
  /** How long nothing more must change before a change counts. */
  readonly debounce: Milliseconds;
  readonly action: WatchAction;
  /** Looks at the files this often instead of being told by the kernel; `null`: is told. */
  readonly polling: Milliseconds | null;
}

export type WatchAction =
  | { readonly kind: 'restart' }
  | { readonly kind: 'signal'; readonly signal: string }
  /** Runs first; the restart follows when it exits 0, and until then the old instance stays. */
  | { readonly kind: 'command'; readonly command: CommandSpec };

/** The processes whose end ends an app, by name: one for each instance of an app. */
export const primariesOf = (pod: PodSpec): readonly string[] => {
  const primaries = [...pod.processes.values()].filter(({ role }) => role === 'primary');
  if (primaries.length === 0) throw new Error('a pod spec without a primary was let through');
  return primaries.map(({ name }) => name);
};
