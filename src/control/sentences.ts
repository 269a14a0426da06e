import type { EventLine } from './protocol.ts';

/** The sentence that plain output shows for an event, or null if it shows none. */
export const sentenceOf = ({ type, text, message }: EventLine): string | null => {
  if (text !== undefined) return text;
  return type === 'notice' && typeof message === 'string' ? message : null;
};

/** The newest sentence about the pod, and about each process, in the order of the events. */
export const newestSentences = (events: readonly EventLine[]): readonly string[] => {
  const newest = new Map<unknown, string>();
  for (const event of events) {
    if (event.text === undefined || (event.type !== 'pod' && event.type !== 'process')) continue;
    const about = event.type === 'pod' ? null : event['name'];
    newest.delete(about);
    newest.set(about, event.text);
  }
  return [...newest.values()];
};
