import type { Milliseconds } from '../model/vocabulary.ts';

/** Formats a time since 1970 as local time of day with milliseconds: `10:00:00.123`. */
export const clockTime = (at: Milliseconds): string => {
  const date = new Date(at);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
};

/** The same to the second, with blanks in place of the milliseconds. */
export const clockSecond = (at: Milliseconds): string => clockTime(at).slice(0, 8).padEnd(CLOCK_WIDTH);

export const CLOCK_WIDTH = 12;
