import { Refusal } from '../refusal.ts';
import { LEVELS, severityOf } from '../severity.ts';

/** What a reader wants of the window. */
export interface Query {
  /** Number of the first line; `null`: the newest ones. */
  readonly from: number | null;
  /** Lines that are not older than this: milliseconds since 1970. */
  readonly notBefore: number | null;
  readonly process: string | null;
  /** At least this severity; 0: every line. */
  readonly severity: number;
  /** Text in the body. */
  readonly text: string | null;
  readonly limit: number;
}

const KNOWN = ['since', 'process', 'level', 'q', 'limit'];
const USUAL_LIMIT = 1000;
const MOST = 10_000;

/**
 * Reads the query of `GET /lines`.
 *
 * @throws Refusal with the name of the parameter.
 */
export const readQuery = (search: string): Query => {
  const parameters = new URLSearchParams(search);
  for (const name of parameters.keys())
    if (!KNOWN.includes(name))
      throw new Refusal(400, `There is no parameter '${name}'. These are: ${KNOWN.join(', ')}.`);
  return {
    ...sinceOf(parameters.get('since')),
    process: parameters.get('process'),
    severity: severityIn(parameters.get('level')),
    text: parameters.get('q'),
    limit: limitOf(parameters.get('limit')),
  };
};

/** The number of a line, or a time. */
const sinceOf = (since: string | null): Pick<Query, 'from' | 'notBefore'> => {
  if (since === null) return { from: null, notBefore: null };
  if (/^\d{1,15}$/.test(since)) return { from: Number(since), notBefore: null };
  const time = Date.parse(since);
  if (!Number.isNaN(time)) return { from: 0, notBefore: time };
  throw new Refusal(
    400,
    `since is '${since}', and not the number of a line or a time such as 2026-01-31T12:00:00Z.`,
  );
};

const severityIn = (level: string | null): number => {
  if (level === null) return 0;
  const severity = severityOf(level);
  if (severity !== 0) return severity;
  throw new Refusal(400, `level is '${level}', and not one of these: ${LEVELS.join(', ')}.`);
};

const limitOf = (limit: string | null): number => {
  if (limit === null) return USUAL_LIMIT;
  const number = Number(limit);
  if (/^\d+$/.test(limit) && number >= 1 && number <= MOST) return number;
  throw new Refusal(400, `limit is '${limit}', and not a number from 1 to ${MOST}.`);
};
