import { LineMistake, quoted } from './line-mistake.ts';

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const BLANKS = /[ \t]*/y;
const WORD = /[^ \t]+/y;
/** All of a quoted text that needs no second look. */
const PLAIN = /[^"\\]*/y;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** Reads a line from left to right. */
export class LineScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  skipBlanks(): void {
    this.#match(BLANKS);
  }

  /** The next character, if it is this one. */
  take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  expect(character: string, where: string): void {
    if (!this.take(character))
      throw new LineMistake(`${where} needs a ${character} in place of ${quoted(this.rest)}`);
  }

  /** Name of a metric; empty: there is none here. */
  name(): string {
    return this.#match(NAME);
  }

  labelName(): string {
    return this.#match(LABEL_NAME);
  }

  /** Everything up to a blank. */
  word(): string {
    return this.#match(WORD);
  }

  /** Text in double quotes; `null`: here is none. */
  quotedText(): string | null {
    if (!this.take('"')) return null;
    let text = '';
    for (;;) {
      text += this.#match(PLAIN);
      if (this.take('"')) return text;
      if (!this.take('\\')) throw new LineMistake('a quoted text has no end');
      const letter = this.#text[this.#at] ?? '';
      this.#at += 1;
      // Prometheus keeps the backslash of an escape that it does not know.
      text += ESCAPES[letter] ?? `\\${letter}`;
    }
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}
