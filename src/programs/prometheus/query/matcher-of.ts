import { RE2JS, RE2JSException } from 're2js';
import type { Matcher, MatchOperator } from '../store/matcher.ts';
import { badData, QueryError } from './query-error.ts';

/** Microseconds of CPU from the parsing of a query on. Nothing is scraped meanwhile. */
const MOST_CPU = 5_000_000;

/** Throws a QueryError for a regular expression that is none, and later for one that takes too long. */
export const matcherOf = (
  label: string,
  operator: MatchOperator,
  value: string,
  mostCpu = MOST_CPU,
): Matcher => ({
  ...{ label, operator, value },
  matches: testOf(operator, value, mostCpu),
});

const testOf = (operator: MatchOperator, value: string, mostCpu: number): ((text: string) => boolean) => {
  if (operator === '=') return (text) => text === value;
  if (operator === '!=') return (text) => text !== value;
  const matches = limited(compiled(value), value, mostCpu);
  return operator === '=~' ? matches : (text) => !matches(text);
};

/** A thousand names with `|` between them have 4,000. One of 300,000 takes half a second and 190 MB to compile. */
const MOST_INSTRUCTIONS = 20_000;

/**
 * RE2, as Prometheus has it: the time of a match grows with the length of the text and of the expression, where JavaScript's
 * own may take for ever. An expression is for the whole value.
 */
const compiled = (value: string): RE2JS => {
  try {
    const pattern = RE2JS.compile(`^(?:${value})$`);
    if (pattern.programSize() > MOST_INSTRUCTIONS) throw new RE2JSException('it is too large');
    return pattern;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw badData(`'${shown(value)}' is no regular expression: ${error.message}`);
  }
};

const shown = (value: string): string => (value.length > 100 ? `${value.slice(0, 100)}…` : value);

/** A question to the kernel takes as long as a match. */
const ASKS_EVERY = 64;

/** A match of a large expression can take milliseconds, and there are up to 10,000 series. */
const limited = (pattern: RE2JS, value: string, mostCpu: number): ((text: string) => boolean) => {
  const until = cpuSoFar() + mostCpu;
  let matches = 0;
  return (text) => {
    matches += 1;
    if (matches % ASKS_EVERY === 0 && cpuSoFar() > until)
      throw new QueryError('execution', `the regular expression '${shown(value)}' takes too long`);
    return pattern.test(text);
  };
};

const cpuSoFar = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
