interface Unfinished {
  readonly key: string;
  readonly text: string;
}

const BACK_TO_START = '\r\u001b[K';

/**
 * Writes lines of several processes to one place, where the newest may be unfinished: a prompt, a dot, a percentage. An
 * unfinished line stays without its end. If it continues, the rest follows; if it begins differently, it is written
 * again, in place on a terminal. If another process's line comes first, the unfinished one is ended, and written in
 * full once it is whole.
 */
export class LineEnd {
  readonly #isTerminal: boolean;
  #unfinished: Unfinished | null = null;

  constructor(isTerminal: boolean) {
    this.#isTerminal = isTerminal;
  }

  /** True if the last thing written is an unfinished line. */
  get isOpen(): boolean {
    return this.#unfinished !== null;
  }

  /** Returns the text to write for a line, whole or not; `key` identifies its owner. */
  add(key: string, prefix: string, text: string, isWhole: boolean): string {
    const written = this.#unfinished;
    this.#unfinished = isWhole ? null : { key, text };
    return `${this.#join(written, key, prefix, text)}${isWhole ? '\n' : ''}`;
  }

  /**
   * Returns the text to write before other output. With `key`, ends the unfinished line only if it belongs to that key.
   */
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
