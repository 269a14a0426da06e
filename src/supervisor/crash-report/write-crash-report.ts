import type { PodState } from '../../core/pod-state.ts';
import { isLive, type ProcessRecord, restartsOf } from '../../core/process-state.ts';
import type { PodLogs } from '../../logs/pod-logs.ts';
import type { Reason } from '../../model/reason.ts';
import type { ProbeName, StateName } from '../../model/vocabulary.ts';
import { commandText } from '../../report/command-text.ts';
import {
  type ChangedFiles,
  type CrashReport,
  type CrashReportLine,
  crashReportText,
} from '../../report/crash-report-text.ts';
import { findingText } from '../../report/findings.ts';
import { quoted } from '../../report/phrases.ts';
import { probeText } from '../../report/probe-text.ts';
import { maskSecrets } from '../../report/secrets.ts';
import { reasonText } from '../../report/wording.ts';
import { findChangedFiles } from './changed-files.ts';
import { writeCrashReport } from './crash-report-files.ts';
import type { CrashReportOptions } from './crash-report-options.ts';

interface Failed extends Omit<CrashReportOptions, 'pod'> {
  readonly pod: PodState;
  /** States at the time of the failure. */
  readonly states: ReadonlyMap<string, StateName>;
  readonly reason: Reason | null;
  readonly record: ProcessRecord;
  readonly at: Date;
  readonly name: string;
  readonly lastReady: number | null;
}

const OWN_LINES = 40;
const ALL_LINES = 80;
/** Number of the pod's newest lines that are searched for those of related processes. */
const SEARCHED_LINES = 1_000;
/** Output of a related process from longer before the process's own last lines is left out. */
const NEIGHBOURS_MS = 10_000;
const PROBES: readonly ProbeName[] = ['startup', 'readiness', 'liveness'];

/** Gathers the facts about a failure, and writes them to the file. */
export const composeCrashReport = async (failed: Failed): Promise<void> => {
  const { pod, record, history, at, name } = failed;
  const { spec } = record;
  const neighbours = neighboursOf(pod, spec.name);
  const lines = linesOf(failed.logs, spec.name, neighbours, at.getTime());
  const crashReport: CrashReport = {
    pod: pod.spec.name,
    process: spec.name,
    role: spec.role,
    at: at.getTime(),
    what: whatHappened(failed),
    cause: await failed.causeOf(spec.name, failed.reason, (each) => failed.states.get(each) ?? 'pending'),
    command: commandText(spec.launch.command),
    cwd: spec.launch.cwd,
    restarts: restartsOf(record),
    exits: history.exits(spec.name),
    probes: PROBES.flatMap((probe) => {
      const probeSpec = spec[probe];
      const last = isLive(record.state) ? (record.state.instance.probes[probe]?.last ?? null) : null;
      const changes = history.probeChanges(spec.name, probe, last);
      return probeSpec === null ? [] : [{ probe, target: probeText(probeSpec), history: changes }];
    }),
    neighbours: neighbours.map((each) => ({
      name: each,
      state: failed.states.get(each) ?? 'pending',
    })),
    lines,
    changed: await changedFiles(failed, pod.spec.folder),
  };
  writeCrashReport(failed, name, crashReportText(crashReport));
};

const whatHappened = ({ reason, states, record }: Failed): string => {
  if (reason !== null && reason.kind !== 'not-ready') return reasonText(reason);
  const state = states.get(record.spec.name) ?? 'pending';
  return `did not get ready in time (it is ${state})${reason === null ? '' : `: ${quoted(findingText(reason.finding))}`}`;
};

/** Its dependencies and its dependents. */
const neighboursOf = ({ spec }: PodState, name: string): readonly string[] => {
  const needed = spec.processes.get(name)?.dependsOn.map(({ process }) => process) ?? [];
  const needing = [...spec.processes.values()]
    .filter(({ dependsOn }) => dependsOn.some(({ process }) => process === name))
    .map((each) => each.name);
  return [...new Set([...needed, ...needing])];
};

const linesOf = (
  logs: PodLogs,
  name: string,
  neighbours: readonly string[],
  at: number,
): readonly CrashReportLine[] => {
  const own = logs.view(name).before(Infinity, OWN_LINES);
  const from = (own[0]?.time ?? at) - NEIGHBOURS_MS;
  const others = logs
    .view(null)
    .before(Infinity, SEARCHED_LINES)
    .filter(({ process, time }) => neighbours.includes(process) && time >= from)
    .slice(own.length - ALL_LINES);
  return [...own, ...others]
    .toSorted((one, other) => one.seq - other.seq)
    .map(({ time, process, stream, line }) => ({
      time,
      process,
      stream,
      line: maskSecrets(line.toString('utf8')),
    }));
};

const changedFiles = async (
  { lastReady, record, timeOf, startedAt }: Failed,
  folder: string,
): Promise<ChangedFiles> => {
  const launched = isLive(record.state) ? record.state.instance.launchedAt : null;
  const exited = record.lastExit === null ? null : record.lastExit.at - record.lastExit.ranFor;
  const launchedAt = launched ?? exited;
  if (lastReady !== null)
    return {
      since: lastReady,
      sinceWhat: 'it was last ready',
      ...(await findChangedFiles(folder, lastReady)),
    };
  const since = launchedAt === null ? startedAt : timeOf(launchedAt);
  const sinceWhat = launchedAt === null ? 'the pod started' : 'it was launched';
  return { since, sinceWhat, ...(await findChangedFiles(folder, since)) };
};
