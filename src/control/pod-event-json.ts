import type { PodPhase, ProbeName, Role, StateName } from '../model/vocabulary.ts';
import type { OriginSnapshot, SurvivorSnapshot } from './pod-snapshot.ts';

/**
 * An event of the pod, as in `--ui json` without the lines of output. More types, and more fields, may be added.
 *
 * @example
 * for await (const event of pod.events) if (event.type === 'process') console.log(event.name, event.state);
 */
export type PodEventJson =
  | PodStateJson
  | EndedAppJson
  | ProcessStateJson
  | ProbeResultJson
  | RefusedRequestJson
  | SignalledProcessJson
  | ReloadedConfigJson
  | NoticeJson;

/** Common fields of every event. */
export interface NumberedJson {
  /** Time in ISO 8601. */
  readonly time: string;
  /** Number of the event, from 1, without gaps. */
  readonly seq: number;
}

export interface PodStateJson extends NumberedJson {
  readonly type: 'pod';
  readonly state: PodPhase;
  readonly name: string;
  /** Pid of the supervisor; only with `starting`. */
  readonly pid?: number;
  readonly exitCode?: number;
  readonly reason?: string;
}

/** One of several apps has ended; the others keep running. */
export interface EndedAppJson extends NumberedJson {
  readonly type: 'app';
  /** Name of its primary. */
  readonly name: string;
  readonly state: 'ended';
  readonly exitCode: number;
  /** A sentence. */
  readonly reason: string;
}

export interface ProcessStateJson extends NumberedJson {
  readonly type: 'process';
  readonly name: string;
  readonly role: Role;
  /** App that it belongs to; `instance` counts from 1. Not set for a shared process, or if the pod has a single app. */
  readonly app?: string;
  readonly instance?: number;
  /** The ready-made sidecar that it comes from. Not set if the config has the process as it is. */
  readonly origin?: OriginSnapshot;
  readonly state: StateName;
  readonly previous: StateName;
  readonly pid?: number;
  readonly restarts: number;
  /** Port numbers by name; only with `ready`. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Set with `signal` when a run has just ended; null if a signal ended it. */
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  /** Milliseconds until the next restart. */
  readonly retryInMs?: number;
  readonly reason?: string;
  /** Processes of the ended run that could not be ended. */
  readonly survivors?: readonly SurvivorSnapshot[];
}

/** The result of a probe has changed. */
export interface ProbeResultJson extends NumberedJson {
  readonly type: 'probe';
  readonly name: string;
  readonly probe: ProbeName;
  readonly ok: boolean;
  /** Reason of the failure; empty if the probe passes. */
  readonly message: string;
}

/** A request that cannot be carried out. */
export interface RefusedRequestJson extends NumberedJson {
  readonly type: 'refused';
  readonly name: string;
  readonly request: 'start' | 'stop' | 'restart' | 'kill';
  readonly because: 'init-task-ran' | 'pod-stops' | 'unknown-process';
}

/** A process is sent a signal because its files have changed. */
export interface SignalledProcessJson extends NumberedJson {
  readonly type: 'signalled';
  readonly name: string;
  readonly signal: string;
  /** First changed files, relative to the config's folder. */
  readonly files: readonly string[];
  readonly count: number;
}

/** The effect of a reload on each process. */
export interface ReloadedConfigJson extends NumberedJson {
  readonly type: 'reload';
  readonly processes: ReadonlyArray<{
    readonly name: string;
    readonly action: 'start' | 'restart' | 'stop' | 'update' | 'keep';
    /** A sentence. */
    readonly reason: string;
  }>;
}

/** A fact worth knowing that changes no state. */
export interface NoticeJson extends NumberedJson {
  readonly type: 'notice';
  readonly kind: string;
  /** Process that it is about, if it is about one. */
  readonly name?: string;
  /** Command beside the process; only with the kinds `command-started` and `command-ended`. */
  readonly command?: string;
  /** End of the command, only with `command-ended`; null if a signal ended it. */
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  /** Only with `above-limit`: bytes of memory or cores, and what a monitor does about it. */
  readonly resource?: 'memory' | 'cpu';
  readonly used?: number;
  readonly limit?: number;
  readonly action?: 'warn' | 'restart' | 'end';
  /** Only with `alert`: its name, whether it fires, and the labels of its series. */
  readonly alert?: string;
  readonly alertState?: 'firing' | 'over';
  readonly labels?: Readonly<Record<string, string>>;
  /** A sentence. */
  readonly message: string;
}
