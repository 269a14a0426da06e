/**
 * The pod as data: the result of `config/`, with every default filled in, every reference resolved and every duration
 * in milliseconds. No field is optional: an unset one is `null` or empty.
 */

import type { ContainerEngineName } from './container-engines.ts';
import type { LogsLayout } from './log-layouts.ts';
import type { Times } from './log-times.ts';
import type { StopSignal } from './stop-signal.ts';
import type { Condition, Milliseconds, Role } from './vocabulary.ts';

export interface PodSpec {
  readonly name: string;
  /** Absolute path of the config file's folder, which relative paths start from. */
  readonly folder: string;
  /** Processes by name, in start order: a process comes after all its dependencies. */
  readonly processes: ReadonlyMap<string, ProcessSpec>;
  readonly stop: { readonly grace: Milliseconds; readonly minimumGrace: Milliseconds };
  readonly volumes: ReadonlyMap<string, VolumeSpec>;
  /** Container engine for processes with an image, or null for the first one that answers. */
  readonly containerEngine: ContainerEngineName | null;
  readonly ui: UiSpec;
}

/** Settings of the dashboard. Whatever is not set keeps its default. */
export interface UiSpec {
  /** Keys by action. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Colors by meaning: a name or `#rrggbb`; and `base`, the background that they are for. */
  readonly theme: Readonly<Record<string, string>>;
  /** True if a quit asks while something runs. This and the next fields are absent if they are not set. */
  readonly confirmQuit?: boolean;
  /** False if the mouse is left to the terminal. */
  readonly mouse?: boolean;
  /** State of the log at first. */
  readonly wrap?: boolean;
  readonly times?: Times;
  /** Places of several logs at first. */
  readonly layout?: LogsLayout;
  /** How the terminal tells its user about the pod. */
  readonly bell?: boolean;
  readonly notification?: boolean;
  readonly title?: boolean;
}

export interface ProcessSpec {
  readonly name: string;
  readonly role: Role;
  /** App that it belongs to, or null if it is shared by all apps or the pod has a single app. */
  readonly app: AppSpec | null;
  /** True for a primary that starts only because another app depends on it: its end does not keep the pod running. */
  readonly isSupport: boolean;
  readonly description: string;
  /** The ready-made sidecar that it comes from, or `null` if the config has it as it is. */
  readonly origin: OriginSpec | null;
  /**
   * False if it is left out by `--only`, `--without` or `autostart: false`: it stays down until it is started by hand.
   */
  readonly desired: boolean;
  readonly dependsOn: readonly DependencySpec[];
  /**
   * Others that it uses as long as it lives: what has given it variables, and where a ready-made sidecar sends to. It stops
   * before them, unless they depend on it.
   */
  readonly uses: readonly string[];
  readonly launch: LaunchSpec;
  readonly ports: readonly PortSpec[];
  /** Mounts within the config's folder: symlinks, which everybody sees. */
  readonly mounts: readonly MountSpec[];
  /** Text files that are written before every launch. */
  readonly files: readonly FileSpec[];
  /** Files of its own that another process renders. */
  readonly renderedFiles: readonly RenderedFileSpec[];
  /** What other processes render that concerns it. */
  readonly refreshes: readonly RefreshSpec[];
  /** Programs that must be there before the process is launched. */
  readonly requires: readonly RequirementSpec[];
  /** Isolation, or `null` for the supervisor's namespaces. */
  readonly isolation: IsolationSpec | null;
  readonly startup: ProbeSpec | null;
  readonly readiness: ProbeSpec | null;
  readonly liveness: ProbeSpec | null;
  readonly postStart: HookSpec | null;
  readonly preStop: HookSpec | null;
  /** Commands that run when somebody asks for them. */
  readonly commands: readonly OwnCommandSpec[];
  readonly restart: RestartSpec;
  readonly essential: boolean;
  readonly stop: StopSpec;
  /** Watched files, or `null` if none are watched. */
  readonly watch: WatchSpec | null;
  /**
   * After a permanent failure it waits for a change of its files, and the pod keeps running. True for a primary in
   * `dev`.
   */
  readonly waitsForChange: boolean;
}

/**
 * The effect of an edit of a field on a running process. `restart`: only a new instance can have the new value.
 * `update`: the value is read when it is needed. `by-entry`: each entry of the field has an effect of its own. `apart`:
 * compared on its own.
 */
export type OnEdit = 'restart' | 'update' | 'by-entry' | 'apart';

export const ON_EDIT = {
  name: 'apart',
  role: 'restart',
  app: 'restart',
  isSupport: 'update',
  description: 'update',
  origin: 'update',
  desired: 'apart',
  dependsOn: 'update',
  uses: 'update',
  launch: 'apart',
  ports: 'restart',
  mounts: 'restart',
  files: 'by-entry',
  renderedFiles: 'restart',
  refreshes: 'update',
  requires: 'update',
  isolation: 'restart',
  startup: 'restart',
  readiness: 'restart',
  liveness: 'restart',
  postStart: 'restart',
  preStop: 'update',
  commands: 'update',
  restart: 'update',
  essential: 'update',
  stop: 'update',
  watch: 'update',
  waitsForChange: 'update',
} as const satisfies Record<keyof ProcessSpec, OnEdit>;

/** The app instance that a process belongs to. */
export interface AppSpec {
  /** Name in the config: `web`. */
  readonly name: string;
  /** Number of the instance, from 1. */
  readonly instance: number;
  /** Name of its primary, `web` or `web-2`, which is unique. */
  readonly primary: string;
}

export interface DependencySpec {
  readonly process: string;
  readonly condition: Condition;
  /** Restarts this process whenever that one is restarted. */
  readonly restart: boolean;
  /** When false, a permanent failure of that process does not block this one. */
  readonly required: boolean;
}

/** A command that runs in the platform's shell, or directly. */
export type CommandSpec =
  | { readonly kind: 'shell'; readonly line: string }
  | { readonly kind: 'direct'; readonly file: string; readonly args: readonly string[] };

/** What a process runs: a command of this machine, or an image in a container. */
export type LaunchCommand = CommandSpec | ContainerSpec;

/** A container, as Kubernetes describes one. */
export interface ContainerSpec {
  readonly kind: 'container';
  readonly image: string;
  /** When the image is pulled before the pod starts. */
  readonly pull: 'missing' | 'always' | 'never';
  readonly build: BuildSpec | null;
  /** In place of the image's entrypoint, whose arguments are left out then. Null: the image's. */
  readonly entrypoint: CommandSpec | null;
  /** Arguments of the entrypoint. Null: the image's. */
  readonly args: readonly string[] | null;
  /** Absolute path in the container. Null: the image's. */
  readonly workingDir: string | null;
  /** Null: the image's. */
  readonly user: string | null;
  /** Paths of volumes that the engine fills from the image, and that end with the container. */
  readonly anonymousVolumes: readonly string[];
  readonly mounts: readonly MountSpec[];
}

/** How an image is built. Paths are absolute. */
export interface BuildSpec {
  readonly context: string;
  /** Null: `Dockerfile` in the context. */
  readonly dockerfile: string | null;
  /** Content of the Dockerfile, or null for that of the file. */
  readonly inline: string | null;
  /** Stage to stop at, or null for the last. */
  readonly target: string | null;
  readonly args: Readonly<Record<string, string>>;
}

/** A folder or a file of this machine that a process sees at another path. Paths are absolute. */
export interface MountSpec {
  /** Name of the volume or of the file in the config. */
  readonly name: string;
  readonly kind: 'folder' | 'file';
  /** Folder of a volume, or file. */
  readonly source: string;
  /** Part of the volume that is mounted, relative to it: made as a folder if it is missing. Empty: all of it. */
  readonly subPath: string;
  /** Path where the process sees it. */
  readonly path: string;
  readonly readOnly: boolean;
}

export interface LaunchSpec {
  readonly command: LaunchCommand;
  /** Absolute path. */
  readonly cwd: string;
  readonly env: EnvSpec;
  readonly stdin: InputKind;
  /** True if its streams are a terminal of its own, whatever `stdin` says. */
  readonly tty: boolean;
  readonly output: OutputKind;
}

/** The effect of an edit of a launch field. `init`: a completed init task runs again. */
export const LAUNCH_ON_EDIT = {
  command: 'init',
  cwd: 'init',
  env: 'apart',
  stdin: 'restart',
  tty: 'restart',
  output: 'restart',
} as const satisfies Record<keyof LaunchSpec, OnEdit | 'init'>;

/** The stdin of a process: a pipe that clients can write to, /dev/null, or the stdin of sidecarctl. */
export type InputKind = 'pipe' | 'null' | 'caller';

/** The stdout and stderr of a process: pipes that sidecarctl reads, or those of sidecarctl. */
type OutputKind = 'captured' | 'caller';

/**
 * The layers of a process's environment at each start, lowest first; a later one wins. A `null` value removes the
 * variable.
 */
export interface EnvSpec {
  /** Defaults for every process. */
  readonly assumed: Readonly<Record<string, string>>;
  /** Variables that make programs write colors into a pipe: for the process, not for its hooks and probes. */
  readonly colors: Readonly<Record<string, string>>;
  readonly inherited: Readonly<Record<string, string>>;
  readonly podFiles: readonly EnvFileSpec[];
  readonly files: readonly EnvFileSpec[];
  /** Addresses of all ports that the process can refer to. Processes with the same set share one object. */
  readonly services: Readonly<Record<string, string>>;
  /** Names of the services that are the process itself; it does not get these. */
  readonly withoutServices: readonly string[];
  /** Variables for its own ports, volumes and app. */
  readonly injected: Readonly<Record<string, string>>;
  /** Variables that other processes provide. They rank as injected ones; defaults are below everything inherited. */
  readonly provided: Readonly<Record<string, ProvidedVariable>>;
  readonly pod: Readonly<Record<string, string | null>>;
  readonly own: Readonly<Record<string, string | null>>;
}

export interface ProvidedVariable {
  readonly value: string;
  /** Name of the process that provides it. */
  readonly by: string;
  /** Only for a process that has the variable from nowhere else. */
  readonly isDefault?: true;
}

export interface EnvFileSpec {
  /** Absolute path. */
  readonly path: string;
  readonly required: boolean;
}

export interface PortSpec {
  readonly name: string;
  readonly port: number;
  /** Number that the process itself listens on: another one than `port` only in a container. */
  readonly target: number;
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly auto: boolean;
  /** The supervisor listens on the port for the life of the pod, and passes the socket to every instance. */
  readonly activate: boolean;
}

export interface OriginSpec {
  /** Name of the ready-made sidecar. */
  readonly use: string;
  /** `embedded`, or the name of the program that does its work. */
  readonly engine: string;
}

export interface RequirementSpec {
  /** A name on PATH, or a path. */
  readonly program: string;
  /** Versions that will do; `*`: any, and the program is not asked. */
  readonly range: string;
  /** Arguments with which the program prints its version. */
  readonly args: readonly string[];
}

export interface FileSpec {
  /** Name in its folder. */
  readonly name: string;
  /** Absolute path, in a folder of the process that is removed with the run. */
  readonly path: string;
  readonly content: string;
  /** Permission bits. */
  readonly mode: number;
  /** True for a content that is never shown. */
  readonly secret: boolean;
  readonly onChange: FileChangeAction;
}

/** The way a new content reaches a process that runs. */
export type FileChangeAction =
  | { readonly kind: 'restart' }
  /** The file is replaced, then the signal is sent. */
  | { readonly kind: 'signal'; readonly signal: string }
  /** The file is replaced, and no more. */
  | { readonly kind: 'none' };

/** A file that another process renders and replaces, in a volume of the pod. */
export interface RenderedFileSpec {
  /** Name that the process has for it. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
}

/** The effect on a process when another one has rendered files anew. */
export interface RefreshSpec {
  /** Name of the process that renders. */
  readonly by: string;
  /** The file, as that process calls it; `null`: any. */
  readonly file: string | null;
  readonly onChange: FileChangeAction;
}

/** Isolation of a process by the kernel; on Linux only. */
export interface IsolationSpec {
  /** Runs in its own pid namespace: it sees only its own processes, and none of them outlives it. */
  readonly ownPids: boolean;
  /** Mounts at paths outside the config's folder, which only this process sees. */
  readonly mounts: readonly MountSpec[];
}

export interface VolumeSpec {
  readonly name: string;
  /** Absolute path of the directory that all processes share. */
  readonly path: string;
  /** `pod`: created empty at the start and removed at the end. `persist` and `external`: kept. */
  readonly lifetime: 'pod' | 'persist' | 'external';
}

export interface ProbeSpec {
  readonly target: ProbeTarget;
  readonly initialDelay: Milliseconds;
  readonly period: Milliseconds;
  readonly timeout: Milliseconds;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** Grace of a kill that this probe causes, or `null` for the process's. */
  readonly grace: Milliseconds | null;
}

export type ProbeTarget =
  | {
      readonly kind: 'http';
      /** Absolute URL with the scheme `http:` or `https:`. */
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      /** Status that counts as success, or `null` for 200 to 399. */
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

/** A command beside a process. */
export interface OwnCommandSpec {
  readonly name: string;
  readonly command: CommandSpec;
  readonly description: string;
  /** True if it runs on a terminal of its own. */
  readonly tty: boolean;
}

export interface RestartSpec {
  readonly policy: 'always' | 'on-failure' | 'never';
  readonly backoff: { readonly initial: Milliseconds; readonly factor: number; readonly max: Milliseconds };
  /** A run of at least this length resets the back-off. */
  readonly resetAfter: Milliseconds;
  /** More restarts than this within the time, and the process fails permanently. */
  readonly limit: { readonly restarts: number; readonly within: Milliseconds } | null;
}

export interface StopSpec extends StopSignal {
  /** True if nobody has named the signal: a container gets the one that its image names. */
  readonly isDefault: boolean;
  /** Grace, or `null` for the pod's. */
  readonly grace: Milliseconds | null;
  /** Command that replaces the signal; if it fails, the signal is sent. */
  readonly command: CommandSpec | null;
}

export interface WatchSpec {
  /** Globs with `/`, absolute or relative to the config's folder; a folder stands for all files in it. */
  readonly paths: readonly string[];
  /** Globs of files to ignore. */
  readonly ignore: readonly string[];
  /** Time without further changes before a change counts. */
  readonly debounce: Milliseconds;
  readonly action: WatchAction;
  /** Interval at which the files are checked, or `null` to be notified by the kernel. */
  readonly polling: Milliseconds | null;
}

export type WatchAction =
  | { readonly kind: 'restart' }
  | { readonly kind: 'signal'; readonly signal: string }
  /** The command runs first. The process is restarted when it exits with 0; until then the old instance stays. */
  | { readonly kind: 'command'; readonly command: CommandSpec };

/** Names of the processes whose end ends an app: one for each instance of an app. */
export const primariesOf = (pod: PodSpec): readonly string[] => {
  const primaries = [...pod.processes.values()].filter(({ role }) => role === 'primary');
  if (primaries.length === 0) throw new Error('a pod spec without a primary was let through');
  return primaries.map(({ name }) => name);
};
