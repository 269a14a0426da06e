/** Milliseconds since 1970 of an ISO text, or of a number of seconds, milliseconds, microseconds or nanoseconds; `null` for anything else. */
export const timeOf = (value: unknown): number | null => {
  if (typeof value === 'number' && Number.isFinite(value)) return fromNumber(value);
  if (typeof value !== 'string') return null;
  if (/^\d+(?:\.\d+)?$/.test(value)) return fromNumber(Number(value));
  const time = Date.parse(value);
  return Number.isNaN(time) ? null : time;
};

/** Its size tells the unit: as seconds, 1e11 is the year 5138, and as milliseconds, 1973. */
const fromNumber = (value: number): number => {
  const size = Math.abs(value);
  if (size < 1e11) return value * 1e3;
  if (size < 1e14) return value;
  return size < 1e17 ? value / 1e3 : value / 1e6;
};
