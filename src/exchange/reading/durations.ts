/** Converts Go's durations, as Compose and process-compose write them (`1m30s`, `500ms`), to those of a config. */
export const fromGoDuration = (written: string): string | undefined => {
  const whole =
    /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/.exec(
      written.trim(),
    );
  if (whole === null || written.trim() === '') return undefined;
  const [hours = 0, minutes = 0, seconds = 0, milliseconds = 0] = whole
    .slice(1)
    .map((part) => Number(part ?? 0));
  return fromMilliseconds(((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds);
};

export const fromSeconds = (seconds: number): string => fromMilliseconds(seconds * 1000);

/** Uses the largest unit that needs no fraction. */
const fromMilliseconds = (ms: number): string => {
  for (const [unit, length] of UNITS) if (ms >= length && ms % length === 0) return `${ms / length}${unit}`;
  return `${Math.round(ms)}ms`;
};

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;
