import { stripVTControlCharacters } from 'node:util';
import { eachLine } from '../../logs/each-line.ts';
import { runBounded } from '../../time/run-bounded.ts';

/** Takes a block of whole lines, whose memory is used again afterwards. */
export type BlockListener = (block: Buffer) => void;

/** Enough for any good pattern; the second limit is for a machine that was too busy. */
const MATCHED_WITHIN_MS: readonly number[] = [100, 1_000];
/** Number of slow blocks after which the pattern is given up. */
const MOST_SLOW_BLOCKS = 3;

/**
 * Waits for the first line that contains `pattern` (string) or matches it (RegExp), with or without its color codes,
 * and calls `onMatch` once. Later lines cost no more than the call. A pattern that never finishes on some lines, such
 * as `/(a+)+$/`, is given up, and `onTooSlow` is called.
 *
 * @example
 * const feed = watchLog(/listening on port \d+/, () => ready(), () => giveUp());
 */
export const watchLog = (
  pattern: string | RegExp,
  onMatch: () => void,
  onTooSlow: () => void = () => undefined,
  within = MATCHED_WITHIN_MS,
): BlockListener => {
  const matches = typeof pattern === 'string' ? (text: string) => text.includes(pattern) : tester(pattern);
  const search = (block: Buffer): boolean => hasMatch(block, matches);
  const searchBounded =
    typeof pattern === 'string' ? search : (block: Buffer) => inTime(() => search(block), within);
  let waiting = true;
  let slow = 0;
  return (block) => {
    const found = waiting && searchBounded(block);
    if (found === null) slow += 1;
    if (found === false || (found === null && slow < MOST_SLOW_BLOCKS)) return;
    waiting = false;
    if (found === null) onTooSlow();
    else onMatch();
  };
};

const inTime = (search: () => boolean, limits: readonly number[]): boolean | null => {
  for (const limit of limits) {
    const found = runBounded(search, limit);
    if (found !== null) return found;
  }
  return null;
};

/** Copies the user's RegExp: with the flags g and y it remembers where it stopped between calls. */
const tester = (pattern: RegExp) => {
  const own = new RegExp(pattern);
  return (text: string): boolean => {
    own.lastIndex = 0;
    return own.test(text);
  };
};

const hasMatch = (block: Buffer, matches: (text: string) => boolean): boolean => {
  let found = false;
  eachLine(block, (line) => {
    found ||= matchesLine(line, matches);
  });
  return found;
};

const matchesLine = (line: Buffer, matches: (text: string) => boolean): boolean => {
  const text = line.toString('utf8');
  // A pseudo-terminal ends lines with \r\n, and $ does not match before \r.
  const raw = text.endsWith('\r') ? text.slice(0, -1) : text;
  return matches(stripVTControlCharacters(raw)) || matches(raw);
};
