/** The largest time that a Date can have. */
const LATEST = 8.64e15;

let lastTime = Number.NaN;
let lastText = '';

/** ISO 8601 with milliseconds. Many lines are of the same millisecond, and a text for each takes longer than the line. */
export const isoTime = (time: number): string => {
  const whole = Math.floor(time);
  if (whole === lastTime) return lastText;
  lastText = new Date(Math.abs(whole) <= LATEST ? whole : 0).toISOString();
  lastTime = whole;
  return lastText;
};
