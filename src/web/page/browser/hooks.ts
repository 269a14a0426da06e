import { useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Signal } from '../state/signal.ts';
import type { Fetched } from './api.ts';
import { pause } from './pause.ts';

/** Draws again whenever something of a signal has changed. */
export const useSignal = (signal: Signal): number =>
  useSyncExternalStore(signal.subscribe, () => signal.version);

export const useHash = (): string =>
  useSyncExternalStore(
    (listener) => {
      addEventListener('hashchange', listener);
      return () => removeEventListener('hashchange', listener);
    },
    () => location.hash,
  );

/**
 * Asks again and again while the page is visible. Null before the first answer; an answer stays until the next one, also
 * when the question changes. The question must be the same function as long as it asks the same.
 */
export const usePolled = <T>(
  ask: (signal: AbortSignal) => Promise<Fetched<T>>,
  everyMs: number,
): Fetched<T> | null => {
  const [answer, setAnswer] = useState<Fetched<T> | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const poll = async (): Promise<void> => {
      do {
        if (document.hidden) continue;
        const fetched = await ask(signal);
        if (!signal.aborted) setAnswer(fetched);
      } while (await pause(everyMs, signal));
    };
    void poll();
    return () => ending.abort();
  }, [ask, everyMs]);
  return answer;
};

/** Keys and what they do. A key that is typed into a field, or with a modifier, is not for them. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const TYPES_INTO = 'input, textarea, select';

export const useKeys = (keys: Keys): void => {
  const newest = useRef(keys);
  newest.current = keys;
  const onKey = useCallback((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as Element;
    if (target.matches(TYPES_INTO) || document.querySelector('dialog[open]') !== null) return;
    const act = newest.current[event.key];
    if (act === undefined) return;
    // A button and a link have meanings of their own for these.
    if ((event.key === 'Enter' || event.key === ' ') && target.matches('button, a, summary')) return;
    event.preventDefault();
    act(event);
  }, []);
  // Before it is drawn: whoever sees it can use its keys.
  useLayoutEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [onKey]);
};
