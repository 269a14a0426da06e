import { errorMessage } from '../../model/error-message.ts';
import { runBounded } from '../../time/run-bounded.ts';
import { cleanLine } from '../text/clean-line.ts';
import { plainOf } from '../text/styled.ts';

/** A search or filter that the user typed, in parsed form. */
export interface Pattern {
  readonly text: string;
  readonly regExp: RegExp;
  /** The user has written a regular expression. One that backtracks may never come to an end. */
  readonly isRegular?: boolean;
}

type PatternOutcome =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly message: string };

const REGULAR = /^\/(.+)\/(i?)$/;

/**
 * Parses `/…/` or `/…/i` as a regular expression. Other text is searched for literally, ignoring case unless it has a
 * capital letter.
 */
export const parsePattern = (text: string): PatternOutcome => {
  const [, source, flags] = REGULAR.exec(text) ?? [];
  const isLower = text === text.toLowerCase();
  try {
    const regExp =
      source === undefined
        ? new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), isLower ? 'gi' : 'g')
        : new RegExp(source, `g${flags ?? ''}`);
    return { ok: true, pattern: { text, regExp, isRegular: source !== undefined } };
  } catch (error) {
    return { ok: false, message: errorMessage(error) };
  }
};

/** A good pattern takes milliseconds for thousands of lines; on a busy machine, some tens. */
const LONGEST_MS = 500;

const givenUp = new WeakSet<Pattern>();

/** Whether a pattern has taken too long. It matches nothing any more. */
export const isGivenUp = (pattern: Pattern): boolean => givenUp.has(pattern);

/** Looks for a pattern. What has not come to an end in time is `otherwise`: the dashboard shares its thread with the pod. */
export const lookInTime = <Found extends NonNullable<unknown>>(
  pattern: Pattern,
  look: () => Found,
  otherwise: Found,
): Found => {
  if (isGivenUp(pattern)) return otherwise;
  if (pattern.isRegular !== true) return look();
  const found = runBounded(look, LONGEST_MS);
  if (found === null) givenUp.add(pattern);
  return found ?? otherwise;
};

/** Look at many lines at once with `lookInTime`. */
export const matches = (pattern: Pattern, line: Buffer): boolean =>
  matchesText(pattern, plainOf(cleanLine(line, false)));

export const matchesText = ({ regExp }: Pattern, text: string): boolean => {
  regExp.lastIndex = 0;
  return regExp.test(text);
};

/** Ranges of matches in a text, without empty ones. */
export const rangesOf = (
  pattern: Pattern,
  text: string,
): ReadonlyArray<readonly [from: number, to: number]> =>
  lookInTime(
    pattern,
    () =>
      // A copy: a search with the pattern itself leaves its last place in it, and matchAll begins there.
      [...text.matchAll(new RegExp(pattern.regExp))].flatMap(({ 0: found, index }) =>
        found === '' ? [] : [[index, index + found.length] as const],
      ),
    [],
  );

/** Matches the words that most programs and languages use for errors. */
export const ERROR_LINE: Pattern = {
  text: 'error',
  regExp:
    /\b(?:[A-Za-z]*error|err|fatal|panic(?:ked)?|critical|[A-Za-z]*exception|traceback|unhandled)\b(?!\.\w)|✖|✗/gi,
};
