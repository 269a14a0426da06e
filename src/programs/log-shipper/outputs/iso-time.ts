/** The largest time that a Date can have. */
const LATEST = 8.64e15;

let lastTime = Number.NaN;
let lastText = '';
let lastSecond = Number.NaN;
/** Of the last second, up to its point. */
let untilPoint = '';

/**
 * ISO 8601 with milliseconds. Many lines are of the same millisecond, and most of the second of the line before: a Date for
 * each took a fifth of the time of a line of JSON.
 *
 * @param time milliseconds since 1970; one that no Date can have counts as 0
 */
export const isoTime = (time: number): string => {
  const whole = Math.abs(time) <= LATEST ? Math.floor(time) : 0;
  if (whole === lastTime) return lastText;
  const second = Math.floor(whole / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    untilPoint = new Date(second * 1000).toISOString().slice(0, -4);
  }
  lastTime = whole;
  lastText = `${untilPoint}${String(whole - second * 1000).padStart(3, '0')}Z`;
  return lastText;
};
