import type { Exit, HookName } from '../../src/model/exit.ts';
import type { ProbeSpec, ProcessSpec } from '../../src/model/pod-spec.ts';
import type { Milliseconds, ProbeName } from '../../src/model/vocabulary.ts';
import type { Run } from './scenario.ts';

/** One run of a modelled process: the facts, whatever the core makes of them. */
export interface LiveRun {
  readonly generation: number;
  readonly run: Run;
  /** What it was launched from. */
  readonly spec: ProcessSpec;
  readonly launchedAt: Milliseconds;
  pid: number | null;
  pidAt: Milliseconds;
  postStart: 'none' | 'running' | 'worked' | 'failed';
  readonly hooks: Set<HookName>;
  /** Attempts in flight. */
  readonly attempts: Map<ProbeName, number>;
  readonly verdicts: Map<ProbeName, Verdict>;
  /** When it was first told to go, by its signal or its stop command. */
  toldAt: Milliseconds | null;
  told: 'nothing' | 'signal' | 'kill';
  /** Its main process has ended, and others are left. */
  root: RootEnd | null;
}

export interface RootEnd {
  readonly exit: Exit;
  readonly at: Milliseconds;
  /** What the main process had been told by then. */
  readonly told: LiveRun['told'];
}

/** What the answers of one probe come to. */
export interface Verdict {
  everOk: boolean;
  successes: number;
  /** In a row. */
  failures: number;
  failingSince: Milliseconds;
  holds: boolean;
}

export interface ModelledProcess {
  live: LiveRun | null;
  runs: number;
  lastExit: Exit | null;
  lastRanFor: Milliseconds;
  /** What it had been told before its last end. */
  lastTold: LiveRun['told'];
  endedAt: Milliseconds;
  /** Some of its last run could not be ended. */
  survives: boolean;
  flapsUntil: Milliseconds;
}

export const newProcess = (): ModelledProcess => ({
  live: null,
  runs: 0,
  lastExit: null,
  lastRanFor: 0,
  lastTold: 'nothing',
  endedAt: 0,
  survives: false,
  flapsUntil: 0,
});

export const countAnswer = (
  { verdicts }: LiveRun,
  probe: ProbeName,
  spec: ProbeSpec,
  { ok, now }: { readonly ok: boolean; readonly now: Milliseconds },
): void => {
  const verdict = verdicts.get(probe) ?? noVerdict(now);
  verdicts.set(probe, verdict);
  if (verdict.holds && (isSign(spec) || probe === 'startup')) return;
  if (ok) succeed(verdict, spec);
  else fail(verdict, spec, now);
};

const noVerdict = (now: Milliseconds): Verdict => ({
  everOk: false,
  successes: 0,
  failures: 0,
  failingSince: now,
  holds: false,
});

const succeed = (verdict: Verdict, spec: ProbeSpec): void => {
  verdict.everOk = true;
  verdict.failures = 0;
  verdict.successes += 1;
  if (verdict.successes >= spec.successThreshold || isSign(spec)) verdict.holds = true;
};

const fail = (verdict: Verdict, spec: ProbeSpec, now: Milliseconds): void => {
  if (verdict.failures === 0) verdict.failingSince = now;
  verdict.successes = 0;
  verdict.failures += 1;
  if (verdict.failures >= spec.failureThreshold) verdict.holds = false;
};

/** What a process says of itself, once and for its whole run. */
export const isSign = ({ target }: ProbeSpec): boolean => target.kind === 'log' || target.kind === 'notify';

/** It runs, its postStart hook has returned, its startup probe has passed. */
export const hasStarted = (spec: ProcessSpec, live: LiveRun): boolean =>
  live.pid !== null &&
  (spec.postStart === null || live.postStart === 'worked') &&
  passes(spec, live, 'startup');

export const passes = (spec: ProcessSpec, live: LiveRun, probe: 'startup' | 'readiness'): boolean =>
  spec[probe] === null || live.verdicts.get(probe)?.holds === true;
