interface Unfinished {
  readonly key: string;
  readonly text: string;
}

const BACK_TO_START = '\r\u001b[K';

/**
 * Lines of several processes on their way to one place, of which the newest may be unfinished: a prompt, a dot, a
 * percentage. It stands there without its end. When it goes on, the rest follows it; where it does not begin as before, it
 * is written anew, on a terminal in its place. When somebody else's line comes first, it is ended, and all of it is
 * written again once it is whole.
 */
export class LineEnd {
  readonly #isTerminal: boolean;
  #unfinished: Unfinished | null = null;

  constructor(isTerminal: boolean) {
    this.#isTerminal = isTerminal;
  }

  /** Whether what was written last is an unfinished line. */
  get isOpen(): boolean {
    return this.#unfinished !== null;
  }

  /** What to write for a line, whole or not; `key` tells whose it is. */
  add(key: string, prefix: string, text: string, isWhole: boolean): string {
    const written = this.#unfinished;
    this.#unfinished = isWhole ? null : { key, text };
    return `${this.#join(written, key, prefix, text)}${isWhole ? '\n' : ''}`;
  }

  /** What to write in front of what is none of these lines; with a `key`, only where the unfinished one is of that. */
  close(key = this.#unfinished?.key): string {
    if (this.#unfinished === null || this.#unfinished.key !== key) return '';
    this.#unfinished = null;
    return '\n';
  }

  #join(written: Unfinished | null, key: string, prefix: string, text: string): string {
    if (written === null) return prefix + text;
    if (written.key !== key) return `\n${prefix}${text}`;
    if (text.startsWith(written.text)) return text.slice(written.text.length);
    return `${this.#isTerminal ? BACK_TO_START : '\n'}${prefix}${text}`;
  }
}
