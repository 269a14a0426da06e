/** The app that a process belongs to. */
export interface OwnApp {
  /** Name of the app. */
  readonly name: string;
  /** Number of the instance, from 1. */
  readonly instance: number;
}

/** The argument of functions in a config: the ports, paths and variables that are known only when the pod starts. */
export interface Wiring<
  // biome-ignore lint/suspicious/noExplicitAny: where names are not inferred, any name will do.
  Ports = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  Volumes = any,
  App = OwnApp,
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  Files = any,
> {
  /** Port numbers by process and port name. */
  readonly ports: Ports;
  /** Absolute paths by volume name. */
  readonly volumes: Volumes;
  /** Absolute paths, by name, of the process's own files. */
  readonly files: Files;
  /** App of the process; not available to processes that several apps share. */
  readonly app: App;
  /** Inherited environment, overlaid by the pod's env files. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
