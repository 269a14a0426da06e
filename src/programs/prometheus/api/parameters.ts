import { parseDuration } from '../query/parse-duration.ts';
import { badData } from '../query/query-error.ts';

/** Milliseconds of seconds since 1970, or of a time such as `2026-11-30T06:00:00Z`; `byDefault`: it is not given. */
export const timeIn = (parameters: URLSearchParams, name: string, byDefault: number | null): number => {
  const text = parameters.get(name);
  if (text === null || text === '') {
    if (byDefault !== null) return byDefault;
    throw badData(`the parameter ${name} is missing`);
  }
  const time = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)
    ? Math.round(Number(text) * 1000)
    : /^\d{4}-\d\d-\d\dT/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (!Number.isSafeInteger(time)) throw badData(`the parameter ${name} is no time: '${text}'`);
  return time;
};

/** Milliseconds of a duration such as `15s`, or of seconds. */
export const stepIn = (parameters: URLSearchParams): number => {
  const text = parameters.get('step') ?? '';
  const step = parseDuration(text) ?? (/^\d+(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : 0);
  if (step <= 0) throw badData(`the parameter step is no duration above 0: '${text}'`);
  return step;
};

export const queryIn = (parameters: URLSearchParams): string => {
  const query = parameters.get('query');
  if (query === null) throw badData('the parameter query is missing');
  return query;
};
