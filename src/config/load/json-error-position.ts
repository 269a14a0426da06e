import type { Position } from '../../model/failures/config-problem.ts';

/**
 * Finds the position of a JSON error. Some of V8's messages leave it out, so it is the end of the longest beginning of
 * the text that could still become JSON.
 */
export const jsonErrorPosition = (text: string): Position => {
  let sound = 0;
  let broken = isBroken(text) ? text.length : text.length + 1;
  while (broken - sound > 1) {
    const middle = Math.floor((sound + broken) / 2);
    if (isBroken(text.slice(0, middle))) broken = middle;
    else sound = middle;
  }
  const before = text.slice(0, broken - 1).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
};

/** True if no text can follow that makes JSON of it. */
const isBroken = (beginning: string): boolean => {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    const { message } = error as SyntaxError;
    if (/^(Unexpected end|Unterminated string)/.test(message)) return false;
    const position = / at position (\d+)/.exec(message);
    return position === null || Number(position[1]) < beginning.length;
  }
};
