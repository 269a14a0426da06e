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
  readonly command: Wired<Command, W>;
  /** Default: the config's folder, to which it is relative. */
  readonly cwd?: Wired<string, W>;
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
  readonly postStart?: Hook<OwnPort<Ports>, W>;
  readonly preStop?: Hook<OwnPort<Ports>, W>;
  readonly restart?: RestartPolicy | RestartConfig;
  /** When it has ended and will not be restarted, the pod stops with exit code 1. Default false. */
  readonly essential?: boolean;
  readonly stop?: StopConfig<W>;
  /** In `dev`: restart, or signal, on changes of these files; the primary that crashed waits for one. */
  readonly watch?: WatchConfig<W>;
  /** False: started by hand, by `--only`, or because something that starts depends on it. Default true. */
  readonly autostart?: boolean;
  /** True is not supported yet. Default false. */
  readonly tty?: boolean;
}

export interface PrimaryConfig<
  Ports = Record<string, unknown>,
  Process extends string = string,
  Volumes = Record<string, unknown>,
  W = Wiring,
  Name extends string = string,
> extends ProcessConfig<Ports, Process, Volumes, W> {
  /** The process's name, a DNS label. Default `'primary'`. */
  readonly name?: Name;
}

/** What functions in a config get: the numbers, paths and variables that are known only when the pod starts. */
export interface Wiring<
  // biome-ignore lint/suspicious/noExplicitAny: where names are not inferred, any name will do.
  Ports = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  Volumes = any,
> {
  /** Port numbers, by process and port. */
  readonly ports: Ports;
  /** Absolute paths, by volume. */
  readonly volumes: Volumes;
  /** The inherited environment, overlaid by the pod's env files. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * A whole config. The type parameters are the names in it, which `defineConfig` infers: volumes, then the port names of
 * each init task, each sidecar and the primary, and the primary's name.
 */
export interface PodConfig<
  // biome-ignore-start lint/suspicious/noExplicitAny: where names are not inferred, any name will do.
  Volumes = any,
  Inits = any,
  Sidecars = any,
  PrimaryPorts = any,
  // biome-ignore-end lint/suspicious/noExplicitAny: as above.
  PrimaryName extends string = string,
> {
  /** For editors. */
  readonly $schema?: string;
  /** Default: the name of the config's folder. */
  readonly name?: string;
  /** For every process. */
  readonly env?: Environment<NoInfer<WiringOf<Volumes, Inits, Sidecars, PrimaryPorts, PrimaryName>>>;
  readonly envFile?: EnvFile | readonly EnvFile[];
  readonly volumes?: { readonly [Volume in keyof Volumes]: VolumeConfig };
  /** Processes that must exit 0 before what depends on them starts. */
  readonly init?: {
    readonly [Name in keyof Inits]: ProcessConfig<
      Inits[Name],
      NoInfer<ProcessName<Inits, Sidecars, PrimaryPorts, PrimaryName>>,
      NoInfer<Volumes>,
      NoInfer<WiringOf<Volumes, Inits, Sidecars, PrimaryPorts, PrimaryName>>
    >;
  };
  /** Long-running processes that start before the primary and stop after it. */
  readonly sidecars?: {
    readonly [Name in keyof Sidecars]: ProcessConfig<
      Sidecars[Name],
      NoInfer<ProcessName<Inits, Sidecars, PrimaryPorts, PrimaryName>>,
      NoInfer<Volumes>,
      NoInfer<WiringOf<Volumes, Inits, Sidecars, PrimaryPorts, PrimaryName>>
    >;
  };
  /** The app: its end ends the pod, its exit code is `sidecarctl`'s. */
  readonly primary: PrimaryConfig<
    PrimaryPorts,
    NoInfer<ProcessName<Inits, Sidecars, PrimaryPorts, PrimaryName>>,
    NoInfer<Volumes>,
    NoInfer<WiringOf<Volumes, Inits, Sidecars, PrimaryPorts, PrimaryName>>,
    PrimaryName
  >;
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
export function defineConfig<
  // biome-ignore-start lint/suspicious/noExplicitAny: "any name", see above.
  const Volumes = any,
  const Inits = any,
  const Sidecars = any,
  const Ports = any,
  // biome-ignore-end lint/suspicious/noExplicitAny: as said.
  const Name extends string = 'primary',
>(
  config: (
    context: ConfigContext,
  ) =>
    | PodConfig<Volumes, Inits, Sidecars, Ports, Name>
    | Promise<PodConfig<Volumes, Inits, Sidecars, Ports, Name>>,
): ConfigFunction;
export function defineConfig<
  const Volumes = Nothing,
  const Inits = Nothing,
  const Sidecars = Nothing,
  const Ports = Nothing,
  const Name extends string = 'primary',
>(config: PodConfig<Volumes, Inits, Sidecars, Ports, Name>): PodConfig;
export function defineConfig(config: Config): Config {
  return config;
}

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

type ProcessName<Inits, Sidecars, Ports, Name extends string> =
  NamesUnknown<Inits, Sidecars, Ports> extends true
    ? string
    : NameIn<NamesIn<Inits>> | NameIn<NamesIn<Sidecars>> | Name;

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

type PortNumbers<Inits, Sidecars, Ports, Name extends string> = NumbersByProcess<NamesIn<Inits>> &
  NumbersByProcess<NamesIn<Sidecars>> &
  NumbersOfPrimary<NamesIn<Ports>, Name>;

/** The wiring of a config, by the names that were inferred from it. */
export type WiringOf<Volumes, Inits, Sidecars, Ports, Name extends string> =
  NamesUnknown<Inits, Sidecars, Ports> extends true
    ? Wiring
    : Wiring<
        PortNumbers<Inits, Sidecars, Ports, Name>,
        { readonly [Volume in keyof NamesIn<Volumes>]: string }
      >;

type Nothing = Record<never, never>;
