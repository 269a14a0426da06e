import { stripVTControlCharacters } from 'node:util';
import { judge, type WaitCondition } from '../../control/client/conditions.ts';
import { processesNamed } from '../../control/client/resolve-name.ts';
import { waitFor } from '../../control/client/wait-for.ts';
import type { PodSnapshot, ProcessSnapshot } from '../../control/pod-client.ts';
import type { EventLine, LogLineJson, MissedLine } from '../../control/protocol.ts';
import { unknownProcessText } from '../../control/unknown-process.ts';
import { errorMessage } from '../../model/error-message.ts';
import { readNewestCrashReport } from '../../supervisor/crash-report/crash-report-files.ts';
import { runBounded } from '../../time/run-bounded.ts';
import type { PodOptions } from '../options.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import { cut, errorLines } from './error-lines.ts';
import { crashReportFolder, isPodThere, type OpenPod, ToolFailure, withOpenPod } from './open-pod.ts';

/** Number of lines that a first call, without a cursor, searches for errors. */
const FIRST_LOOK = 2_000;
/** Limit for all processes together; older lines are in the log files. */
const MOST_SEARCHED = 20_000;
const MOST_EVENTS = 50;

export const status = (options: PodOptions) =>
  withOpenPod(options, async (open) => ({ ...brief(open.pod.snapshot), cursor: await newestCursor(open) }));

/** Returns what has happened since a cursor: state changes, and new errors. */
export const changes = (options: PodOptions, since: string | undefined) =>
  withOpenPod(options, async (open) => {
    const { runId } = open.pod.snapshot;
    const given = since === undefined ? null : readCursor(since);
    if (since !== undefined && given === null)
      throw new ToolFailure(`'${since}' is not a cursor: use the one of an earlier answer, or none`);
    const isSameRun = given?.runId === runId;
    const from = isSameRun ? given : null;
    return {
      ...(given !== null && !isSameRun
        ? { note: 'the pod has been restarted since: this is all of the new run' }
        : {}),
      state: open.pod.snapshot.state,
      ...(await changesSince(open, from)),
    };
  });

const changesSince = async (open: OpenPod, from: Cursor | null) => {
  const { objects: events, missed } = await collect<EventLine>(open, `events?since=${from?.event ?? 0}`);
  const log = await collect<LogLineJson>(
    open,
    `logs?${from === null ? `tail=${FIRST_LOOK}` : `since=${from.log}`}`,
  );
  const lines = log.objects.slice(-MOST_SEARCHED);
  const told = events.filter(({ type }) => type !== 'log');
  const cursor = {
    runId: open.pod.snapshot.runId,
    event: events.at(-1)?.seq ?? from?.event ?? 0,
    log: lines.at(-1)?.seq ?? from?.log ?? 0,
  };
  return {
    changes: told.slice(-MOST_EVENTS).map(changeText),
    ...(told.length > MOST_EVENTS ? { olderChangesLeftOut: told.length - MOST_EVENTS } : {}),
    ...(missed > 0 ? { changesNoLongerKept: missed } : {}),
    errors: errorLines(lines),
    ...(log.missed > 0 ? { linesNoLongerKept: log.missed } : {}),
    cursor: writeCursor(cursor),
  };
};

interface LogQuery {
  readonly process?: string | undefined;
  readonly lines: number;
  readonly grep?: string | undefined;
}

/** Returns the newest lines of output, oldest first. */
export const logs = (options: PodOptions, { process, lines, grep }: LogQuery) =>
  withOpenPod(options, async (open) => {
    const named = process === undefined ? [] : meantBy(open.pod.snapshot, process);
    const which = named.map(({ name }) => `&process=${name}`).join('');
    const pattern = grep === undefined ? null : readPattern(grep);
    const tail = pattern === null ? lines : MOST_SEARCHED;
    const newest = await linesOf(open, `tail=${tail}${which}`);
    const found = pattern === null ? newest : matchingIn(newest, pattern);
    return {
      lines: found.slice(-lines).map(lineText),
      ...(found.length > lines ? { olderMatchesLeftOut: found.length - lines } : {}),
    };
  });

interface WaitQuery {
  readonly process?: string | undefined;
  readonly condition: WaitCondition;
  readonly timeoutSeconds: number;
}

/** Waits for one process, for all instances of an app, or for all that start with the pod. */
export const wait = (options: PodOptions, { process, condition, timeoutSeconds }: WaitQuery) =>
  withOpenPod(options, async ({ pod }) => {
    const names =
      process === undefined
        ? pod.snapshot.processes.filter(({ wanted }) => wanted).map(({ name }) => name)
        : meantBy(pod.snapshot, process).map(({ name }) => name);
    const { outcome } = await waitFor(pod, judgeOf(names, condition), timeoutSeconds * 1000);
    const meant = pod.snapshot.processes.filter(({ name }) => names.includes(name));
    return { outcome, processes: meant.map(briefProcess) };
  });

/** Explains the state of a process, with its crash report, even of an earlier run. */
export const why = async (options: PodOptions, process: string) => {
  const crashReport = await readNewestCrashReport(crashReportFolder(options), process);
  if (crashReport !== null && !isPodThere(options))
    return { note: 'no pod is running; this is its last failure', dossier: crashReport.text };
  return withOpenPod(options, async ({ pod }) => {
    const { state } = known(pod.snapshot, process);
    const details = await pod.details(process);
    const probes = details?.probes.map(({ probe, target, ok, history: [last] }) => ({
      probe,
      target,
      ok,
      message: last?.message ?? null,
    }));
    const isOfNow = state === 'failed' && crashReport !== null && crashReport.at >= pod.snapshot.startedAt;
    return {
      explanation: details?.explanation ?? [],
      probes: probes ?? [],
      ...(isOfNow ? { dossier: crashReport.text } : {}),
    };
  });
};

/** Restarts a process, waits until it is ready, and returns the errors since then. */
export const restart = (options: PodOptions, process: string, timeoutSeconds: number) =>
  withOpenPod(options, async (open) => {
    const { pod } = open;
    const before = known(pod.snapshot, process);
    const from = readCursor(await newestCursor(open));
    const asked = await pod.request({ type: 'restart', process });
    if (!asked.ok) throw new ToolFailure(asked.message);
    const isUpAnew = judgeOf([process], before.role === 'init' ? 'completed' : 'ready');
    const { outcome } = await waitFor(
      pod,
      (snapshot) => (isStillOld(known(snapshot, process), before) ? null : isUpAnew(snapshot)),
      timeoutSeconds * 1000,
    );
    const after = known(pod.snapshot, process);
    return { outcome, process: briefProcess(after), ...(await changesSince(open, from)) };
  });

const isStillOld = (now: ProcessSnapshot, before: ProcessSnapshot): boolean =>
  now.state === 'failed' || now.state === 'completed'
    ? now.since === before.since
    : now.launchedAt === null || now.launchedAt === before.launchedAt;

const judgeOf = (names: readonly string[], condition: WaitCondition) => (snapshot: PodSnapshot) => {
  const verdicts = names.map((process) => judge(snapshot, { process, condition }));
  if (verdicts.includes('never')) return 'never' as const;
  return verdicts.every((verdict) => verdict === 'holds') ? ('holds' as const) : null;
};

/** Finds one process. */
const known = (snapshot: PodSnapshot, name: string): ProcessSnapshot => {
  const [found, ...more] = meantBy(snapshot, name);
  if (found !== undefined && more.length === 0) return found;
  const instances = [found, ...more].map((instance) => instance?.name).join(', ');
  throw new ToolFailure(`app ${name} has instances: name one of ${instances}`);
};

/** Finds a process, or the primaries of an app that has instances. */
const meantBy = ({ processes }: PodSnapshot, asked: string): readonly ProcessSnapshot[] => {
  const names = processesNamed(processes, asked);
  if (names.length > 0) return processes.filter(({ name }) => names.includes(name));
  throw new ToolFailure(unknownProcessText([asked], processes));
};

const brief = ({ name, state, mode, reason, ended, processes }: PodSnapshot) => ({
  pod: name,
  state,
  mode,
  ...(reason === null ? {} : { reason }),
  ...(ended.length === 0 ? {} : { endedApps: ended }),
  processes: processes.map(briefProcess),
});

const briefProcess = ({
  name,
  role,
  app,
  instance,
  state,
  why: because,
  pid,
  restarts,
  ports,
  lastExit,
}: ProcessSnapshot) => ({
  name,
  role,
  ...(app === null ? {} : { app, instance }),
  state,
  ...(because === null ? {} : { why: because }),
  ...(pid === null ? {} : { pid }),
  restarts,
  ...(ports.length === 0
    ? {}
    : { ports: Object.fromEntries(ports.map(({ name: port, port: number }) => [port, number])) }),
  ...(lastExit === null ? {} : { lastExit: lastExit.text }),
});

const newestCursor = async (open: OpenPod): Promise<string> => {
  const { runId, seq } = open.pod.snapshot;
  const [newest] = await linesOf(open, 'tail=1');
  return writeCursor({ runId, event: seq, log: newest?.seq ?? 0 });
};

const linesOf = async (open: OpenPod, query: string): Promise<readonly LogLineJson[]> =>
  (await collect<LogLineJson>(open, `logs?${query}`)).objects.slice(-MOST_SEARCHED);

/** Collects the current content of a stream, and counts the requested entries that are no longer kept. */
const collect = async <T extends { readonly type: string }>({ connection }: OpenPod, path: string) => {
  const objects: T[] = [];
  let missed = 0;
  await connection.read(path, new AbortController().signal, (object: T | MissedLine) => {
    if (isMissed(object)) missed += object.count;
    else objects.push(object);
  });
  return { objects, missed };
};

const isMissed = (object: { readonly type: string }): object is MissedLine => object.type === 'missed';

const changeText = ({ time, type, name, state, previous, reason, message, probe, ok }: EventLine): string => {
  const what =
    type === 'process'
      ? `${name}: ${previous} -> ${state}`
      : type === 'pod'
        ? `pod: ${state}`
        : type === 'probe'
          ? `${name}: ${probe} probe ${ok === true ? 'passed' : 'failed'}`
          : type === 'app'
            ? `app ${name}: ${state}`
            : type;
  const because = reason ?? message;
  return `${time} ${what}${because === undefined || because === null ? '' : ` (${because})`}`;
};

const lineText = ({ time, process, stream, line }: LogLineJson): string =>
  `${time} ${process} ${stream === 'stderr' ? '!' : '|'} ${cut(stripVTControlCharacters(line))}`;

/** A pattern that backtracks may never come to an end, and the server answers nobody meanwhile. */
const matchingIn = (lines: readonly LogLineJson[], pattern: RegExp): readonly LogLineJson[] => {
  const found = runBounded(() => lines.filter(({ line }) => pattern.test(line)), MATCHED_WITHIN_MS);
  if (found !== null) return found;
  throw new ToolFailure(
    `the pattern /${pattern.source}/ takes too long: leave out a repetition within another`,
  );
};

const MATCHED_WITHIN_MS = 2_000;

const readPattern = (text: string): RegExp => {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    throw new ToolFailure(errorMessage(error));
  }
};
