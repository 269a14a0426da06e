import type { AboveLimit } from '../model/above-limit.ts';
import type { AlertTold } from '../model/alert.ts';
import type { TerminalSize } from '../model/terminal-size.ts';
import type { UsageDetails } from '../model/usage-details.ts';
import type { Condition, Milliseconds, PodPhase, ProbeName, Role, StateName } from '../model/vocabulary.ts';

/** Milliseconds since 1970, UTC: for display, transport and storage. Durations are never measured with it. */
export type Timestamp = number;

export interface PodSnapshot {
  /** Number of the newest event that the snapshot includes. */
  readonly seq: number;
  readonly runId: string;
  readonly name: string;
  /** Pid of the supervisor. */
  readonly pid: number;
  /** Absolute path. */
  readonly configFile: string;
  readonly mode: 'dev' | 'up' | 'run' | 'library';
  readonly state: PodPhase;
  readonly startedAt: Timestamp;
  /** Exit code, set once it has stopped. */
  readonly exitCode: number | null;
  /** Reason why it stops or has stopped, as a sentence. */
  readonly reason: string | null;
  /** Apps that have ended while others keep running, in that order. */
  readonly ended: readonly EndedApp[];
  /**
   * The process that cleans up if sidecarctl is killed, or null if this platform has none, or none has been started
   * yet.
   */
  readonly guard: GuardSnapshot | null;
  /** Processes in start order. */
  readonly processes: readonly ProcessSnapshot[];
}

export interface GuardSnapshot {
  /** Pid of the guard, or null if it has died and another one is about to take its place. */
  readonly pid: number | null;
  /** Number of times that the guard has been replaced. */
  readonly replaced: number;
}

export interface EndedApp {
  /** Name of its primary. */
  readonly app: string;
  readonly exitCode: number;
  /** A sentence. */
  readonly reason: string;
}

export interface ProcessSnapshot {
  readonly name: string;
  readonly role: Role;
  /** App that it belongs to, or null if it is shared, or if the pod has a single app. */
  readonly app: string | null;
  /** Number of the app's instance, from 1. */
  readonly instance: number | null;
  readonly description: string;
  /** The ready-made sidecar that it comes from, or null if the config has it as it is. */
  readonly origin: OriginSnapshot | null;
  readonly state: StateName;
  /** Desired state: false if it stays down until it is started by hand. */
  readonly wanted: boolean;
  readonly pid: number | null;
  readonly restarts: number;
  /** Time when it entered its state. */
  readonly since: Timestamp;
  /** Time when its running instance was launched. */
  readonly launchedAt: Timestamp | null;
  readonly ports: readonly PortSnapshot[];
  /** Files that are written before every launch, without their contents. */
  readonly files: readonly FileSnapshot[];
  readonly dependsOn: readonly DependencySnapshot[];
  /** Names of the dependencies that are not satisfied yet. */
  readonly waitsFor: readonly string[];
  /**
   * Reason why it is not in its desired state, as a clause: `waits for redis to be ready`. Null if there is nothing to
   * say.
   */
  readonly why: string | null;
  /**
   * Likely cause of its failure or wait, as found when it last failed or had waited some seconds: `the environment
   * variable API_KEY is not set`. Null if none is known.
   */
  readonly cause: string | null;
  /** What it says that it does, by a line `STATUS=…` on its `NOTIFY_FD`. Null if it has said nothing, or does not run. */
  readonly statusText: string | null;
  /** True if its last line has no end and it reads its stdin: it has asked something. */
  readonly waitsForInput: boolean;
  /** Size of its terminal, in cells; null if it has none. */
  readonly terminal: TerminalSize | null;
  readonly lastExit: ExitSnapshot | null;
  /** Time of the next restart, in `backoff`. */
  readonly retryAt: Timestamp | null;
  readonly stop: StopSnapshot | null;
  /** Processes of its last run that could not be ended; usually empty. */
  readonly survivors: readonly SurvivorSnapshot[];
  /** Commands beside it, which run when somebody asks for them. */
  readonly commands: readonly CommandSnapshot[];
  /** Absolute path, or null before its first output. */
  readonly logFile: string | null;
}

/** A command beside a process. */
export interface CommandSnapshot {
  readonly name: string;
  /** Command line as a person would type it. */
  readonly command: string;
  /** Empty if the config has none. */
  readonly description: string;
  /** Name of its log, among those of the processes: `web.migrate`. */
  readonly log: string;
  /** Null while it does not run. */
  readonly pid: number | null;
  readonly launchedAt: Timestamp | null;
  /** Size of its terminal, or null if it has none, or has not run yet. */
  readonly terminal: TerminalSize | null;
  /** End of its last run, or null if it has not run. */
  readonly lastExit: ExitSnapshot | null;
}

export interface PortSnapshot {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
}

export interface OriginSnapshot {
  /** Name of the ready-made sidecar. */
  readonly use: string;
  /** `embedded`, or the name of the program that does its work. */
  readonly engine: string;
}

export interface FileSnapshot {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly secret: boolean;
}

export interface DependencySnapshot {
  readonly process: string;
  readonly condition: Condition;
  readonly restart: boolean;
  readonly required: boolean;
}

export interface ExitSnapshot {
  readonly at: Timestamp;
  readonly code: number | null;
  readonly signal: string | null;
  readonly ranFor: Milliseconds;
  /** A clause: `exited with code 1`. */
  readonly text: string;
}

/** A process that SIGKILL did not end. */
export interface SurvivorSnapshot {
  readonly pid: number;
  /** Name of the user, or null if it is not known. */
  readonly user: string | null;
  readonly command: string;
  readonly why: 'not-permitted' | 'uninterruptible' | 'unknown';
}

export interface StopSnapshot {
  /**
   * `holding`: its hook is running, or its dependents are still there. `lingering`: its main process has ended, and
   * processes that it started are still there.
   */
  readonly stage: 'holding' | 'signalled' | 'lingering' | 'killed';
  readonly waitsFor: readonly string[];
  readonly killAt: Timestamp | null;
}

/** Usage of a process and all its descendants. */
export interface Usage {
  /** Cores in use since the last sample: 0.5 is half a core. */
  readonly cpu: number;
  /** Resident bytes. Memory that processes share counts once for each of them. */
  readonly memory: number;
  readonly processes: number;
  /** Only where they were asked for, and where the platform tells them. */
  readonly details?: UsageDetails;
}

/** Asks for usage with details, which take several times as long. */
export interface UsageWithDetails {
  /** Time between two samples, in milliseconds from 250; longer for very large pods. */
  readonly period: Milliseconds;
}

export interface ProcessDetails {
  readonly name: string;
  /** Command line as a person would type it. */
  readonly command: string;
  /** Absolute path. */
  readonly cwd: string;
  /**
   * Program and arguments to put before a command, so that it sees what an isolated process sees. Empty if nothing is
   * needed.
   */
  readonly enter: readonly string[];
  /** Environment of its newest launch; values may be secrets. */
  readonly env: readonly EnvVariable[];
  /** The process and its descendants, parents first. */
  readonly tree: readonly TreeEntry[];
  readonly probes: readonly ProbeDetails[];
  /** Past exits, newest first, at most ten. */
  readonly exits: readonly ExitSnapshot[];
  /** Sentences that say why it is in its state, and which processes wait for it. */
  readonly explanation: readonly string[];
  /** Likely cause of its failure or wait, determined now; null if none is known. */
  readonly cause: string | null;
}

export interface EnvVariable {
  readonly name: string;
  readonly value: string;
  readonly isSecret: boolean;
  /** Process that provides it; absent if it comes from elsewhere. */
  readonly providedBy?: string;
  /**
   * Set by sidecarctl so that the process colors its output into the pipe: do not pass it to commands with other
   * streams.
   */
  readonly forcesColor?: true;
}

export interface TreeEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
}

export interface ProbeDetails {
  readonly probe: ProbeName;
  /** Target as text: `http http://127.0.0.1:3000/healthz every 1 s`. */
  readonly target: string;
  /** Result, or null before the first one. */
  readonly ok: boolean | null;
  /** Changes of the result, newest first, at most ten. */
  readonly history: ReadonlyArray<{
    readonly at: Timestamp;
    readonly ok: boolean;
    readonly message: string;
  }>;
}

/** A request to a running pod. */
export type PodRequest =
  | { readonly type: 'start' | 'stop' | 'restart' | 'kill'; readonly process: string }
  /** Writes text to the stdin of a process. `eof`: its stdin ends behind it. */
  | { readonly type: 'send'; readonly process: string; readonly text: string; readonly eof: boolean }
  /** Gives the terminal of a process another size, in cells. */
  | { readonly type: 'resize'; readonly process: string; readonly columns: number; readonly rows: number }
  /**
   * Answers a question that a program has asked its terminal, such as where the cursor is. Of several viewers who answer,
   * and of a terminal that is attached, the program gets one answer. `viewer` identifies who answers. `late`: the
   * question was asked before the viewer looked.
   */
  | {
      readonly type: 'answer';
      readonly process: string;
      readonly text: string;
      readonly viewer: string;
      readonly late: boolean;
    }
  /**
   * `run-command` runs a command beside a process, and is answered once it has been started. `stop-command` ends it with
   * SIGTERM, and with SIGKILL after the grace of the process, or at the second request.
   */
  | { readonly type: 'run-command' | 'stop-command'; readonly process: string; readonly command: string }
  /** Tells everybody that a process uses more than a monitor allows it. It changes nothing itself. */
  | ({ readonly type: 'above-limit' } & AboveLimit)
  /** Tells everybody that an alert has begun to fire, or does so no more. It changes nothing itself. */
  | ({ readonly type: 'alert' } & AlertTold)
  /** Restarts every process that is up; dependencies first. */
  | { readonly type: 'restart-all' }
  /** Reads the config again and follows the differences. `dryRun` only returns what would be done. */
  | { readonly type: 'reload'; readonly dryRun: boolean }
  /** Stops the pod. `grace` in milliseconds, null: the pod's. `by`: who asks, to follow `stop requested by`. */
  | { readonly type: 'stop-pod'; readonly grace: Milliseconds | null; readonly by?: string | undefined }
  | { readonly type: 'kill-pod'; readonly by?: string | undefined };

export type RequestOutcome =
  /** `plan`: the effect of a reload on each process, one clause each. */
  | { readonly ok: true; readonly plan?: readonly string[] }
  /** A sentence that says what to do instead. */
  | { readonly ok: false; readonly message: string };
