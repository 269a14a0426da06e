/** The types of a config. They are erased at run time, except `defineConfig`, which returns its argument. */

import type { ContainerEngineName } from '../model/container-engines.ts';
import type { LogsLayout } from '../model/log-layouts.ts';
import type { Times } from '../model/log-times.ts';
import type {
  AllVolumes,
  AppNames,
  AppWiring,
  FilePaths,
  Nothing,
  OwnPort,
  TopNames,
  WiringOf,
} from './infer.ts';
import type { Duration } from './quantities.ts';
import type { ReadyMade } from './ready-made.ts';
import type { Wiring } from './wiring-types.ts';

/** A command. A string runs in the shell (`sh -c`, on Windows `cmd.exe /d /s /c`), a list runs directly. */
export type Command = string | readonly string[];

/** A signal name, with or without `SIG`. */
export type Signal =
  | 'SIGTERM'
  | 'SIGINT'
  | 'SIGQUIT'
  | 'SIGHUP'
  | 'SIGKILL'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | (string & {});

/** The context that a config function is called with. */
export interface ConfigContext {
  /** Command that loads the config; `library` for `startPod`. */
  readonly mode: 'dev' | 'up' | 'run' | 'check' | 'graph' | 'library';
  /** Environment that `sidecarctl` was started in. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Arguments after `--` on the command line. */
  readonly args: readonly string[];
}

/** A value, or a function of the wiring that returns it once ports and volumes are known. */
export type Wired<T, W> = T | ((wiring: W) => T);

/** A reference in a string: `'${ports.redis.main}'`. */
export type PortReference = `\${ports.${string}.${string}}`;

/**
 * An env file; of a list, a later file wins. No file is read by default. `required` defaults to true: a missing file is
 * an error.
 */
export type EnvFile = string | { readonly path: string; readonly required?: boolean };

/** The value of a variable; `null` removes it. */
export type EnvValue = string | number | boolean | null;

/** Variables. A function of the wiring can return all of them, or each one. */
export type Environment<W> =
  | ((wiring: W) => Readonly<Record<string, EnvValue>>)
  | { readonly [variable: string]: Wired<EnvValue, W> };

/** A port number from 1 to 65535, or `'auto'` for a free one, which stays the same on later runs while it is free. */
export type PortConfig =
  | number
  | 'auto'
  | {
      readonly port: number | 'auto';
      /** Protocol. Default `'tcp'`. */
      readonly protocol?: 'tcp' | 'udp';
      /** Address that it is bound to. Default `'127.0.0.1'`. */
      readonly host?: string;
      /**
       * Port that the container listens on, which the port is published for. Default: the port itself. Only for a
       * process with an image.
       */
      readonly target?: number;
      /**
       * Socket activation: sidecarctl listens for the life of the pod and passes the socket to each instance, as
       * systemd does, so connections made during a restart wait. Default false.
       */
      readonly activate?: boolean;
    };

/** A directory that the pod's processes share. It is created empty at the start and removed at the end. */
export interface VolumeConfig {
  /** Keeps it between runs, under `.sidecarctl/volumes/<name>`. Default false. */
  readonly persist?: boolean;
  /** Path of an existing directory to use instead, which is never deleted. */
  readonly path?: string;
}

/**
 * A path where a process sees a volume or a file: a path, or an object with it.
 *
 * @example '/var/lib/data', { path: '/var/lib/data', subPath: 'cache', readOnly: true }
 */
export type MountPlace =
  | string
  | {
      readonly path: string;
      /** Part of the volume, relative to it, made as a folder if it is missing. Default: all of the volume. */
      readonly subPath?: string;
      /**
       * True: the process cannot write there. Only in a container, and at an absolute path outside the config's folder.
       * Default false.
       */
      readonly readOnly?: boolean;
    };

/** Names of files in a wiring. */
type FileIn<W> = W extends { readonly files: infer Files } ? keyof Files : never;

/** The content of a file in JSON. */
export type FileData = Readonly<Record<string, unknown>>;

/**
 * A text file that is written before every launch of its process: its content, or an object with its content.
 *
 * @example 'port 6379', ({ ports }) => `port ${ports.redis.main}`, { content: 'port 6379', onChange: { signal: 'SIGHUP' } }
 */
export type FileConfig<W = Wiring> =
  | Wired<string, W>
  | {
      /** Text, or an object, which is written as JSON. Both can have references. */
      readonly content: Wired<string | FileData, W>;
      /** Octal digits, such as `'0755'`. Default `'0644'`. */
      readonly mode?: string;
      /**
       * Action on a new content after a reload: a restart (the default), a signal once the file is replaced, or nothing
       * but the replaced file.
       */
      readonly onChange?: 'restart' | { readonly signal: Signal } | 'none';
      /** Gives the file mode 0600, and its content is never shown. Default false. */
      readonly secret?: boolean;
    }
  | {
      /** A file that a `config-refresh` sidecar renders: its name, a dot, and the path of the file: `'conf.app.conf'`. */
      readonly from: string;
      /** Action on a new content, once the file is replaced. Default `'restart'`. */
      readonly onChange?: 'restart' | { readonly signal: Signal } | 'none';
    };

/**
 * Variables that a process gives to others. Two processes that provide one variable to the same process are an error. In a
 * text, `${receiver.name}` is the name of the process that gets it, for all instances of an app the same, and
 * `${receiver.process}` its name in the pod, such as `web-2`.
 *
 * @example { env: { HTTP_PROXY: ({ ports }) => `http://127.0.0.1:${ports.proxy.main}` }, to: ['web'] }
 */
export interface Provides<Process extends string = string, W = Wiring> {
  /**
   * The variables; one that is `null` is not provided. They rank as injected ones: an `env` of the receiver or of the pod
   * wins.
   */
  readonly env?: Environment<W>;
  /** Variables for those that have them from nowhere else: the inherited environment and env files win, too. */
  readonly defaults?: Environment<W>;
  /** Processes that get them. Default: every other process that can refer to this one. */
  readonly to?: readonly Process[];
}

/**
 * The versions of a program that will do, as a range, or as an object with the arguments that print the version
 * (default `--version`).
 *
 * @example '*', '>=7', '^7.2', '>=7 <8', { version: '>=9', args: ['-V'] }
 */
export type Requirement = string | { readonly version: string; readonly args?: readonly string[] };

/** The state that a dependency must reach before the dependent is launched. */
export type DependencyCondition = 'started' | 'ready' | 'completed';

export interface DependencyConfig {
  /** Condition to wait for. Default: `'completed'` for an init task, otherwise `'ready'`. */
  readonly condition?: DependencyCondition;
  /** Restarts this process along with the dependency. Default false. */
  readonly restart?: boolean;
  /** When false, a permanent failure of the dependency does not block this process. Default true. */
  readonly required?: boolean;
}

/**
 * Dependencies of a process; a list uses the default conditions.
 *
 * @example
 * ['migrate', 'redis'], { redis: 'started' }, { redis: { condition: 'ready', restart: true } }
 */
export type Dependencies<Process extends string> =
  | readonly Process[]
  | { readonly [P in Process]?: DependencyCondition | DependencyConfig };

/** Name of one of the process's own ports, or a port number. */
export type PortTarget<OwnPort extends string> = OwnPort | number | PortReference;

/** A path (`'/healthz'`) on the process's first port, an absolute URL, or its parts. */
export type HttpTarget<OwnPort extends string> =
  | string
  | {
      /** Port. Default: the process's first port. */
      readonly port?: PortTarget<OwnPort>;
      /** Path. Default `'/'`. */
      readonly path?: string;
      /** Default `'http'`. With `'https'`, the certificate is not checked. */
      readonly scheme?: 'http' | 'https';
      readonly headers?: Readonly<Record<string, string>>;
      /** The only status that counts as success. Default: any from 200 to 399. */
      readonly status?: number;
    };

export type GrpcTarget<OwnPort extends string> =
  | PortTarget<OwnPort>
  | {
      readonly port: PortTarget<OwnPort>;
      /** Service to check. Default `''`: the server as a whole. */
      readonly service?: string;
    };

/** The targets of a readiness probe; a probe has exactly one. */
export interface ReadinessTargets<OwnPort extends string, W> {
  /** Succeeds on a status from 200 to 399. */
  readonly http?: Wired<HttpTarget<OwnPort>, W>;
  /** Succeeds when the connection opens. */
  readonly tcp?: Wired<PortTarget<OwnPort>, W>;
  /** Succeeds on exit code 0. */
  readonly exec?: Wired<Command, W>;
  /** Succeeds when the health check answers SERVING. */
  readonly grpc?: Wired<GrpcTarget<OwnPort>, W>;
  /** Succeeds once a line of output contains the string or matches the expression. */
  readonly log?: Wired<string | RegExp, W>;
  /** Succeeds when the file or socket exists. */
  readonly file?: Wired<string, W>;
  /** Succeeds when the process reports it: `READY=1` on the descriptor in `NOTIFY_FD`, or `process.send('ready')`. */
  readonly notify?: true;
}

export interface ProbeTiming {
  /** Time before the first attempt. Default 0. */
  readonly initialDelay?: Duration;
  /** Time between attempts; failures count at most once in it. Default 1s. */
  readonly period?: Duration;
  /** Time limit of an attempt. Default 1s. */
  readonly timeout?: Duration;
  /** Number of consecutive failures after which the probe fails. Default 3, and 60 for `startup`. */
  readonly failureThreshold?: number;
}

export interface KillingProbeTiming extends ProbeTiming {
  /** Number of successes; always 1, as in Kubernetes. */
  readonly successThreshold?: 1;
  /** Grace of the kills that this probe causes. Default: the process's grace. */
  readonly grace?: Duration;
}

/**
 * A readiness probe.
 *
 * @example
 * { tcp: 'main' }, { http: '/healthz', period: '2s' }
 */
export interface ReadinessProbe<OwnPort extends string = string, W = Wiring>
  extends ReadinessTargets<OwnPort, W>,
    ProbeTiming {
  /** Number of consecutive successes after which the process is ready. Default 1. */
  readonly successThreshold?: number;
}

export interface StartupProbe<OwnPort extends string = string, W = Wiring>
  extends ReadinessTargets<OwnPort, W>,
    KillingProbeTiming {}

export interface LivenessProbe<OwnPort extends string = string, W = Wiring>
  extends Omit<ReadinessTargets<OwnPort, W>, 'log'>,
    KillingProbeTiming {}

/** A hook: a command, a request, or a wait. */
export type Hook<OwnPort extends string = string, W = Wiring> =
  | Wired<Command, W>
  | { readonly http: Wired<HttpTarget<OwnPort>, W> }
  | { readonly sleep: Duration };

/**
 * A command beside a process, which runs when somebody asks for it: the command, or an object with it.
 *
 * @example 'npm run migrate', { command: ['node', 'seed.js', '--all'], description: 'fills the database' }
 */
export type OwnCommand<W = Wiring> =
  | Wired<Command, W>
  | {
      readonly command: Wired<Command, W>;
      /** Text for the dashboard. Default: the command. */
      readonly description?: string;
      /** When true, it runs on a terminal of its own, as `psql` needs it. Linux only, with koffi. Default false. */
      readonly tty?: boolean;
    };

export type RestartPolicy = 'always' | 'on-failure' | 'never';

export interface RestartConfig {
  /** Restart policy. Default: sidecar `'always'`, primary and init task `'never'`. */
  readonly policy?: RestartPolicy;
  /**
   * Delay between restarts. The first restart is immediate, then the delay is `initial` (1s) and grows by `factor` (2)
   * up to `max` (60s).
   */
  readonly backoff?: { readonly initial?: Duration; readonly factor?: number; readonly max?: Duration };
  /** A run of at least this length resets the back-off. Default 10s. */
  readonly resetAfter?: Duration;
  /** Maximum number of `restarts` `within` a time, after which the process fails permanently. Default: no limit. */
  readonly limit?: { readonly restarts: number; readonly within: Duration };
}

export interface StopConfig<W = Wiring> {
  /** Stop signal. Default `'SIGTERM'`. */
  readonly signal?: Signal;
  /** Time from the stop signal to SIGKILL. Default: the pod's. */
  readonly grace?: Duration;
  /** Command that replaces the signal. If it fails, the signal is sent. */
  readonly command?: Wired<Command, W>;
}

export type WatchConfig<W = Wiring> =
  | readonly string[]
  | {
      /** Globs relative to the config's folder; a folder stands for all files in it. */
      readonly paths: readonly string[];
      /**
       * Globs of files to ignore, in addition to those that are always ignored: `.gitignore`, `node_modules`, logs,
       * volumes.
       */
      readonly ignore?: readonly string[];
      /** Time without further changes before a change counts. Default 100ms. */
      readonly debounce?: Duration;
      /**
       * Action on a change. `'restart'` (default), a signal to send while the process stays up, or a build command: the
       * process is restarted when it exits with 0, and stays up until then.
       */
      readonly action?: 'restart' | { readonly signal: Signal } | { readonly command: Wired<Command, W> };
      /** Interval at which the files are checked (true: 500ms), for file systems that do not report changes. */
      readonly polling?: true | Duration;
    };

/** Every field of a process but the program that it runs. `Own`: names of its ports. */
export interface ProcessFields<
  Ports = Record<string, unknown>,
  Process extends string = string,
  Volumes = Record<string, unknown>,
  W = Wiring,
  Own extends string = OwnPort<Ports>,
> {
  /** Text for status and dashboard. */
  readonly description?: string;
  /** Working directory, relative to the config's folder. Default: the config's folder. */
  readonly cwd?: Wired<string, W>;
  /** Variables of this process, which override those of the pod; `null` removes one. */
  readonly env?: Environment<W>;
  /** Env files, read again at every start of the process. */
  readonly envFile?: EnvFile | readonly EnvFile[];
  /** Ports by name. The process gets the first as `PORT` and each as `PORT_<NAME>`. */
  readonly ports?: { readonly [Port in keyof Ports]: PortConfig };
  /**
   * Paths of volumes, and of the process's own files. With an image, the path is absolute in the container. Otherwise it is
   * a symlink; at an absolute path outside the config's folder, which must exist as a directory or as a file, only this
   * process sees it (Linux only).
   *
   * @example { data: '/var/lib/data', conf: [{ path: '/etc/app.conf', readOnly: true }, '/etc/app.conf.orig'] }
   */
  readonly mounts?: {
    readonly [Name in keyof Volumes | FileIn<W>]?: MountPlace | readonly MountPlace[];
  };
  /**
   * Text files by name, written before every launch into a private folder of the run. The process gets the path of each
   * as `FILE_<NAME>`, and its wiring as `files.<name>`.
   */
  readonly files?: { readonly [file: string]: FileConfig<W> };
  /** Variables for the other processes. */
  readonly provides?: Provides<Process, W>;
  /** Programs by name that must be there before anything starts, each with the versions that will do. */
  readonly requires?: { readonly [program: string]: Requirement };
  /**
   * Dependencies. Default for the primary: all init tasks, and all sidecars that do not depend on it. Default for
   * others: none.
   */
  readonly dependsOn?: Dependencies<Process>;
  /**
   * `'pid'` runs the process in its own pid namespace: it sees no other processes, and the kernel ends everything it
   * has started along with it. Needs a Linux kernel that allows it. Default: not isolated.
   */
  readonly isolate?: 'pid';
  /**
   * Startup probe. The other probes begin after its success. The process is killed after `initialDelay +
   * failureThreshold × period` without one.
   */
  readonly startup?: StartupProbe<Own, W>;
  /**
   * Readiness probe. Default for a process with a TCP port: the first port accepts connections. `false` turns it off.
   */
  readonly readiness?: ReadinessProbe<Own, W> | false;
  /** Liveness probe. The process is killed and restarted when it fails. */
  readonly liveness?: LivenessProbe<Own, W>;
  /** Runs after each start. The process counts as started once it has succeeded. */
  readonly postStart?: Hook<Own, W>;
  /** Runs before the stop signal, within the grace. */
  readonly preStop?: Hook<Own, W>;
  /**
   * Commands by name that run when somebody asks for them, from the dashboard (`:`) or by a request, with the process's
   * environment and working directory. A name is a DNS label.
   */
  readonly commands?: { readonly [name: string]: OwnCommand<W> };
  /** Restart policy after an end. Default: sidecar `'always'`, primary and init task `'never'`. */
  readonly restart?: RestartPolicy | RestartConfig;
  /** When true, the pod stops with exit code 1 once the process has ended and will not be restarted. Default false. */
  readonly essential?: boolean;
  /** Stop signal and grace. Default: SIGTERM, and the pod's grace. */
  readonly stop?: StopConfig<W>;
  /**
   * Files to watch in `dev`: a change restarts or signals the process. A primary that has crashed waits for a change.
   */
  readonly watch?: WatchConfig<W>;
  /** When false, the process starts only by hand, by `--only`, or as a dependency. Default true. */
  readonly autostart?: boolean;
  /**
   * `'null'` gives the process an empty stdin, as in /dev/null. Default for sidecars and the primary: an open pipe,
   * which `sidecarctl send` writes to. Init tasks, hooks, exec probes and build commands always have an empty one.
   */
  readonly stdin?: 'null';
  /**
   * When true, the process runs on a terminal of its own, in place of pipes: REPLs, prompts and full-screen programs need
   * one. Linux only, with koffi. Default false.
   */
  readonly tty?: boolean;
}

/** A process: with a command of this machine, or with an image, which runs in a container. */
export type ProcessConfig<
  Ports = Record<string, unknown>,
  Process extends string = string,
  Volumes = Record<string, unknown>,
  W = Wiring,
> = CommandProcess<Ports, Process, Volumes, W> | ImageProcess<Ports, Process, Volumes, W>;

/** A process with a command of this machine. */
export interface CommandProcess<
  Ports = Record<string, unknown>,
  Process extends string = string,
  Volumes = Record<string, unknown>,
  W = Wiring,
> extends ProcessFields<Ports, Process, Volumes, W> {
  /** Command to run: a string runs in the shell, a list runs directly. */
  readonly command: Wired<Command, W>;
  readonly image?: undefined;
  readonly args?: undefined;
  readonly workingDir?: undefined;
  readonly user?: undefined;
  readonly pull?: undefined;
  readonly build?: undefined;
  readonly anonymousVolumes?: undefined;
}

interface ImageProcess<Ports, Process extends string, Volumes, W>
  extends ProcessFields<Ports, Process, Volumes, W> {
  /** Image of a container: `'postgres:17'`. With `build`, the name that the built image gets. */
  readonly image: Wired<string, W>;
  /**
   * Command in place of the image's entrypoint, as in Kubernetes: a string runs in the image's `sh`, a list runs
   * directly. The image's own arguments are left out with it. Default: the image's entrypoint.
   */
  readonly command?: Wired<Command, W>;
  /** Arguments of the entrypoint, in place of the image's. */
  readonly args?: Wired<readonly string[], W>;
  /** Working directory in the container. Default: the image's. */
  readonly workingDir?: Wired<string, W>;
  /** User in the container, as `'999'`, `'999:999'` or `'postgres'`. Default: the image's. */
  readonly user?: string;
  /** When the image is pulled before the pod starts. Default `'missing'`: if the engine does not have it. */
  readonly pull?: ImagePull;
  /** Builds the image before the pod starts. The engine's cache decides what is built anew. */
  readonly build?: ImageBuild;
  /**
   * Absolute paths in the container of volumes that the engine fills with what the image has there, and removes with the
   * container: `['/app/node_modules']` keeps the image's packages below a mounted `/app`.
   */
  readonly anonymousVolumes?: readonly string[];
}

export type ImagePull = 'missing' | 'always' | 'never';

/** How an image is built. Paths are relative to the config's folder. */
export interface ImageBuild {
  /** Folder that the build sees. */
  readonly context: string;
  /** Path of the Dockerfile. Default: `Dockerfile` in the context. */
  readonly dockerfile?: string;
  /** Content of a Dockerfile, in place of a file. */
  readonly dockerfileInline?: string;
  /** Stage of the Dockerfile to stop at. Default: the last. */
  readonly target?: string;
  /** Values for the `ARG`s of the Dockerfile. Their values can be read in the image's history. */
  readonly args?: Readonly<Record<string, string>>;
}

/** A sidecar: a process with a command, or a ready-made one. */
export type SidecarConfig<
  Ports = Record<string, unknown>,
  Process extends string = string,
  Volumes = Record<string, unknown>,
  W = Wiring,
> =
  | (CommandProcess<Ports, Process, Volumes, W> & NotReadyMade)
  | (ImageProcess<Ports, Process, Volumes, W> & NotReadyMade)
  | ReadyMadeSidecar<Ports, Process, Volumes, W>;

interface NotReadyMade {
  readonly use?: undefined;
  readonly with?: undefined;
  readonly engine?: undefined;
}

type ReadyMadeSidecar<Ports, Process extends string, Volumes, W> = {
  readonly [Use in keyof ReadyMade]: ReadyMadeConfig<Use, Ports, Process, Volumes, W>;
}[keyof ReadyMade];

/** A ready-made sidecar. Every field of a process can stand beside `use`, and wins over that of the ready-made one. */
export type ReadyMadeConfig<
  Use extends keyof ReadyMade,
  Ports = Record<string, unknown>,
  Process extends string = string,
  Volumes = Record<string, unknown>,
  W = Wiring,
> = ReadyMadeFields<Use, Ports, Process, Volumes, W> & OptionsOf<ReadyMade<Process>[Use]['options']>;

interface ReadyMadeFields<Use extends keyof ReadyMade, Ports, Process extends string, Volumes, W>
  extends ProcessFields<Ports, Process, Volumes, W, OwnPort<Ports> | ReadyMade[Use]['ports']> {
  /** Name of the ready-made sidecar, in place of `command`. */
  readonly use: Use;
  /** What does its work: the program that comes with sidecarctl, or one of this machine. Default `'embedded'`. */
  readonly engine?: ReadyMade[Use]['engine'];
  readonly command?: undefined;
  readonly image?: undefined;
  readonly args?: undefined;
  readonly workingDir?: undefined;
  readonly user?: undefined;
  readonly pull?: undefined;
  readonly build?: undefined;
  readonly anonymousVolumes?: undefined;
}

/** Its options, which only one that needs none can leave out. */
type OptionsOf<Options> =
  Record<never, never> extends Options ? { readonly with?: Options } : { readonly with: Options };

export type PrimaryConfig<
  Ports = Record<string, unknown>,
  Process extends string = string,
  Volumes = Record<string, unknown>,
  W = Wiring,
  Name extends string = string,
  Count = number,
> = ProcessConfig<Ports, Process, Volumes, W> & PrimaryFields<Name, Count>;

interface PrimaryFields<Name extends string, Count> {
  /** Name of the process, a DNS label. Default `'primary'`. */
  readonly name?: Name;
  /**
   * Number of instances of the app, each with its own sidecars, init tasks, ports and volumes: `web-1`, `web-2` ….
   * Default: one instance, named `web`.
   */
  readonly instances?: Count & number;
}

/**
 * A whole config: one app as its `primary`, or several `apps`. The type parameters are the names in it, which
 * `defineConfig` infers: volumes, then the port names of each init task, each sidecar and the primary, the primary's
 * name and number of instances, and the names of all files; then, by app, its volumes, the port names of its init
 * tasks, sidecars and primary, and its number of instances.
 */
export type PodConfig<
  // biome-ignore-start lint/suspicious/noExplicitAny: where names are not inferred, any name will do.
  Volumes = any,
  Inits = any,
  Sidecars = any,
  PrimaryPorts = any,
  PrimaryName extends string = string,
  Count = any,
  FileName extends string = any,
  AppVolumes = any,
  AppInits = any,
  AppSidecars = any,
  AppPorts = any,
  Instances = any,
  Uses = any,
  AppUses = any,
  Withs = any,
  AppWiths = any,
  // biome-ignore-end lint/suspicious/noExplicitAny: as above.
> = PodFields<
  Volumes,
  Inits,
  Sidecars,
  PrimaryPorts,
  PrimaryName,
  Count,
  FileName,
  AppVolumes,
  AppInits,
  AppSidecars,
  AppPorts,
  Instances,
  Uses,
  AppUses,
  Withs,
  AppWiths
> &
  FileNames<FileName> &
  UsedNames<Uses, AppUses> &
  UsedOptions<Withs, AppWiths> &
  OneOrSeveral;

/** Either `primary` or `apps`. */
type OneOrSeveral =
  | { readonly primary: object; readonly apps?: undefined }
  | { readonly apps: object; readonly primary?: undefined };

/**
 * Infers the names of files, those of all processes together: TypeScript infers no names of entries with wiring functions
 * in them from the maps of each process. `object` lets everything else pass here.
 */
interface FileNames<FileName extends string> {
  readonly init?: FilesByProcess<FileName> | object;
  readonly sidecars?: FilesByProcess<FileName> | object;
  readonly primary?: Files<FileName> | object | undefined;
  readonly apps?: { readonly [app: string]: FilesOfApp<FileName> | object } | object | undefined;
}

/** Infers the `use` of each sidecar, and with it the names of its ports. */
interface UsedNames<Uses, AppUses> {
  readonly sidecars?: { readonly [Name in keyof Uses]: UseOf<Uses[Name]> } | undefined;
  readonly apps?: { readonly [App in keyof AppUses]: UsesOfApp<AppUses[App]> } | undefined;
}

/** Infers the options of each ready-made sidecar, which say what ports it has. */
interface UsedOptions<Withs, AppWiths> {
  readonly sidecars?: { readonly [Name in keyof Withs]: WithOf<Withs[Name]> } | undefined;
  readonly apps?: { readonly [App in keyof AppWiths]: WithsOfApp<AppWiths[App]> } | undefined;
}

interface WithsOfApp<Withs> {
  readonly sidecars?: { readonly [Name in keyof Withs]: WithOf<Withs[Name]> } | undefined;
}

/**
 * Infers options, and demands nothing of them. An inferred type in the place of `object` would make every misspelled
 * field in it a known one, and so would a key that is let through.
 */
interface WithOf<With> {
  readonly with?:
    | {
        readonly [Option in keyof With]: Option extends OptionOfAny
          ? With[Option] extends Single
            ? With[Option]
            : object
          : string extends Option
            ? With[Option]
            : never;
      }
    | undefined;
}

type OptionOfAny = { readonly [Use in keyof ReadyMade]: keyof ReadyMade[Use]['options'] }[keyof ReadyMade];
type Single = string | number | boolean | null | undefined;

interface UsesOfApp<Uses> {
  readonly sidecars?: { readonly [Name in keyof Uses]: UseOf<Uses[Name]> } | undefined;
}

interface UseOf<Use> {
  readonly use?: Use;
}

interface FilesOfApp<FileName extends string> {
  readonly init?: FilesByProcess<FileName>;
  readonly sidecars?: FilesByProcess<FileName>;
  readonly primary: Files<FileName>;
}

interface FilesByProcess<FileName extends string> {
  readonly [process: string]: Files<FileName> | object;
}

interface Files<FileName extends string> {
  readonly files?: { readonly [File in FileName]?: unknown };
}

interface PodFields<
  Volumes,
  Inits,
  Sidecars,
  PrimaryPorts,
  PrimaryName extends string,
  Count,
  FileName extends string,
  AppVolumes,
  AppInits,
  AppSidecars,
  AppPorts,
  Instances,
  Uses,
  AppUses,
  Withs,
  AppWiths,
  Names = NoInfer<TopNames<Inits, Sidecars, PrimaryPorts, PrimaryName, Count, AppPorts, Instances>>,
  W = NoInfer<
    WiringOf<Volumes, Inits, Sidecars, PrimaryPorts, PrimaryName, Count, AppPorts, Instances, Uses, Withs>
  >,
  WithFiles = W & NoInfer<FilePaths<FileName>>,
> {
  /** JSON schema for editors. */
  readonly $schema?: string;
  /** Name of the pod. Default: the name of the config's folder. */
  readonly name?: string;
  /** Variables for every process. */
  readonly env?: Environment<W>;
  /** Env files for every process. `env` and sidecarctl's own variables override them. A missing file is an error. */
  readonly envFile?: EnvFile | readonly EnvFile[];
  /** Directories that the processes share, by name. */
  readonly volumes?: { readonly [Volume in keyof Volumes]: VolumeConfig };
  /** Init tasks: processes that must exit with 0 before their dependents start. */
  readonly init?: {
    readonly [Name in keyof Inits]: ProcessConfig<Inits[Name], Names & string, NoInfer<Volumes>, WithFiles>;
  };
  /** Long-running processes that start before the primary and stop after it. With `apps`, all apps share them. */
  readonly sidecars?: {
    readonly [Name in keyof Sidecars]: SidecarConfig<
      Sidecars[Name],
      Names & string,
      NoInfer<Volumes>,
      WithFiles
    >;
  };
  /** The app: its end stops the pod, and its exit code becomes that of `sidecarctl`. */
  readonly primary?:
    | PrimaryConfig<PrimaryPorts, Names & string, NoInfer<Volumes>, WithFiles, PrimaryName, Count>
    | undefined;
  /** Several apps in one pod, in place of `primary`. Each starts and ends by itself. */
  readonly apps?:
    | Apps<
        Volumes,
        Inits,
        Sidecars,
        AppVolumes,
        AppInits,
        AppSidecars,
        AppPorts,
        Instances,
        FileName,
        Uses,
        AppUses,
        Withs,
        AppWiths
      >
    | undefined;
  readonly stop?: {
    /** Time for the whole stop, including hooks. Default 10s. */
    readonly grace?: Duration;
    /** Time for processes that get their stop signal only at the end of the grace. Default 2s. */
    readonly minimumGrace?: Duration;
  };
  /** Settings of the containers, for processes with an image. */
  readonly container?: ContainerConfig;
  /** Settings of the dashboard. */
  readonly ui?: UiConfig;
}

/** Settings of the containers of a pod. */
export interface ContainerConfig {
  /** Container engine. Default: the first of `docker`, `podman` and `nerdctl` that answers. */
  readonly engine?: ContainerEngineName;
}

/** Settings of the dashboard. A user's own, in `~/.config/sidecarctl/config.yaml`, have the same fields. */
export interface UiConfig {
  /**
   * Keys of some actions: one key, or a list. A key is a character, or `enter`, `escape`, `tab`, `space`, `up`,
   * `pagedown`, `home`, `ctrl+x` ….
   */
  readonly keys?: Readonly<Partial<Record<DashboardAction, string | readonly string[]>>>;
  /** Colors for the background of the terminal, or also colors by meaning. */
  readonly theme?: ThemeBase | ThemeConfig;
  /** True (default): `q` asks while something runs. Ctrl-C never asks. */
  readonly confirmQuit?: boolean;
  /** False: the mouse is left to the terminal. Default true: it scrolls, selects and copies. */
  readonly mouse?: boolean;
  /** True: long lines of a log are wrapped at first. Default false: they are cut. */
  readonly wrap?: boolean;
  /** Time before each line of a log at first: of the day, or how long ago. Default `off`. */
  readonly times?: Times;
  /** Pinned logs at first: below each other, or side by side where each has 60 columns. Default `stacked`. */
  readonly layout?: LogsLayout;
  /** True: the bell rings when a process fails or asks something, and when everything is ready. Default false. */
  readonly bell?: boolean;
  /** True: the terminal shows a notification of the desktop (OSC 9) then. Default false. */
  readonly notification?: boolean;
  /** True: the title of the window tells how many processes are ready, or which one failed. Default false. */
  readonly title?: boolean;
}

/**
 * One of several apps. Names within it mean its own instance first: `dependsOn: ['proxy']` and `ports.proxy.main` refer
 * to its own proxy. Everything outside `apps` is shared and visible to all apps. Other apps are visible by their names,
 * which mean their primaries.
 */
export interface AppConfig<
  // biome-ignore-start lint/suspicious/noExplicitAny: where names are not inferred, any name will do.
  Volumes = any,
  Inits = any,
  Sidecars = any,
  Ports = any,
  Process extends string = string,
  AllVolumes = any,
  W = any,
  FilePaths = any,
  // biome-ignore-end lint/suspicious/noExplicitAny: as above.
> {
  /** Variables for its processes, which override the pod's. */
  readonly env?: Environment<W>;
  /** Env files for its processes, which override the pod's. */
  readonly envFile?: EnvFile | readonly EnvFile[];
  readonly volumes?: { readonly [Volume in keyof Volumes]: VolumeConfig };
  readonly init?: ProcessesOfApp<Inits, Process, AllVolumes, W & FilePaths>;
  readonly sidecars?: SidecarsOfApp<Sidecars, Process, AllVolumes, W & FilePaths>;
  /** Main process of the app. Its end ends the app, and its name is the app's. */
  readonly primary: ProcessConfig<Ports, Process, AllVolumes, W & FilePaths> & {
    /** Number of instances of the app, each with everything in it: `web-1`, `web-2` …. Default 1. */
    readonly instances?: number;
  };
}

/** One map for each kind of name: TypeScript infers from one map at a time. */
type Apps<
  Volumes,
  Inits,
  Sidecars,
  AppVolumes,
  AppInits,
  AppSidecars,
  AppPorts,
  Instances,
  FileName extends string,
  Uses,
  AppUses,
  Withs,
  AppWiths,
> = {
  readonly [App in keyof AppPorts]: AppConfig<
    // biome-ignore-start lint/suspicious/noExplicitAny: inferred by the maps below.
    any,
    any,
    any,
    // biome-ignore-end lint/suspicious/noExplicitAny: as said.
    AppPorts[App],
    AppNames<Inits, Sidecars, AppInits, AppSidecars, AppPorts, Instances, App>,
    AllVolumes<Volumes, AppVolumes, App>,
    AppWiring<
      Volumes,
      Inits,
      Sidecars,
      AppVolumes,
      AppInits,
      AppSidecars,
      AppPorts,
      Instances,
      App,
      Uses,
      AppUses,
      Withs,
      AppWiths
    >,
    FilePaths<FileName>
  >;
} & {
  readonly [App in keyof AppSidecars]: {
    readonly sidecars?: SidecarsOfApp<
      AppSidecars[App],
      AppNames<Inits, Sidecars, AppInits, AppSidecars, AppPorts, Instances, App>,
      AllVolumes<Volumes, AppVolumes, App>,
      AppWiring<
        Volumes,
        Inits,
        Sidecars,
        AppVolumes,
        AppInits,
        AppSidecars,
        AppPorts,
        Instances,
        App,
        Uses,
        AppUses,
        Withs,
        AppWiths
      > &
        NoInfer<FilePaths<FileName>>
    >;
  };
} & {
  readonly [App in keyof AppInits]: {
    readonly init?: ProcessesOfApp<
      AppInits[App],
      AppNames<Inits, Sidecars, AppInits, AppSidecars, AppPorts, Instances, App>,
      AllVolumes<Volumes, AppVolumes, App>,
      AppWiring<
        Volumes,
        Inits,
        Sidecars,
        AppVolumes,
        AppInits,
        AppSidecars,
        AppPorts,
        Instances,
        App,
        Uses,
        AppUses,
        Withs,
        AppWiths
      > &
        NoInfer<FilePaths<FileName>>
    >;
  };
} & {
  readonly [App in keyof AppVolumes]: {
    readonly volumes?: { readonly [Volume in keyof AppVolumes[App]]: VolumeConfig };
  };
} & {
  readonly [App in keyof Instances]: { readonly primary: { readonly instances?: Instances[App] } };
};

type SidecarsOfApp<Ports, Process extends string, AllVolumes, W> = {
  readonly [Name in keyof Ports]: SidecarConfig<Ports[Name], Process, AllVolumes, W>;
};

type ProcessesOfApp<Ports, Process extends string, AllVolumes, W> = {
  readonly [Name in keyof Ports]: ProcessConfig<Ports[Name], Process, AllVolumes, W>;
};

/** An action of the dashboard that can get keys, as its help (`?`) lists them. */
export type DashboardAction =
  | 'open-log'
  | 'open-trace'
  | 'back'
  | 'show-env'
  | 'quit'
  | 'stop-pod'
  | 'mouse'
  | 'help'
  | 'restart'
  | 'stop'
  | 'start'
  | 'details'
  | 'palette'
  | 'filter-list'
  | 'next-failed'
  | 'sort'
  | 'open-url'
  | 'fold'
  | 'search'
  | 'next-match'
  | 'previous-match'
  | 'filter'
  | 'follow'
  | 'merge'
  | 'metrics'
  | 'pin'
  | 'layout'
  | 'wrap'
  | 'times'
  | 'next-error'
  | 'pretty'
  | 'screen'
  | 'input'
  | 'leave-input'
  | 'levels'
  | 'previous-error'
  | 'graph'
  | 'events'
  | 'traces'
  | 'filter-traces'
  | 'next-sidecar'
  | 'trace-errors'
  | 'plain'
  | 'switch-pane'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'half-up'
  | 'half-down'
  | 'top'
  | 'bottom'
  | 'left'
  | 'right'
  | 'jump'
  | 'kill'
  | 'restart-all'
  | 'mark'
  | 'clear'
  | 'select'
  | 'copy'
  | 'copy-error'
  | 'save'
  | 'pager'
  | 'redraw'
  | 'suspend';

/** Background of the terminal. */
export type ThemeBase = 'auto' | 'dark' | 'light';

/** Colors by meaning: one of the terminal's colors (`red`, `bright-blue` …) or `#rrggbb`. */
export interface ThemeConfig {
  /** Background that the other colors are for. Default `auto`: the terminal is asked. */
  readonly base?: ThemeBase;
  /** Selection and keys. Default cyan. */
  readonly accent?: string;
  readonly ready?: string;
  /** Processes on their way to the desired state. Default yellow. */
  readonly waiting?: string;
  readonly failed?: string;
  readonly muted?: string;
}

/** The export of a config file. */
export type Config = PodConfig | ConfigFunction;

export type ConfigFunction = (context: ConfigContext) => PodConfig | Promise<PodConfig>;

type DefineObject = <
  const Volumes = Nothing,
  const Inits = Nothing,
  const Sidecars = Nothing,
  const Ports = Nothing,
  const Name extends string = 'primary',
  const Count = unknown,
  const FileName extends string = never,
  const AppVolumes = Nothing,
  const AppInits = Nothing,
  const AppSidecars = Nothing,
  const AppPorts = Nothing,
  const Instances = Nothing,
  const Uses = Nothing,
  const AppUses = Nothing,
  const Withs = Nothing,
  const AppWiths = Nothing,
>(
  config: PodConfig<
    Volumes,
    Inits,
    Sidecars,
    Ports,
    Name,
    Count,
    FileName,
    AppVolumes,
    AppInits,
    AppSidecars,
    AppPorts,
    Instances,
    Uses,
    AppUses,
    Withs,
    AppWiths
  >,
) => PodConfig;

type DefineFunction = <
  // biome-ignore-start lint/suspicious/noExplicitAny: "any name", see above.
  const Volumes = any,
  const Inits = any,
  const Sidecars = any,
  const Ports = any,
  const Name extends string = 'primary',
  const Count = any,
  const FileName extends string = any,
  const AppVolumes = any,
  const AppInits = any,
  const AppSidecars = any,
  const AppPorts = any,
  const Instances = any,
  const Uses = any,
  const AppUses = any,
  const Withs = any,
  const AppWiths = any,
  // biome-ignore-end lint/suspicious/noExplicitAny: as said.
>(
  config: (
    context: ConfigContext,
  ) =>
    | PodConfig<
        Volumes,
        Inits,
        Sidecars,
        Ports,
        Name,
        Count,
        FileName,
        AppVolumes,
        AppInits,
        AppSidecars,
        AppPorts,
        Instances,
        Uses,
        AppUses,
        Withs,
        AppWiths
      >
    | Promise<
        PodConfig<
          Volumes,
          Inits,
          Sidecars,
          Ports,
          Name,
          Count,
          FileName,
          AppVolumes,
          AppInits,
          AppSidecars,
          AppPorts,
          Instances,
          Uses,
          AppUses,
          Withs,
          AppWiths
        >
      >,
) => ConfigFunction;

/** A separate interface, so that it counts as a third signature. */
interface DefineObjectAgain extends DefineObject {}

/**
 * Editors complete by the first signature, and compilers report the errors of the last one: both are that of an object.
 */
interface DefineConfig extends DefineObject, DefineFunction, DefineObjectAgain {}

/**
 * Types a config and returns it unchanged: a wrong process, port or volume name does not compile.
 *
 * A config function returns a defined config, as in the second example. It may return a plain object, but TypeScript
 * infers no names from a function's result while it has yet to type the wiring functions in it: any name compiles
 * there, and is checked only when the config is loaded.
 *
 * @example
 * export default defineConfig({
 *   sidecars: {
 *     redis: { command: ({ ports }) => ['redis-server', '--port', `${ports.redis.main}`], ports: { main: 'auto' } },
 *   },
 *   primary: { command: 'node server.js', env: { REDIS: 'redis://127.0.0.1:${ports.redis.main}' } },
 * });
 *
 * @example
 * export default defineConfig(async ({ mode }) =>
 *   defineConfig({ primary: { command: mode === 'dev' ? 'vite' : 'node server.js' } }),
 * );
 */
export const defineConfig: DefineConfig = ((config: Config) => config) as DefineConfig;
