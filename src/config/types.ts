/** What users write. Everything here is erased at run time but `defineConfig`, which is the identity function. */

/**
 * A length of time: milliseconds as a number, or a number with its unit.
 *
 * @example 250, '250ms', '10s', '1.5m', '1h'
 */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`;

/** A string runs in the shell (`sh -c`, on Windows `cmd.exe /d /s /c`), a list runs directly. */
export type Command = string | readonly string[];

/** A signal's name, with or without `SIG`. */
export type Signal =
  | 'SIGTERM'
  | 'SIGINT'
  | 'SIGQUIT'
  | 'SIGHUP'
  | 'SIGKILL'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | (string & {});

/** What a config function is called with. */
export interface ConfigContext {
  /** The command that loads the config. */
  readonly mode: 'dev' | 'up' | 'run' | 'check' | 'graph' | 'library';
  /** The environment `sidecarctl` was started in. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What stands after `--` on the command line. */
  readonly args: readonly string[];
}

/** Either the value, or a function of the wiring that returns it once ports and volumes are known. */
export type Wired<T, W> = T | ((wiring: W) => T);

/** A reference in a string: `'${ports.redis.main}'`. */
export type PortReference = `\${ports.${string}.${string}}`;

/** A list reads every file in order, a later one wins. Nothing is read unless named; `required` defaults to true. */
export type EnvFile = string | { readonly path: string; readonly required?: boolean };

/** `null` removes the variable. */
export type EnvValue = string | number | boolean | null;

/** Variables, each of them or all together given by a function of the wiring. */
export type Environment<W> =
  | ((wiring: W) => Readonly<Record<string, EnvValue>>)
  | { readonly [variable: string]: Wired<EnvValue, W> };

/** A port number, 1 to 65535; `'auto'` is a free one, the same again on the next run where it is free. */
export type PortConfig =
  | number
  | 'auto'
  | {
      readonly port: number | 'auto';
      /** Default `'tcp'`. */
      readonly protocol?: 'tcp' | 'udp';
      /** The address it is bound to. Default `'127.0.0.1'`. */
      readonly host?: string;
      /**
       * Listen on it for the process, as long as the pod lives, and hand the socket to each of its instances, as
       * systemd does: connections made during a restart wait. Default false.
       */
      readonly activate?: boolean;
    };

/** A directory shared by the pod's processes, made empty at the start and removed at the end. */
export interface VolumeConfig {
  /** Keep it between runs, under `.sidecarctl/volumes/<name>`. Default false. */
  readonly persist?: boolean;
  /** Use this directory, and never delete it. */
  readonly path?: string;
}

/** What must hold of a process before one that depends on it is launched. */
export type DependencyCondition = 'started' | 'ready' | 'completed';

export interface DependencyConfig {
  /** Default: `'completed'` for an init task, else `'ready'`. */
  readonly condition?: DependencyCondition;
  /** Restart with it. Default false. */
  readonly restart?: boolean;
  /** When false, its failing for good does not hold this process back. Default true. */
  readonly required?: boolean;
}

/**
 * A list means the default conditions.
 *
 * @example ['migrate', 'redis'], { redis: 'started' }, { redis: { condition: 'ready', restart: true } }
 */
export type Dependencies<Process extends string> =
  | readonly Process[]
  | { readonly [P in Process]?: DependencyCondition | DependencyConfig };

/** One of the process's own ports by name, or a port number. */
export type PortTarget<OwnPort extends string> = OwnPort | number | PortReference;

/** A path (`'/healthz'`) on the process's first port, an absolute URL, or the parts. */
export type HttpTarget<OwnPort extends string> =
  | string
  | {
      /** Default: the process's first port. */
      readonly port?: PortTarget<OwnPort>;
      /** Default `'/'`. */
      readonly path?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** The one status that counts as success. Default: 200 to 399. */
      readonly status?: number;
    };

export type GrpcTarget<OwnPort extends string> =
  | PortTarget<OwnPort>
  | {
      readonly port: PortTarget<OwnPort>;
      /** The service asked about. Default `''`: the server as a whole. */
      readonly service?: string;
    };

/** Exactly one of these. */
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
  /** Succeeds when the process says so: `READY=1` on the descriptor in `NOTIFY_FD`, or `process.send('ready')`. */
  readonly notify?: true;
}

export interface ProbeTiming {
  /** Default 0. */
  readonly initialDelay?: Duration;
  /** Failures count once in this time. Default 1s. */
  readonly period?: Duration;
  /** Default 1s. */
  readonly timeout?: Duration;
  /** Failures in a row until the probe has failed. Default 3, for `startup` 60. */
  readonly failureThreshold?: number;
}

export interface KillingProbeTiming extends ProbeTiming {
  /** Kubernetes takes nothing but 1 here. */
  readonly successThreshold?: 1;
  /** Grace of the kills this probe causes. Default: the process's. */
  readonly grace?: Duration;
}

/** @example { tcp: 'main' }, { http: '/healthz', period: '2s' } */
export interface ReadinessProbe<OwnPort extends string = string, W = Wiring>
  extends ReadinessTargets<OwnPort, W>,
    ProbeTiming {
  /** Successes in a row until it is ready. Default 1. */
  readonly successThreshold?: number;
}

export interface StartupProbe<OwnPort extends string = string, W = Wiring>
  extends ReadinessTargets<OwnPort, W>,
    KillingProbeTiming {}

export interface LivenessProbe<OwnPort extends string = string, W = Wiring>
  extends Omit<ReadinessTargets<OwnPort, W>, 'log'>,
    KillingProbeTiming {}

/** A command, a request, or a wait. */
export type Hook<OwnPort extends string = string, W = Wiring> =
  | Wired<Command, W>
  | { readonly http: Wired<HttpTarget<OwnPort>, W> }
  | { readonly sleep: Duration };

export type RestartPolicy = 'always' | 'on-failure' | 'never';

export interface RestartConfig {
  /** Default: sidecar `'always'`, primary and init task `'never'`. */
  readonly policy?: RestartPolicy;
  /** The first restart is at once; then `initial` (1s), times `factor` (2) each time, at most `max` (60s). */
  readonly backoff?: { readonly initial?: Duration; readonly factor?: number; readonly max?: Duration };
  /** A run this long forgets the back-off. Default 10s. */
  readonly resetAfter?: Duration;
  /** More restarts than `restarts` inside `within` and the process is given up. Default: no limit. */
  readonly limit?: { readonly restarts: number; readonly within: Duration };
}

export interface StopConfig<W = Wiring> {
  /** Default `'SIGTERM'`. */
  readonly signal?: Signal;
  /** Default: the pod's. */
  readonly grace?: Duration;
  /** Run in place of the signal; the signal follows when it fails. */
  readonly command?: Wired<Command, W>;
}

export type WatchConfig<W = Wiring> =
  | readonly string[]
  | {
      /** Globs, relative to the config's folder; a folder stands for all that is in it. */
      readonly paths: readonly string[];
      /** What of it does not count, besides what is ignored anyway: `.gitignore`, `node_modules`, logs, volumes. */
      readonly ignore?: readonly string[];
      /** How long nothing more must change before a change counts. Default 100ms. */
      readonly debounce?: Duration;
      /**
       * `'restart'` (the default); a signal to send, the process stays up; or a build step to run first: the restart
       * follows when it exits 0, and until then the old process stays.
       */
      readonly action?: 'restart' | { readonly signal: Signal } | { readonly command: Wired<Command, W> };
      /** Look at the files this often (true: every 500ms) where the system cannot tell of changes. */
      readonly polling?: true | Duration;
    };

export interface ProcessConfig<
  Ports = Record<string, unknown>,
  Process extends string = string,
  Volumes = Record<string, unknown>,
  W = Wiring,
> {
  /** Shown in status and dashboard. */
  readonly description?: string;
  /** What runs: a string in the shell, a list directly. */
  readonly command: Wired<Command, W>;
  /** Default: the config's folder, to which it is relative. */
  readonly cwd?: Wired<string, W>;
  /** Variables of this process, over those of the pod; `null` removes one. */
  readonly env?: Environment<W>;
  /** Read again at every start of the process. */
  readonly envFile?: EnvFile | readonly EnvFile[];
  /** By name. The process gets the first as `PORT` and each as `PORT_<NAME>`. */
  readonly ports?: { readonly [Port in keyof Ports]: PortConfig };
  /**
   * By volume: where it appears, as a symlink; at an absolute path outside the config's folder, which must be a
   * directory, for this process alone (on Linux).
   */
  readonly mounts?: { readonly [Volume in keyof Volumes]?: string };
  /** Primary: default all init tasks, and all sidecars that do not themselves depend on it. Others: none. */
  readonly dependsOn?: Dependencies<Process>;
  /**
   * `'pid'`: in a pid namespace of its own. It sees no other processes, and the kernel ends all it has started with it.
   * On Linux, where the kernel allows it. Default: not isolated.
   */
  readonly isolate?: 'pid';
  /** Gates the other probes; kills when `initialDelay + failureThreshold × period` have gone without a success. */
  readonly startup?: StartupProbe<OwnPort<Ports>, W>;
  /** Decides ready or not. Default, where there is a TCP port: that the first one accepts; `false` turns it off. */
  readonly readiness?: ReadinessProbe<OwnPort<Ports>, W> | false;
  /** Kills and restarts. */
  readonly liveness?: LivenessProbe<OwnPort<Ports>, W>;
  /** Runs after each start; the process counts as started when it has succeeded. */
  readonly postStart?: Hook<OwnPort<Ports>, W>;
  /** Runs before the stop signal, within the grace. */
  readonly preStop?: Hook<OwnPort<Ports>, W>;
  /** When it is started again after it has ended. Default: sidecar `'always'`, primary and init task `'never'`. */
  readonly restart?: RestartPolicy | RestartConfig;
  /** When it has ended and will not be restarted, the pod stops with exit code 1. Default false. */
  readonly essential?: boolean;
  /** How it is asked to end. Default: SIGTERM, and the pod's grace. */
  readonly stop?: StopConfig<W>;
  /** In `dev`: restart, or signal, on changes of these files; the primary that crashed waits for one. */
  readonly watch?: WatchConfig<W>;
  /** False: started by hand, by `--only`, or because something that starts depends on it. Default true. */
  readonly autostart?: boolean;
  /**
   * `'null'`: nothing, as in /dev/null. Default for sidecars and the primary: a pipe that stays open and on which nothing
   * comes; init tasks, hooks, exec probes and build steps always have nothing.
   */
  readonly stdin?: 'null';
  /** True is not supported yet. Default false. */
  readonly tty?: boolean;
}

export interface PrimaryConfig<
  Ports = Record<string, unknown>,
  Process extends string = string,
  Volumes = Record<string, unknown>,
  W = Wiring,
  Name extends string = string,
  Count = number,
> extends ProcessConfig<Ports, Process, Volumes, W> {
  /** The process's name, a DNS label. Default `'primary'`. */
  readonly name?: Name;
  /**
   * The app so many times, each with sidecars, init tasks, ports and volumes of its own: `web-1`, `web-2` …. Without it
   * there is one, and it is called `web`.
   */
  readonly instances?: Count & number;
}

/** The app that a process belongs to. */
export interface OwnApp {
  /** What the app is called. */
  readonly name: string;
  /** From 1. */
  readonly instance: number;
}

/** What functions in a config get: the numbers, paths and variables that are known only when the pod starts. */
export interface Wiring<
  // biome-ignore lint/suspicious/noExplicitAny: where names are not inferred, any name will do.
  Ports = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  Volumes = any,
  App = OwnApp,
> {
  /** Port numbers, by process and port. */
  readonly ports: Ports;
  /** Absolute paths, by volume. */
  readonly volumes: Volumes;
  /** Of what is shared by several apps there is none. */
  readonly app: App;
  /** The inherited environment, overlaid by the pod's env files. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * A whole config: one app, which is its `primary`, or several `apps`. The type parameters are the names in it, which
 * `defineConfig` infers: volumes, then the port names of each init task, each sidecar and the primary, the primary's
 * name and how many instances it has; then, by app, its volumes, the port names of its init tasks, its sidecars and its
 * primary, and how many instances it has.
 */
export type PodConfig<
  // biome-ignore-start lint/suspicious/noExplicitAny: where names are not inferred, any name will do.
  Volumes = any,
  Inits = any,
  Sidecars = any,
  PrimaryPorts = any,
  PrimaryName extends string = string,
  Count = any,
  AppVolumes = any,
  AppInits = any,
  AppSidecars = any,
  AppPorts = any,
  Instances = any,
  // biome-ignore-end lint/suspicious/noExplicitAny: as above.
> = PodFields<
  Volumes,
  Inits,
  Sidecars,
  PrimaryPorts,
  PrimaryName,
  Count,
  AppVolumes,
  AppInits,
  AppSidecars,
  AppPorts,
  Instances
> &
  OneOrSeveral;

/** Either `primary` or `apps`. */
type OneOrSeveral =
  | { readonly primary: object; readonly apps?: undefined }
  | { readonly apps: object; readonly primary?: undefined };

interface PodFields<
  Volumes,
  Inits,
  Sidecars,
  PrimaryPorts,
  PrimaryName extends string,
  Count,
  AppVolumes,
  AppInits,
  AppSidecars,
  AppPorts,
  Instances,
  Names = NoInfer<TopNames<Inits, Sidecars, PrimaryPorts, PrimaryName, Count, AppPorts, Instances>>,
  W = NoInfer<WiringOf<Volumes, Inits, Sidecars, PrimaryPorts, PrimaryName, Count, AppPorts, Instances>>,
> {
  /** For editors. */
  readonly $schema?: string;
  /** Default: the name of the config's folder. */
  readonly name?: string;
  /** For every process. */
  readonly env?: Environment<W>;
  /** Files of variables of every process, below `env` and what sidecarctl sets. A missing one is an error. */
  readonly envFile?: EnvFile | readonly EnvFile[];
  /** Directories that the processes share, by name. */
  readonly volumes?: { readonly [Volume in keyof Volumes]: VolumeConfig };
  /** Processes that must exit 0 before what depends on them starts. */
  readonly init?: {
    readonly [Name in keyof Inits]: ProcessConfig<Inits[Name], Names & string, NoInfer<Volumes>, W>;
  };
  /** Long-running processes that start before the primary and stop after it; beside `apps`, those that all share. */
  readonly sidecars?: {
    readonly [Name in keyof Sidecars]: ProcessConfig<Sidecars[Name], Names & string, NoInfer<Volumes>, W>;
  };
  /** The app: its end ends the pod, its exit code is `sidecarctl`'s. */
  readonly primary?:
    | PrimaryConfig<PrimaryPorts, Names & string, NoInfer<Volumes>, W, PrimaryName, Count>
    | undefined;
  /** In place of `primary`: several apps in one pod, each with a life of its own. */
  readonly apps?:
    | Apps<Volumes, Inits, Sidecars, AppVolumes, AppInits, AppSidecars, AppPorts, Instances>
    | undefined;
  readonly stop?: {
    /** For the whole stop, hooks included. Default 10s. */
    readonly grace?: Duration;
    /** What is left at the end of the grace is signalled and gets this long. Default 2s. */
    readonly minimumGrace?: Duration;
  };
  /** The dashboard's. */
  readonly ui?: {
    /**
     * Other keys for some actions: one, or a list. A character, or `enter`, `escape`, `tab`, `space`, `up`, `pagedown`,
     * `home`, `ctrl+x` ….
     */
    readonly keys?: Readonly<Partial<Record<DashboardAction, string | readonly string[]>>>;
    readonly theme?: ThemeConfig;
  };
}

/**
 * One of several apps. What stands in it is its own, and called so within it: `dependsOn: ['proxy']` and
 * `ports.proxy.main` are those of the same instance. What stands beside `apps` is shared and seen by all; of another app
 * its primary is seen, by the app's name.
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
  // biome-ignore-end lint/suspicious/noExplicitAny: as above.
> {
  /** For its processes, over the pod's. */
  readonly env?: Environment<W>;
  /** For its processes, over the pod's. */
  readonly envFile?: EnvFile | readonly EnvFile[];
  readonly volumes?: { readonly [Volume in keyof Volumes]: VolumeConfig };
  readonly init?: ProcessesOfApp<Inits, Process, AllVolumes, W>;
  readonly sidecars?: ProcessesOfApp<Sidecars, Process, AllVolumes, W>;
  /** Its end ends the app. It is called as the app is. */
  readonly primary: ProcessConfig<Ports, Process, AllVolumes, W> & {
    /** The app so many times, each with all that stands in it: `web-1`, `web-2` …. */
    readonly instances?: number;
  };
}

/** A map for each kind of names: TypeScript infers from one map at a time. */
type Apps<Volumes, Inits, Sidecars, AppVolumes, AppInits, AppSidecars, AppPorts, Instances> = {
  readonly [App in keyof AppPorts]: AppConfig<
    // biome-ignore-start lint/suspicious/noExplicitAny: inferred by the maps below.
    any,
    any,
    any,
    // biome-ignore-end lint/suspicious/noExplicitAny: as said.
    AppPorts[App],
    AppNames<Inits, Sidecars, AppInits, AppSidecars, AppPorts, Instances, App>,
    AllVolumes<Volumes, AppVolumes, App>,
    AppWiring<Volumes, Inits, Sidecars, AppVolumes, AppInits, AppSidecars, AppPorts, Instances, App>
  >;
} & {
  readonly [App in keyof AppSidecars]: {
    readonly sidecars?: ProcessesOfApp<
      AppSidecars[App],
      AppNames<Inits, Sidecars, AppInits, AppSidecars, AppPorts, Instances, App>,
      AllVolumes<Volumes, AppVolumes, App>,
      AppWiring<Volumes, Inits, Sidecars, AppVolumes, AppInits, AppSidecars, AppPorts, Instances, App>
    >;
  };
} & {
  readonly [App in keyof AppInits]: {
    readonly init?: ProcessesOfApp<
      AppInits[App],
      AppNames<Inits, Sidecars, AppInits, AppSidecars, AppPorts, Instances, App>,
      AllVolumes<Volumes, AppVolumes, App>,
      AppWiring<Volumes, Inits, Sidecars, AppVolumes, AppInits, AppSidecars, AppPorts, Instances, App>
    >;
  };
} & {
  readonly [App in keyof AppVolumes]: {
    readonly volumes?: { readonly [Volume in keyof AppVolumes[App]]: VolumeConfig };
  };
} & {
  readonly [App in keyof Instances]: { readonly primary: { readonly instances?: Instances[App] } };
};

type ProcessesOfApp<Ports, Process extends string, AllVolumes, W> = {
  readonly [Name in keyof Ports]: ProcessConfig<Ports[Name], Process, AllVolumes, W>;
};

/** What keys can be given to in the dashboard, as its help (`?`) lists them. */
export type DashboardAction =
  | 'open-log'
  | 'back'
  | 'show-env'
  | 'quit'
  | 'stop-pod'
  | 'help'
  | 'restart'
  | 'stop'
  | 'start'
  | 'details'
  | 'search'
  | 'next-match'
  | 'previous-match'
  | 'filter'
  | 'follow'
  | 'merge'
  | 'wrap'
  | 'times'
  | 'next-error'
  | 'previous-error'
  | 'graph'
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
  | 'copy'
  | 'save'
  | 'pager'
  | 'redraw'
  | 'suspend';

/** One of the terminal's colours (`red`, `bright-blue` …) or `#rrggbb`, by what it means. */
export interface ThemeConfig {
  /** What is selected, and keys. Default cyan. */
  readonly accent?: string;
  readonly ready?: string;
  /** On the way to what is wanted. Default yellow. */
  readonly waiting?: string;
  readonly failed?: string;
  readonly muted?: string;
}

/** What a config file exports. */
export type Config = PodConfig | ConfigFunction;

export type ConfigFunction = (context: ConfigContext) => PodConfig | Promise<PodConfig>;

type DefineObject = <
  const Volumes = Nothing,
  const Inits = Nothing,
  const Sidecars = Nothing,
  const Ports = Nothing,
  const Name extends string = 'primary',
  const Count = unknown,
  const AppVolumes = Nothing,
  const AppInits = Nothing,
  const AppSidecars = Nothing,
  const AppPorts = Nothing,
  const Instances = Nothing,
>(
  config: PodConfig<
    Volumes,
    Inits,
    Sidecars,
    Ports,
    Name,
    Count,
    AppVolumes,
    AppInits,
    AppSidecars,
    AppPorts,
    Instances
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
  const AppVolumes = any,
  const AppInits = any,
  const AppSidecars = any,
  const AppPorts = any,
  const Instances = any,
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
        AppVolumes,
        AppInits,
        AppSidecars,
        AppPorts,
        Instances
      >
    | Promise<
        PodConfig<
          Volumes,
          Inits,
          Sidecars,
          Ports,
          Name,
          Count,
          AppVolumes,
          AppInits,
          AppSidecars,
          AppPorts,
          Instances
        >
      >,
) => ConfigFunction;

/** An interface of its own, so that it counts as a third signature. */
interface DefineObjectAgain extends DefineObject {}

/**
 * Editors complete by the first signature, and compilers tell the errors of the last one: for both of them it is that
 * of an object.
 */
interface DefineConfig extends DefineObject, DefineFunction, DefineObjectAgain {}

/**
 * Types a config and gives it back as it is: a wrong process, port or volume name does not compile.
 *
 * A config function returns a defined config, as in the second example. It may return a plain object, but TypeScript
 * infers no names from what a function returns while it has yet to type the wiring functions in it: any name compiles
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

type IsAny<T> = 0 extends 1 & T ? true : false;

/** True when nothing could be inferred: then every name is taken. */
type NamesUnknown<Inits, Sidecars, Ports> = [IsAny<Inits>, IsAny<Sidecars>, IsAny<Ports>] extends [
  true,
  true,
  true,
]
  ? true
  : false;

/** What was left out of a config has no names. */
type NamesIn<T> = IsAny<T> extends true ? Nothing : T;

type NameIn<T> = keyof T & string;

/** Port names are inferred from `ports` alone, not from what probes and hooks mention. */
type OwnPort<Ports> = NoInfer<NameIn<Ports>>;

/** What can be named where nothing of an app is seen but its primary. */
type TopNames<Inits, Sidecars, Ports, Name extends string, Count, AppPorts, Instances> =
  NamesUnknown<Inits, Sidecars, Ports> extends true
    ? string
    : NameIn<NamesIn<Inits>> | NameIn<NamesIn<Sidecars>> | PrimaryNames<Name, Count, AppPorts, Instances>;

type PrimaryNames<Name extends string, Count, AppPorts, Instances> = [keyof NamesIn<AppPorts>] extends [never]
  ? Name | NumberedNames<Name, Count>
  : InAppNames<AppPorts, Instances>;

type InAppNames<AppPorts, Instances> =
  | NameIn<NamesIn<AppPorts>>
  | InstanceName<NameIn<NamesIn<AppPorts>>, NamesIn<Instances>>;

type Numbers<Ports> = { readonly [Port in keyof Ports]: number };

/** Only processes that declare ports: the others' port map was not inferred, it is `unknown`. */
type NumbersByProcess<Processes> = {
  readonly [Name in keyof Processes as unknown extends Processes[Name] ? never : Name]: Numbers<
    Processes[Name]
  >;
};

type NumbersOfPrimary<Ports, Name extends string> = {
  readonly [N in Name as [keyof Ports] extends [never] ? never : N]: Numbers<Ports>;
};

type PortNumbers<Inits, Sidecars, Ports, Name extends string, Count, AppPorts, Instances> = NumbersByProcess<
  NamesIn<Inits>
> &
  NumbersByProcess<NamesIn<Sidecars>> &
  NumbersOfPrimary<NamesIn<Ports>, Name | NumberedNames<Name, Count>> &
  NumbersByInstance<NamesIn<AppPorts>, NamesIn<Instances>>;

/** Of each instance of each app. */
type NumbersByInstance<AppPorts, Instances> = {
  readonly [App in keyof AppPorts as unknown extends AppPorts[App]
    ? never
    : InstanceName<App & string, Instances>]: Numbers<AppPorts[App]>;
};

/** `web`, or `web-1` and `web-2`. */
type InstanceName<App extends string, Instances> = App extends keyof Instances
  ? unknown extends Instances[App]
    ? App
    : NumberedNames<App, Instances[App]>
  : App;

/** `web-1`, `web-2`; never where no count was given. */
type NumberedNames<Name extends string, Count> = unknown extends Count
  ? never
  : number extends Count
    ? `${Name}-${number}`
    : `${Name}-${UpTo<Count>}`;

/** The whole numbers from 1 to `Count`; of very many, any number. */
type UpTo<
  Count,
  Passed extends readonly unknown[] = [],
  Found extends number = never,
> = Passed['length'] extends Count
  ? Found
  : Passed['length'] extends 40
    ? number
    : UpTo<Count, [...Passed, unknown], Found | ([...Passed, unknown]['length'] & number)>;

/** The wiring of a config, by the names that were inferred from it; of several apps, that of what they share. */
export type WiringOf<
  Volumes,
  Inits,
  Sidecars,
  Ports,
  Name extends string,
  Count = unknown,
  AppPorts = Nothing,
  Instances = Nothing,
> =
  NamesUnknown<Inits, Sidecars, Ports> extends true
    ? Wiring
    : Wiring<
        PortNumbers<Inits, Sidecars, Ports, Name, Count, AppPorts, Instances>,
        Paths<NamesIn<Volumes>>,
        [keyof NamesIn<AppPorts>] extends [never] ? OwnApp : never
      >;

type Paths<Volumes> = { readonly [Volume in keyof Volumes]: string };

/** What can be named within an app: its own, what is shared, and the primaries of all. */
type AppNames<Inits, Sidecars, AppInits, AppSidecars, AppPorts, Instances, App> = NoInfer<
  NamesUnknown<Inits, Sidecars, AppPorts> extends true
    ? string
    :
        | NameIn<NamesIn<Inits>>
        | NameIn<NamesIn<Sidecars>>
        | InAppNames<AppPorts, Instances>
        | NameIn<Of<AppInits, App>>
        | NameIn<Of<AppSidecars, App>>
>;

type AllVolumes<Volumes, AppVolumes, App> = NoInfer<NamesIn<Volumes> & Of<AppVolumes, App>>;

type AppWiring<Volumes, Inits, Sidecars, AppVolumes, AppInits, AppSidecars, AppPorts, Instances, App> =
  NoInfer<
    NamesUnknown<Inits, Sidecars, AppPorts> extends true
      ? Wiring
      : Wiring<
          NumbersByProcess<NamesIn<Inits>> &
            NumbersByProcess<NamesIn<Sidecars>> &
            NumbersByInstance<NamesIn<AppPorts>, NamesIn<Instances>> &
            NumbersByProcess<Of<AppInits, App>> &
            NumbersByProcess<Of<AppSidecars, App>> &
            NumbersOfOwn<Of<AppPorts, App>, App & string>,
          Paths<NamesIn<Volumes>> & Paths<Of<AppVolumes, App>>
        >
  >;

/** Its own name is that of the same instance. */
type NumbersOfOwn<Ports, App extends string> = [keyof Ports] extends [never]
  ? Nothing
  : { readonly [Own in App]: Numbers<Ports> };

/** What one app has of something. */
type Of<ByApp, App> = App extends keyof NamesIn<ByApp> ? NamesIn<ByApp>[App] : Nothing;

type Nothing = Record<never, never>;
