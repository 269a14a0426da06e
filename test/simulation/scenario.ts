import type { PodSpec } from '../../src/model/pod-spec.ts';
import type { ProcessRequest } from '../../src/model/process-request.ts';
import type { Milliseconds } from '../../src/model/vocabulary.ts';
import { type PodDescription, podSpec } from '../support/pod-spec.ts';

/** A pod, what its processes do, and what happens to them: plain data, so that a failing one can be pasted into a test. */
export interface Scenario {
  readonly pod: PodDescription;
  readonly stop?: Partial<PodSpec['stop']>;
  readonly startTimeout?: Milliseconds | null;
  /** Run by run; the last goes for all that follow. Without any: starts at once, stays, listens to signals. */
  readonly runs?: Readonly<Record<string, readonly Partial<Run>[]>>;
  readonly happenings?: readonly Happening[];
  /** Timers that were taken back fire all the same, and what a past run had to say is said after its end. */
  readonly late?: boolean;
}

/** How one run of a process goes. */
export interface Run {
  /** From the launch to its pid, or to the news that it cannot be started. */
  readonly launchTakes: Milliseconds;
  readonly launches: boolean;
  /** From its pid to an end of its own; null: it stays. */
  readonly life: Milliseconds | null;
  readonly end: End;
  /** From its signal, or the end of its stop command, to its end; null: it is deaf. */
  readonly dies: Milliseconds | null;
  readonly diesOf: End;
  /** From SIGKILL to its end; null: it hangs in the kernel. */
  readonly killTakes: Milliseconds | null;
  /** What its main process leaves behind at its end, unless that was killed; null: nothing. */
  readonly leaves: Leftovers | null;
  /** The kill fails: some of it stays. */
  readonly survives: boolean;
  /** From its pid to its first good probe, or its sign; null: never. */
  readonly up: Milliseconds | null;
  readonly probeTakes: Milliseconds;
  /** Null: a hook never returns. */
  readonly hookTakes: Milliseconds | null;
  readonly hooksWork: boolean;
}

export interface Leftovers {
  /** From SIGTERM to their end; null: they are deaf. */
  readonly goes: Milliseconds | null;
}

/** An exit code, or the name of a signal. */
export type End = number | 'SIGTERM' | 'SIGKILL' | 'SIGSEGV';

/** Who renders files for the others. It is not in the pod: the core asks nobody who it is. */
export const RENDERER = 'renderer';

export type Happening = { readonly at: Milliseconds } & (
  | { readonly what: 'stop'; readonly grace: Milliseconds | null }
  | { readonly what: 'kill' }
  | { readonly what: 'request'; readonly request: ProcessRequest; readonly process: string }
  | { readonly what: 'restart-all' }
  /** Its files change: it is restarted, or sent SIGHUP, which no process here dies of. */
  | { readonly what: 'change'; readonly process: string; readonly signal: boolean }
  /** A file that another process renders for it has another content. */
  | { readonly what: 'refresh'; readonly process: string }
  /** The config says this by now. */
  | { readonly what: 'reload'; readonly to: PodDescription }
  | { readonly what: 'crash'; readonly process: string; readonly end: End }
  /** Its probes fail for a while. */
  | { readonly what: 'flap'; readonly process: string; readonly lasts: Milliseconds }
  /** News of the current run that are none: said before, or of what was never begun. */
  | { readonly what: 'no-news'; readonly process: string; readonly of: NoNews }
);

export type NoNews = 'launch' | 'postStart' | 'probe' | 'root';

export const PLAIN_RUN: Run = {
  launchTakes: 0,
  launches: true,
  life: null,
  end: 0,
  dies: 0,
  diesOf: 'SIGTERM',
  killTakes: 0,
  leaves: null,
  survives: false,
  up: 0,
  probeTakes: 0,
  hookTakes: 0,
  hooksWork: true,
};

export const runOf = ({ runs }: Scenario, process: string, generation: number): Run => {
  const ofProcess = runs?.[process] ?? [];
  return { ...PLAIN_RUN, ...(ofProcess[generation - 1] ?? ofProcess.at(-1)) };
};

export const specOf = ({ pod, stop }: Pick<Scenario, 'pod' | 'stop'>): PodSpec => podSpec(pod, stop);
