import type { Condition, Milliseconds, PodPhase, ProbeName, Role, StateName } from '../model/vocabulary.ts';

/** Milliseconds since 1970, UTC: for what is shown, sent or stored. Nothing is ever measured with it. */
export type Timestamp = number;

export interface PodSnapshot {
  /** Number of the newest event that is part of it. */
  readonly seq: number;
  readonly runId: string;
  readonly name: string;
  /** The supervisor's. */
  readonly pid: number;
  /** Absolute. */
  readonly configFile: string;
  readonly mode: 'dev' | 'up' | 'run' | 'library';
  readonly state: PodPhase;
  readonly startedAt: Timestamp;
  /** Set once it has stopped. */
  readonly exitCode: number | null;
  /** Why it stops or has stopped, in words. */
  readonly reason: string | null;
  /** Of several apps those that are over while others go on, in the order of their ends. */
  readonly ended: readonly EndedApp[];
  /** What cleans up if sidecarctl is killed; null: there is no such thing on this platform, or not yet. */
  readonly guard: GuardSnapshot | null;
  /** In start order. */
  readonly processes: readonly ProcessSnapshot[];
}

export interface GuardSnapshot {
  /** Null: it has died, and another is about to take its place. */
  readonly pid: number | null;
  /** How many times that has happened. */
  readonly replaced: number;
}

export interface EndedApp {
  /** What its primary is called. */
  readonly app: string;
  readonly exitCode: number;
  /** In words. */
  readonly reason: string;
}

export interface ProcessSnapshot {
  readonly name: string;
  readonly role: Role;
  /** The app that it belongs to; null: shared, or the pod is one app. */
  readonly app: string | null;
  /** Which instance of the app, from 1. */
  readonly instance: number | null;
  readonly description: string;
  readonly state: StateName;
  /** False when it is to stay down until it is started by hand. */
  readonly wanted: boolean;
  readonly pid: number | null;
  readonly restarts: number;
  /** When it came to its state. */
  readonly since: Timestamp;
  /** When its running instance was launched. */
  readonly launchedAt: Timestamp | null;
  readonly ports: readonly PortSnapshot[];
  readonly dependsOn: readonly DependencySnapshot[];
  /** The dependencies that do not hold yet. */
  readonly waitsFor: readonly string[];
  /** Why it is not where it is wanted, in words: `waits for redis to be ready`. Null where there is nothing to say. */
  readonly why: string | null;
  /**
   * Why it fails or is not ready, in words, as far as that was found when it last failed or had been waited for some
   * seconds: `the environment variable API_KEY is not set`. Null: nothing is known.
   */
  readonly cause: string | null;
  readonly lastExit: ExitSnapshot | null;
  /** When it is restarted, in `backoff`. */
  readonly retryAt: Timestamp | null;
  readonly stop: StopSnapshot | null;
  /** What of its last run could not be ended; as a rule empty. */
  readonly survivors: readonly SurvivorSnapshot[];
  /** Absolute; null before its first output. */
  readonly logFile: string | null;
}

export interface PortSnapshot {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
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
  /** In words: `exited with code 1`. */
  readonly text: string;
}

/** A process that SIGKILL has not ended. */
export interface SurvivorSnapshot {
  readonly pid: number;
  /** Null where that is not known. */
  readonly user: string | null;
  readonly command: string;
  readonly why: 'not-permitted' | 'uninterruptible' | 'unknown';
}

export interface StopSnapshot {
  /**
   * `holding`: its hook runs, or what depends on it is still there. `lingering`: its main process has ended, and what that
   * started is still there.
   */
  readonly stage: 'holding' | 'signalled' | 'lingering' | 'killed';
  readonly waitsFor: readonly string[];
  readonly killAt: Timestamp | null;
}

/** Of a process and all its descendants. */
export interface Usage {
  /** Cores in use since the last sample: 0.5 is half a core. */
  readonly cpu: number;
  /** Bytes that are resident, shared ones counted once for each process. */
  readonly memory: number;
  readonly processes: number;
}

export interface ProcessDetails {
  readonly name: string;
  /** As a person would type it. */
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /**
   * What a command is started behind to see what an isolated process sees: a program and its arguments. Empty: nothing
   * is needed.
   */
  readonly enter: readonly string[];
  /** Of its newest launch; values may be secrets. */
  readonly env: readonly EnvVariable[];
  /** The process and its descendants, parents first. */
  readonly tree: readonly TreeEntry[];
  readonly probes: readonly ProbeDetails[];
  /** Newest first, ten at most. */
  readonly exits: readonly ExitSnapshot[];
  /** In words, one sentence each: why it is where it is, who waits for it. */
  readonly explanation: readonly string[];
  /** The likely cause of its failure or wait, looked for at this moment; null: none is known. */
  readonly cause: string | null;
}

export interface EnvVariable {
  readonly name: string;
  readonly value: string;
  readonly isSecret: boolean;
  /** Set by sidecarctl, so that the process colors what it writes into our pipes: not for commands with other streams. */
  readonly forcesColor?: true;
}

export interface TreeEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
}

export interface ProbeDetails {
  readonly probe: ProbeName;
  /** In words: `http http://127.0.0.1:3000/healthz every 1 s`. */
  readonly target: string;
  /** Null before the first result. */
  readonly ok: boolean | null;
  /** Changes of the result, newest first, ten at most. */
  readonly history: ReadonlyArray<{
    readonly at: Timestamp;
    readonly ok: boolean;
    readonly message: string;
  }>;
}

/** What can be asked of a running pod. */
export type PodRequest =
  | { readonly type: 'start' | 'stop' | 'restart' | 'kill'; readonly process: string }
  /** Every process that is up, sidecars before what depends on them. */
  | { readonly type: 'restart-all' }
  /** Reads the config anew and follows what differs; `dryRun`: only says what would be done. */
  | { readonly type: 'reload'; readonly dryRun: boolean }
  /** `grace` null: the pod's. `by`: who asks, in words that follow `stop requested by`. */
  | { readonly type: 'stop-pod'; readonly grace: Milliseconds | null; readonly by?: string | undefined }
  | { readonly type: 'kill-pod'; readonly by?: string | undefined };

export type RequestOutcome =
  /** `plan`: of a reload, what becomes of each process that it concerns, in words. */
  | { readonly ok: true; readonly plan?: readonly string[] }
  /** In words, with what to do instead. */
  | { readonly ok: false; readonly message: string };
