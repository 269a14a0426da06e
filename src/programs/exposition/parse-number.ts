import { LineMistake, quoted } from './line-mistake.ts';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const INTEGER = /^[+-]?\d+$/;

/** A value as Go reads it: `1`, `1.5e3`, `.5`, `+Inf`, `NaN`. JavaScript reads an empty text as 0, and `0b1` as 1. */
export const parseValue = (text: string): number => {
  if (DECIMAL.test(text)) return Number(text);
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  throw new LineMistake(text === '' ? 'it has no value' : `the value ${quoted(text)} is no number`);
};

/** The text format writes whole milliseconds. */
export const parseMilliseconds = (text: string): number => {
  const found = INTEGER.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(found)) return found;
  throw new LineMistake(`the timestamp ${quoted(text)} is no whole number of milliseconds`);
};

/** OpenMetrics writes seconds. */
export const parseSeconds = (text: string): number => {
  const found = DECIMAL.test(text) ? Math.round(Number(text) * 1000) : Number.NaN;
  if (Number.isSafeInteger(found)) return found;
  throw new LineMistake(`the timestamp ${quoted(text)} is no number of seconds`);
};
