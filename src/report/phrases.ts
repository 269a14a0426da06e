import type { Milliseconds } from '../model/vocabulary.ts';
import { printable } from './printable.ts';
import { maskSecrets } from './secrets.ts';

/** Quotes a message of the system, a probe or a program within a sentence: on one line, with its secrets masked. */
export const quoted = (message: string): string => printable(maskSecrets(message));

/** Formats a duration: 850 → `850ms`, 1500 → `1.5s`, 90_000 → `1m 30s`. */
export const duration = (ms: Milliseconds): string => {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))}s`;
  const seconds = Math.round((ms % 60_000) / 1000);
  return `${Math.floor(ms / 60_000)}m${seconds === 0 ? '' : ` ${seconds}s`}`;
};

export const times = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
