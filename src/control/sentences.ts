import type { Sentence } from './pod-client.ts';
import type { EventLine } from './protocol.ts';

/** The sentence that plain output shows for an event, or null if it shows none. */
export const sentenceOf = (event: EventLine): Sentence | null => {
  const { type, text, time, state, message, kind, name } = event;
  const shown = text ?? (type === 'notice' ? message : null);
  if (typeof shown !== 'string') return null;
  const about = typeof name === 'string' ? name : null;
  const isEnd = type === 'process' && (state === 'backoff' || state === 'failed');
  return {
    text: shown,
    at: Date.parse(time),
    ended: isEnd ? about : null,
    explained: kind === 'likely-cause' ? about : null,
  };
};

/**
 * The newest sentence about the pod, and about each process, in the order of the events. The sentence of a restart is
 * over when the process is up again.
 */
export const newestSentences = (events: readonly EventLine[]): readonly Sentence[] => {
  const newest = new Map<unknown, Sentence>();
  for (const event of events) {
    if (event.type !== 'pod' && event.type !== 'process') continue;
    const sentence = sentenceOf(event) ?? restartedIn(event);
    if (sentence === null) continue;
    const about = event.type === 'pod' ? null : event['name'];
    newest.delete(about);
    newest.set(about, sentence);
  }
  return [...newest.values()];
};

const restartedIn = ({ state, name, pid, role, time }: EventLine): Sentence | null =>
  state === 'ready' && role !== 'init'
    ? { text: `${name} has restarted (pid ${pid})`, at: Date.parse(time), ended: null, explained: null }
    : null;
