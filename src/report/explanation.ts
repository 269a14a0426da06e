import type { LastExit } from '../model/exit.ts';
import type { Explanation } from '../model/explanation.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { duration, times } from './phrases.ts';
import { podCommand } from './pod-command.ts';
import { endText, exitText, podStopText, reasonText, runEndText, waitText, withCause } from './wording.ts';

/** Says why a process is not in its desired state, as a clause to follow its name; null if there is nothing to say. */
export const whyText = (explanation: Explanation): string | null => {
  const { state, reason, desired, lastExit } = explanation;
  switch (state) {
    case 'ready':
    case 'completed':
      return null;
    case 'pending':
    case 'starting':
    case 'stopping':
    case 'running':
      return waitText(explanation);
    case 'backoff':
    case 'failed':
      return reason === null ? null : reasonText(reason);
    case 'stopped':
      if (reason?.kind === 'stop-requested' && lastExit?.after === 'kill') return 'killed (stop requested)';
      if (reason !== null) return reasonText(reason);
      return desired ? null : 'not started with the pod';
    default:
      return state satisfies never;
  }
};

/** Says how long a process has been in its state or when that began, and why, to follow its name. */
const stateText = (explanation: Explanation, now: Milliseconds): string => {
  const { state, since, reason, restarts, retryAt } = explanation;
  const why = whyText(explanation);
  const inState = duration(now - since);
  switch (state) {
    case 'backoff': {
      const next =
        retryAt === null ? '' : `; restart ${restarts + 1} in ${duration(Math.max(0, retryAt - now))}`;
      return `${endText(reason)} ${inState} ago${next}`;
    }
    case 'completed':
    case 'failed':
      return `${state} ${inState} ago${why === null ? '' : `: ${why}`}`;
    case 'stopped':
      return reason === null && why !== null
        ? `was ${why}`
        : `stopped ${inState} ago${why === null ? '' : `: ${why}`}`;
    default:
      return `has been ${state} for ${inState}${why === null ? '' : `; ${why}`}`;
  }
};

/** A launch that failed was no run, and the first sentence may be about it already. */
const lastRunSentence = (
  lastExit: LastExit,
  { state }: Explanation,
  now: Milliseconds,
): readonly string[] => {
  const { exit, at, ranFor, after } = lastExit;
  const ago = `${duration(now - at)} ago`;
  if (exit.failure === null)
    return [`Its last run ${runEndText(exit, after === 'signal')} after ${duration(ranFor)}, ${ago}.`];
  return state === 'backoff' || state === 'failed' ? [] : [`It ${exitText(exit)}, ${ago}.`];
};

/** A chain of processes that wait for each other, from the first dependency to the one that the others wait for. */
interface WaitChain {
  readonly processes: readonly Explanation[];
  /** Likely cause of the failure or wait at its end. */
  readonly cause: string | null;
}

/** For example `It waits for api ← db: db exited with code 1 2s ago; restart 6 in 3s.` */
const chainSentence = ({ processes, cause }: WaitChain, now: Milliseconds): readonly string[] => {
  const end = processes.at(-1);
  if (end === undefined) return [];
  const names = processes.map(({ process }) => process).join(' ← ');
  return [`It waits for ${names}: ${withCause(`${end.process} ${stateText(end, now)}`, cause)}.`];
};

/**
 * Explains the state of a process, one sentence for each fact. `now` is on the core's clock. `chain`: what it waits for.
 * `label`: that of its pod.
 */
export const explanationSentences = (
  explanation: Explanation,
  now: Milliseconds,
  chain: WaitChain = { processes: [], cause: null },
  label: string | null = null,
): readonly string[] => {
  const { process, restarts, lastExit, dependents, endReason, blockers } = explanation;
  const sentences = [`${process} ${stateText(explanation, now)}.`, ...chainSentence(chain, now)];
  if (endReason !== null) sentences.push(`Reason: ${podStopText(endReason)}.`);
  const failed = blockers.find(({ state, permanent }) => state === 'failed' && permanent);
  if (explanation.state === 'stopped' && explanation.reason === null && !explanation.desired)
    sentences.push(`Start it with ${podCommand(`start ${process}`, label)}.`);
  if (failed !== undefined)
    sentences.push(`Fix ${failed.process}, then run ${podCommand(`restart ${failed.process}`, label)}.`);
  if (lastExit !== null) sentences.push(...lastRunSentence(lastExit, explanation, now));
  if (restarts > 0)
    sentences.push(
      lastExit === null || lastExit.exit.failure === null
        ? `It has been restarted ${times(restarts, 'time')}.`
        : `It has been tried ${times(restarts + 1, 'time')}.`,
    );
  if (dependents.length > 0)
    sentences.push(`${dependents.join(', ')} ${dependents.length === 1 ? 'waits' : 'wait'} for it.`);
  return sentences;
};
