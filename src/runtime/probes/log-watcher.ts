import { stripVTControlCharacters } from 'node:util';

/** Takes one line of output, without its newline. */
export type LineListener = (line: Buffer) => void;

/**
 * Waits for the first line that contains `pattern` (string) or matches it (RegExp), with or without its colour codes,
 * and calls `onMatch` once. The lines after that cost no more than the call.
 *
 * @example const feed = watchLog(/listening on port \d+/, () => ready());
 */
export const watchLog = (pattern: string | RegExp, onMatch: () => void): LineListener => {
  const matches = typeof pattern === 'string' ? (text: string) => text.includes(pattern) : tester(pattern);
  let waiting = true;
  return (line) => {
    if (!waiting || !matchesLine(line, matches)) return;
    waiting = false;
    onMatch();
  };
};

/** A copy of the user's RegExp: with the flags g and y it remembers between calls where it stopped. */
const tester = (pattern: RegExp) => {
  const own = new RegExp(pattern);
  return (text: string): boolean => {
    own.lastIndex = 0;
    return own.test(text);
  };
};

const matchesLine = (line: Buffer, matches: (text: string) => boolean): boolean => {
  const text = line.toString('utf8');
  // A pseudo-terminal ends lines with \r\n, and $ does not match in front of \r.
  const raw = text.endsWith('\r') ? text.slice(0, -1) : text;
  return matches(stripVTControlCharacters(raw)) || matches(raw);
};
