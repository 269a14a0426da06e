import { PodGone, PodSilent } from '../control/client/connection.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { presenceOf, runStateOf } from '../runtime/process-tree/process-identity.ts';
import type { PodRecord } from '../runtime/state/pod-record.ts';
import { sleep } from '../time/timers.ts';

/** The socket goes first when a pod ends; removing the rest may take a moment. */
const ENDS_WITHIN: Milliseconds = 5_000;
const BETWEEN_LOOKS: Milliseconds = 20;

export type Unanswered = PodGone | PodSilent;

export const isUnanswered = (error: unknown): error is Unanswered =>
  error instanceof PodGone || error instanceof PodSilent;

/** Says why nobody has answered for a pod; null if its supervisor has gone. */
export const absenceText = async (
  record: PodRecord,
  error: Unanswered,
  within: Milliseconds = ENDS_WITHIN,
): Promise<string | null> => {
  const isPatient = error instanceof PodGone || error.silence === 'dropped';
  if (isPatient) await untilNotAlive(record, Math.min(within, ENDS_WITHIN));
  switch (presenceOf(record)) {
    case 'gone':
      return null;
    case 'elsewhere':
      return elsewhereText(record);
    case 'alive':
      return error instanceof PodGone ? unreachableText(record) : silentText(record, error);
  }
};

const untilNotAlive = async (record: PodRecord, within: Milliseconds): Promise<void> => {
  const until = performance.now() + within;
  while (presenceOf(record) === 'alive' && performance.now() < until) await sleep(BETWEEN_LOOKS);
};

const silentText = (record: PodRecord, { silence }: PodSilent): string => {
  const supervisor = `the supervisor (pid ${record.pid})`;
  switch (silence) {
    case 'late':
      return `${supervisor} does not answer; ${stateText(record)}`;
    case 'dropped':
      return `${supervisor} accepts no more connections: end some of the programs that follow the pod`;
    case 'denied':
      return `${supervisor} cannot be asked: its socket ${record.socket} is not this user's`;
  }
};

export const stateText = (record: PodRecord): string => {
  switch (runStateOf(record)) {
    case 'T':
      return `it is stopped: 'kill -CONT ${record.pid}' resumes it`;
    case 't':
      return 'it is stopped by a debugger';
    case 'D':
      return 'it is waiting for a disk or the network';
    case 'R':
      return `it is busy: try again, or 'kill -9 ${record.pid}' ends it and its processes`;
    default:
      return `'kill -9 ${record.pid}' ends it and its processes`;
  }
};

const unreachableText = ({ pid, socket }: PodRecord): string =>
  socket === ''
    ? `the supervisor (pid ${pid}) has no control socket: it can only be stopped`
    : `the supervisor (pid ${pid}) is running, but nothing listens on its socket ${socket} here`;

const elsewhereText = ({ name, pid, host, socket }: PodRecord): string =>
  `pod ${name} was started in another container or on another machine (pid ${pid} on ${host ?? 'it'}), and cannot be ` +
  `reached from here through ${socket}`;
