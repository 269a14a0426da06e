import type { PodPhase, ProbeName, Role, StateName } from '../model/vocabulary.ts';
import type { SurvivorSnapshot } from './pod-snapshot.ts';

/**
 * An event of the pod, as in `--ui json` without the lines of output. More types, and more fields of these, may be
 * added.
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

/** What every event begins with. */
export interface NumberedJson {
  /** ISO 8601. */
  readonly time: string;
  /** From 1, without gaps. */
  readonly seq: number;
}

export interface PodStateJson extends NumberedJson {
  readonly type: 'pod';
  readonly state: PodPhase;
  readonly name: string;
  /** The supervisor's; with `starting` alone. */
  readonly pid?: number;
  readonly exitCode?: number;
  readonly reason?: string;
}

/** One of several apps is over; the others go on. */
export interface EndedAppJson extends NumberedJson {
  readonly type: 'app';
  /** What its primary is called. */
  readonly name: string;
  readonly state: 'ended';
  readonly exitCode: number;
  /** In words. */
  readonly reason: string;
}

export interface ProcessStateJson extends NumberedJson {
  readonly type: 'process';
  readonly name: string;
  readonly role: Role;
  /** The app that it belongs to, and which instance of it, from 1; not of what is shared, nor where the pod is one app. */
  readonly app?: string;
  readonly instance?: number;
  readonly state: StateName;
  readonly previous: StateName;
  readonly pid?: number;
  readonly restarts: number;
  /** By name; with `ready` alone. */
  readonly ports?: Readonly<Record<string, number>>;
  /** With `signal`, when a run has just ended; null when a signal ended it. */
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  /** Milliseconds until it is started again. */
  readonly retryInMs?: number;
  readonly reason?: string;
  /** What of the run that has just ended could not be ended. */
  readonly survivors?: readonly SurvivorSnapshot[];
}

/** A probe has another result than before. */
export interface ProbeResultJson extends NumberedJson {
  readonly type: 'probe';
  readonly name: string;
  readonly probe: ProbeName;
  readonly ok: boolean;
  /** Why it fails; empty when it passes. */
  readonly message: string;
}

/** A request that cannot be carried out. */
export interface RefusedRequestJson extends NumberedJson {
  readonly type: 'refused';
  readonly name: string;
  readonly request: 'start' | 'stop' | 'restart' | 'kill';
  readonly because: 'init-task-ran' | 'pod-stops' | 'unknown-process';
}

/** A process is sent a signal because files of its have changed. */
export interface SignalledProcessJson extends NumberedJson {
  readonly type: 'signalled';
  readonly name: string;
  readonly signal: string;
  /** The first of them, relative to the config's folder. */
  readonly files: readonly string[];
  readonly count: number;
}

/** What becomes of each process now that the config has been read anew. */
export interface ReloadedConfigJson extends NumberedJson {
  readonly type: 'reload';
  readonly processes: ReadonlyArray<{
    readonly name: string;
    readonly action: 'start' | 'restart' | 'stop' | 'update' | 'keep';
    /** In words. */
    readonly reason: string;
  }>;
}

/** Worth telling a person, though nothing has changed. */
export interface NoticeJson extends NumberedJson {
  readonly type: 'notice';
  readonly kind: string;
  /** In words. */
  readonly message: string;
}
