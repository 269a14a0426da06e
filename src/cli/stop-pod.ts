import { dirname } from 'node:path';
import type { PodSnapshot } from '../control/pod-client.ts';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { duration } from '../report/phrases.ts';
import { presenceOf } from '../runtime/process-tree/process-identity.ts';
import { findPod, type PodRecord } from '../runtime/state/pod-record.ts';
import { sleep } from '../time/timers.ts';
import { absenceText, isUnanswered, stateText, type Unanswered } from './absence.ts';
import { openRecorded } from './locate-pod.ts';
import { progress } from './print.ts';
import { TimeLimit } from './time-limit.ts';
import { warn } from './warn.ts';

interface StopWishes {
  /** Grace, or null for the pod's. */
  readonly grace: Milliseconds | null;
  /** Time limit, or null for as long as the stop may take, and a little more. */
  readonly timeout: Milliseconds | null;
}

export interface Stopped {
  readonly record: PodRecord;
  /** Last snapshot of the pod, or null if it could not be asked. */
  readonly last: PodSnapshot | null;
  /** Sentence, if the pod has not gone in time. */
  readonly stillRuns: string | null;
}

/** After the last kill, a supervisor still removes mounts, volumes and log files. */
const AFTER_THE_KILL: Milliseconds = 5_000;
const TO_ASK: Milliseconds = 5_000;
const TO_END_BY_ITSELF: Milliseconds = 1_000;
const BETWEEN_LOOKS: Milliseconds = 10;

/** Asks the pod to stop, or sends its supervisor a signal, and waits until it has gone; always ends. */
export const stopPod = async (record: PodRecord, { grace, timeout }: StopWishes): Promise<Stopped> => {
  const most = timeout ?? longestStop(record, grace);
  const limit = new TimeLimit(most);
  const { last, unanswered } = await ask(record, grace, limit);
  const isTold = unanswered === null || (await signal(record, unanswered, limit));
  const isGone = isTold && (await untilGone(record, limit));
  return { record, last, stillRuns: isGone ? null : stillRunsText(record, most, isTold) };
};

/** Ends and removes what killed supervisors have left in a config's folder. */
export const clearLeftovers = async (configFile: string): Promise<readonly StorageFailure[]> => {
  // Loaded late: usually there is nothing.
  const { clearDeadRuns } = await import('../runtime/guard/clear-dead-runs.ts');
  return clearDeadRuns(dirname(configFile));
};

/** A pod that was asked to stop has gone after this time. `grace` null: the pod's. */
export const longestStop = ({ stop }: PodRecord, grace: Milliseconds | null = null): Milliseconds =>
  (grace ?? stop?.grace ?? 10_000) + (stop?.minimumGrace ?? 2_000) + AFTER_THE_KILL;

interface Asked {
  readonly last: PodSnapshot | null;
  /** Reason why it may not have got the request. */
  readonly unanswered: Unanswered | null;
}

const ask = async (record: PodRecord, grace: Milliseconds | null, limit: TimeLimit): Promise<Asked> => {
  try {
    const timeout = Math.min(TO_ASK, (limit.left ?? Infinity) / 4);
    await using pod = await openRecorded(record, { timeout });
    pod.onChange(() => progress(describeStop(pod.snapshot)));
    await pod.request({ type: 'stop-pod', grace, by: 'sidecarctl down' });
    await Promise.race([pod.gone, limit.over]);
    return { last: pod.snapshot, unanswered: pod.silence };
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return { last: null, unanswered: error };
  }
};

/**
 * Sends a signal; returns false if no process is known for certain to be the supervisor, or if it is another user's.
 */
const signal = async (record: PodRecord, unanswered: Unanswered, limit: TimeLimit): Promise<boolean> => {
  const within = Math.min(TO_END_BY_ITSELF, (limit.left ?? Infinity) / 4);
  const why = await absenceText(record, unanswered, within);
  if (why === null) return true;
  const isKnown = presenceOf(record) === 'alive' && record.startTime !== null && record.bootId !== undefined;
  warn(isKnown ? `${why}; sending it SIGTERM` : why);
  return isKnown && sendTerm(record);
};

const sendTerm = ({ pid }: PodRecord): boolean => {
  try {
    process.kill(pid, 'SIGTERM');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPERM') warn(`the supervisor (pid ${pid}) is another user's, and cannot be sent a signal`);
    return code === 'ESRCH';
  }
};

const untilGone = async (record: PodRecord, limit: TimeLimit): Promise<boolean> => {
  while (isThere(record)) {
    if (limit.left === 0) return false;
    await sleep(BETWEEN_LOOKS);
  }
  return true;
};

/** A supervisor that cannot be seen from here has gone when its record has. */
const isThere = (record: PodRecord): boolean => {
  const presence = presenceOf(record);
  return presence === 'elsewhere' ? findPod(record)?.runId === record.runId : presence === 'alive';
};

const stillRunsText = (record: PodRecord, most: Milliseconds, isTold: boolean): string => {
  const { name, pid } = record;
  if (!isTold) return `pod ${name} (pid ${pid}) is still running`;
  const state = stateText(record);
  return `pod ${name} has not stopped within ${duration(most)}: its supervisor (pid ${pid}) is still running; ${state}`;
};

const describeStop = ({ name, processes }: PodSnapshot): string => {
  const left = processes.filter(({ pid }) => pid !== null).map((process) => process.name);
  return left.length === 0
    ? `pod ${name} has stopped`
    : `stopping pod ${name}: waiting for ${left.join(', ')}`;
};
