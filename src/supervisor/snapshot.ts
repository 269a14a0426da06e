import { isDeepStrictEqual } from 'node:util';
import type { PodSnapshot, ProcessSnapshot, Timestamp } from '../control/pod-client.ts';
import { exitCodeOf } from '../core/exit-code.ts';
import { explainAll } from '../core/explain.ts';
import { type PodState, recordOf } from '../core/pod-state.ts';
import { isLive, pidOf } from '../core/process-state.ts';
import type { Explanation } from '../model/explanation.ts';
import { commandLog } from '../model/own-command.ts';
import type { OwnCommandSpec } from '../model/pod-spec.ts';
import type { TerminalSize } from '../model/terminal-size.ts';
import { commandText } from '../report/command-text.ts';
import { whyText } from '../report/explanation.ts';
import { podStopText } from '../report/wording.ts';
import type { CommandState } from './pod-commands.ts';
import { lastExitSnapshot } from './process-history.ts';

/** Facts about a pod that the core does not have. */
export interface SnapshotFacts {
  readonly runId: string;
  readonly configFile: string;
  readonly mode: PodSnapshot['mode'];
  readonly startedAt: Timestamp;
  /** Converts a time on the core's clock to the time of day. */
  readonly timeOf: (at: number) => Timestamp;
  readonly logFileOf: (process: string) => string | null;
  /** Likely cause of a failure or wait, as far as it was found. */
  readonly causeOf: (process: string) => string | null;
  readonly statusTextOf: (process: string) => string | null;
  readonly waitsForInput: (process: string) => boolean;
  readonly terminalSizeOf: (process: string) => TerminalSize;
  readonly commandState: (process: string, command: string) => CommandState;
  readonly guard: () => PodSnapshot['guard'];
}

/** Describes the pod in sentences and times of day. Unchanged parts are the same objects as in `before`. */
export const takeSnapshot = (
  pod: PodState,
  seq: number,
  facts: SnapshotFacts,
  before: PodSnapshot | null,
): PodSnapshot => {
  const { runId, configFile, mode, startedAt } = facts;
  const known = new Map(before?.processes.map((process) => [process.name, process]));
  const processes = explainAll(pod).map((explanation) =>
    unlessSame(known.get(explanation.process), processSnapshot(pod, explanation, facts)),
  );
  const snapshot: PodSnapshot = {
    seq,
    runId,
    name: pod.spec.name,
    pid: process.pid,
    configFile,
    mode,
    state: pod.phase,
    startedAt,
    exitCode: pod.stop !== null && pod.phase === 'stopped' ? exitCodeOf(pod, pod.stop) : null,
    reason: pod.stop === null ? null : podStopText(pod.stop.reason),
    ended: pod.ends.map(({ app, exitCode, reason }) => ({ app, exitCode, reason: podStopText(reason) })),
    guard: facts.guard(),
    processes,
  };
  return unlessSame(before, snapshot);
};

const unlessSame = <T>(before: T | null | undefined, after: T): T =>
  before !== null && before !== undefined && isDeepStrictEqual(before, after) ? before : after;

const processSnapshot = (pod: PodState, explanation: Explanation, facts: SnapshotFacts): ProcessSnapshot => {
  const { timeOf, logFileOf, causeOf, waitsForInput, terminalSizeOf } = facts;
  const { process: name, role, desired, restarts, blockers, lastExit, retryAt } = explanation;
  const { spec, state, since, survivors } = recordOf(pod, name);
  const instance = isLive(state) ? state.instance : null;
  return {
    name,
    role,
    app: spec.app?.name ?? null,
    instance: spec.app?.instance ?? null,
    description: spec.description,
    origin: spec.origin,
    state: state.is,
    wanted: desired,
    pid: pidOf(state),
    restarts,
    since: timeOf(since),
    launchedAt: instance === null ? null : timeOf(instance.launchedAt),
    ports: spec.ports.map(({ name: port, port: number, protocol, host }) => ({
      name: port,
      port: number,
      protocol,
      host,
    })),
    files: [
      ...spec.files.map(({ name: file, path, secret }) => ({ name: file, path, secret })),
      ...spec.renderedFiles.map((file) => ({ ...file, secret: false })),
    ],
    dependsOn: spec.dependsOn,
    waitsFor: blockers.map(({ process }) => process),
    why: whyText(explanation),
    cause: causeOf(name),
    statusText: pidOf(state) === null ? null : facts.statusTextOf(name),
    waitsForInput: pidOf(state) !== null && waitsForInput(name),
    terminal: spec.launch.tty ? terminalSizeOf(name) : null,
    lastExit: lastExit === null ? null : lastExitSnapshot(lastExit, timeOf),
    retryAt: retryAt === null ? null : timeOf(retryAt),
    stop: stopSnapshot(explanation, timeOf),
    survivors,
    commands: spec.commands.map((command) => ({
      name: command.name,
      command: shownText(command),
      description: command.description,
      log: commandLog(name, command.name),
      ...commandFacts(name, command.name, facts),
    })),
    logFile: logFileOf(name),
  };
};

const commandFacts = (process: string, command: string, facts: SnapshotFacts) => {
  const { hasTerminal, ...state } = facts.commandState(process, command);
  return { ...state, terminal: hasTerminal ? facts.terminalSizeOf(commandLog(process, command)) : null };
};

/** Masking takes 10 µs, and a snapshot is taken after every change. */
const shownTexts = new WeakMap<OwnCommandSpec, string>();

const shownText = (own: OwnCommandSpec): string => {
  const known = shownTexts.get(own) ?? commandText(own.command);
  shownTexts.set(own, known);
  return known;
};

const stopSnapshot = ({ stop }: Explanation, timeOf: SnapshotFacts['timeOf']): ProcessSnapshot['stop'] => {
  if (stop === null) return null;
  const { stage, waitsFor, killAt } = stop;
  return { stage, waitsFor, killAt: killAt === null ? null : timeOf(killAt) };
};
