import type { Key } from 'ink';

/** More than any answer has: what goes on longer was typed. */
const LONGEST_ANSWER = 64;

/**
 * Takes answers of the terminal (OSC 11) out of what Ink has read: Ink knows keys only, and would pass on an answer as
 * typed text. An answer may come at any time, as over a slow connection.
 */
export class AnswerFilter {
  readonly #onAnswer: (answer: string) => void;
  /** The answer so far; null outside of one. */
  #answer: string | null = null;

  constructor(onAnswer: (answer: string) => void) {
    this.#onAnswer = onAnswer;
  }

  /** Returns what is left for the user's keys, or null. */
  take(input: string, { meta }: Pick<Key, 'meta'>): string | null {
    // An answer begins with Escape and a bracket, which Ink passes on as Alt and a bracket.
    if (meta && input === ']') {
      this.#answer = '';
      return null;
    }
    return this.#answer === null ? input : this.#goOn(this.#answer, input, meta);
  }

  #goOn(before: string, input: string, meta: boolean): string | null {
    if (meta && input === '\\') return this.#end(before, '');
    const [text = '', rest] = split(before + input);
    if (input === '' || meta || !'11;'.startsWith(text.slice(0, 3)) || text.length > LONGEST_ANSWER) {
      this.#answer = null;
      return input;
    }
    if (rest !== undefined) return this.#end(text, rest);
    this.#answer = text;
    return null;
  }

  #end(answer: string, rest: string): string | null {
    this.#answer = null;
    this.#onAnswer(answer);
    return rest === '' ? null : rest;
  }
}

/** Some terminals end an answer with BEL, and typed text may follow at once. */
const split = (text: string): readonly [string, string?] => {
  const at = text.indexOf('\u0007');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};
