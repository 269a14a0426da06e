/** The parts of what a control socket sends that programs read. `docs/control-api.md` has the rest. */

export interface PodState {
  /** Number of the newest event that it includes. */
  readonly seq: number;
  readonly name: string;
  readonly processes: readonly PodProcess[];
}

export interface PodProcess {
  readonly name: string;
  readonly role: string;
  /** App that it belongs to, or null if it is shared, or if the pod has a single app. */
  readonly app: string | null;
  /** The ready-made sidecar that it comes from. */
  readonly origin: { readonly use: string } | null;
  readonly state: string;
  readonly pid: number | null;
  readonly restarts: number;
  /** Milliseconds since 1970. */
  readonly launchedAt: number | null;
  readonly ports: readonly PodPort[];
  /** Absolute path, or null before its first output. */
  readonly logFile: string | null;
}

export interface PodPort {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
}

export interface PodEvent {
  readonly type: string;
  readonly seq?: number;
  /** The process. */
  readonly name?: string;
  readonly state?: string;
  readonly restarts?: number;
  readonly pid?: number;
  readonly probe?: string;
  readonly ok?: boolean;
}
