import type { PodState } from '../../core/pod-state.ts';
import { isLive, type ProcessRecord } from '../../core/process-state.ts';
import type { PodLogs } from '../../logs/pod-logs.ts';
import type { ProbeTarget } from '../../model/pod-spec.ts';
import type { Reason } from '../../model/reason.ts';
import type { StateName } from '../../model/vocabulary.ts';
import { type FailureFacts, portInUse } from '../../report/likely-cause.ts';
import { findPortHolder } from '../../runtime/ports/port-holder.ts';
import type { ListeningAddress } from '../../runtime/ports/tree-listeners.ts';
import { findShellObstacle } from './shell-obstacle.ts';

export interface FactSources {
  readonly pod: PodState;
  readonly record: ProcessRecord;
  /** Reason for its state, if it is not the one in its record. */
  readonly reason: Reason | null;
  readonly stateOf: (process: string) => StateName;
  readonly logs: PodLogs;
  /** Converts a time on the core's clock to the time of day. */
  readonly timeOf: (at: number) => number;
  /** Exit statuses of its newest runs, newest first. */
  readonly statuses: readonly number[];
  readonly leftOthers: boolean;
  readonly memoryKills: boolean | null;
  /** Environment of its newest launch. */
  readonly env: Readonly<Record<string, string>>;
  /** Addresses that its tree listens on, or null if the system does not tell. */
  readonly listening: () => Promise<readonly ListeningAddress[] | null>;
}

const SEARCHED_LINES = 40;
/** A line of 64 KiB without a space would keep some of the patterns busy for minutes. */
const SEARCHED_BYTES = 2_000;
/** Lines have the time of day at which they came, which is rounded. */
const CLOCK_SLACK_MS = 5;

/** Gathers the facts that the likely cause is derived from. */
export const gatherFacts = async (sources: FactSources): Promise<FailureFacts> => {
  const { pod, record, stateOf, statuses, leftOthers, memoryKills, env } = sources;
  const { spec, state } = record;
  const reason = sources.reason ?? reasonOf(record);
  const lines = linesOfRun(sources);
  const port = portInUse(lines);
  const others = [...pod.spec.processes.values()].filter(({ name }) => name !== spec.name);
  const isWaitedFor = reason?.kind === 'not-ready' && isLive(state);
  return {
    role: spec.role,
    reason,
    lastExit: isAboutTheRun(sources) && state.is !== 'stopping' ? null : record.lastExit,
    statuses,
    lines,
    leftOthers,
    memoryKills,
    obstacle: findShellObstacle(lines, spec.launch.cwd, env),
    neighbours: others.map(({ name, ports }) => ({
      name,
      state: stateOf(name),
      ports: ports.map((each) => each.port),
    })),
    portHolder: port === null ? null : await holderOf(spec.name, port),
    listening: isWaitedFor ? await sources.listening() : null,
    asked: isWaitedFor ? askedOf(record) : null,
    isContained: spec.launch.command.kind === 'container',
    ownPorts: spec.ports.map((each) => each.port),
  };
};

/** The probe of a process that is up and not ready tells what it waits for. */
const reasonOf = ({ state, reason }: ProcessRecord): Reason | null => {
  if (state.is !== 'running' && state.is !== 'starting') return reason;
  const { readiness, startup } = state.instance.probes;
  const last = (state.is === 'running' ? readiness : startup)?.last;
  return last?.ok === false ? { kind: 'not-ready', finding: last.finding } : reason;
};

const askedOf = ({ spec, state }: ProcessRecord): ProbeTarget | null =>
  (state.is === 'starting' ? spec.startup : spec.readiness)?.target ?? null;

/** False for the end of a run, although the next one may have begun. */
const isAboutTheRun = ({ record, reason }: FactSources): boolean =>
  isLive(record.state) && (reason === null || reason.kind === 'not-ready');

/** Output of an earlier run has nothing to do with the end of this one. */
const linesOfRun = (sources: FactSources): readonly string[] => {
  const { logs, record, timeOf } = sources;
  const { state, lastExit, spec } = record;
  const isOfRun = isAboutTheRun(sources) && isLive(state);
  const began = isOfRun ? state.instance.launchedAt : (lastExit?.at ?? 0) - (lastExit?.ranFor ?? 0);
  const since = Math.floor(timeOf(began)) - CLOCK_SLACK_MS;
  return logs
    .view(spec.name)
    .before(Infinity, SEARCHED_LINES)
    .filter(({ time }) => time >= since)
    .map(({ line }) => line.toString('utf8', 0, SEARCHED_BYTES));
};

const holderOf = (process: string, port: number) =>
  findPortHolder({ process, name: 'main', port, protocol: 'tcp', host: '127.0.0.1' }).catch(() => null);
