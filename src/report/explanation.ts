import type { Explanation } from '../model/explanation.ts';
import type { Milliseconds } from '../model/words.ts';
import { duration, exitText, podStopText, reasonText, times, waitText } from './wording.ts';

/** Why a process is not where it is wanted, to follow its name; null where there is nothing to say. */
export const whyText = (explanation: Explanation): string | null => {
  const { state, reason, wanted, lastExit } = explanation;
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
      if (reason?.kind === 'stop-requested' && lastExit?.after === 'kill')
        return 'was killed (stop requested)';
      if (reason !== null) return reasonText(reason);
      return wanted ? null : 'is not started with the pod';
    default:
      return state satisfies never;
  }
};

/** All that is known of why a process is where it is, a sentence each. `now`: on the core's clock. */
export const explanationSentences = (explanation: Explanation, now: Milliseconds): readonly string[] => {
  const { process, state, since, restarts, lastExit, retryAt, heldBack, endReason } = explanation;
  const why = whyText(explanation);
  const sentences = [
    `${process} has been ${state} for ${duration(now - since)}${why === null ? '.' : `: ${why}.`}`,
  ];
  if (endReason !== null) sentences.push(`That is because ${podStopText(endReason)}.`);
  if (retryAt !== null) sentences.push(`It is started again in ${duration(Math.max(0, retryAt - now))}.`);
  if (lastExit !== null) {
    const { exit, at, ranFor } = lastExit;
    sentences.push(`Its last run ${exitText(exit)} after ${duration(ranFor)}, ${duration(now - at)} ago.`);
  }
  if (restarts > 0) sentences.push(`It has been restarted ${times(restarts, 'time')}.`);
  if (heldBack.length > 0)
    sentences.push(`${heldBack.join(', ')} ${heldBack.length === 1 ? 'waits' : 'wait'} for it.`);
  return sentences;
};
