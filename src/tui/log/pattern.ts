import { errorMessage } from '../../model/error-message.ts';
import { cleanLine } from '../text/clean-line.ts';
import { plainOf } from '../text/styled.ts';

/** A search or filter that the user typed, in parsed form. */
export interface Pattern {
  readonly text: string;
  readonly regExp: RegExp;
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
    return { ok: true, pattern: { text, regExp } };
  } catch (error) {
    return { ok: false, message: errorMessage(error) };
  }
};

export const matches = (pattern: Pattern, line: Buffer): boolean =>
  matchesText(pattern, plainOf(cleanLine(line, false)));

export const matchesText = ({ regExp }: Pattern, text: string): boolean => {
  regExp.lastIndex = 0;
  return regExp.test(text);
};

/** Ranges of matches in a text, without empty ones. */
export const rangesOf = (
  { regExp }: Pattern,
  text: string,
): ReadonlyArray<readonly [from: number, to: number]> =>
  // A copy: a search with the pattern itself leaves its last place in it, and matchAll begins there.
  [...text.matchAll(new RegExp(regExp))].flatMap(({ 0: found, index }) =>
    found === '' ? [] : [[index, index + found.length] as const],
  );

/** Matches the words that most programs and languages use for errors. */
export const ERROR_LINE: Pattern = {
  text: 'error',
  regExp:
    /\b(?:[A-Za-z]*error|err|fatal|panic(?:ked)?|critical|[A-Za-z]*exception|traceback|unhandled)\b(?!\.\w)|✖|✗/gi,
};
