import { badData } from './query-error.ts';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

const DURATION = /^(?:\d+(?:ms|[smhdwy]))+$/;

/** Milliseconds of `5m` or `1h30m`; `null`: it is none. */
export const parseDuration = (text: string): number | null => {
  if (!DURATION.test(text)) return null;
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0),
    0,
  );
};

/** A duration of a query, or a number of seconds. */
export const durationIn = (text: string): number => {
  const found = parseDuration(text) ?? (/^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : null);
  if (found === null)
    throw badData(`'${text}' is no duration such as 5m: calculations in durations are not supported`);
  return found;
};
