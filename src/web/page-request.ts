import type { PodRequest } from '../control/pod-snapshot.ts';

const ACTIONS = ['start', 'stop', 'restart'] as const;

/** What the page may ask of a pod: no more than its buttons do. */
export type PageRequest = PodRequest & { readonly type: (typeof ACTIONS)[number] };

/** Reads a request of the page; null if it is none. */
export const readPageRequest = (text: string): PageRequest | null => {
  const { type, process } = fieldsOf(text);
  const action = ACTIONS.find((name) => name === type);
  if (action === undefined || typeof process !== 'string') return null;
  return { type: action, process };
};

const fieldsOf = (text: string): { readonly type?: unknown; readonly process?: unknown } => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
};
