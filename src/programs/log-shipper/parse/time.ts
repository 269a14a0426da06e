/** A number of seconds is less than this until the year 5138, and one of milliseconds is more since 1973. */
const SECONDS_BELOW = 1e11;

/** Milliseconds since 1970 of a date as text (ISO 8601), or as a number of seconds or milliseconds; else `null`. */
export const timeOf = (value: unknown): number | null => {
  if (typeof value === 'number') return ofNumber(value);
  if (typeof value !== 'string' || value === '') return null;
  if (/^\d{9,13}(?:\.\d+)?$/.test(value)) return ofNumber(Number(value));
  // Date.parse takes "1" for a month.
  const at = /^\d{4}-\d\d-\d\d[T ]/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
};

const ofNumber = (value: number): number | null => {
  if (!Number.isFinite(value) || value < 1e8) return null;
  return value < SECONDS_BELOW ? value * 1000 : value;
};
