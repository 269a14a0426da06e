/** Sets or resets modes, or resets all of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CHANGE = /\u001b(?:\[\?([\d;]{1,32})([hl])|c|\[!p)/g;

const ESCAPE = 0x1b;

/** A sequence may be cut in two by the end of what is taken. */
const LONGEST_SEQUENCE = 40;

/** The private modes of a terminal (DEC), such as its alternate screen, after all that was written to it. */
export class ModesOfTerminal {
  readonly #modes = new Map<string, 'h' | 'l'>();
  #rest = '';

  take(bytes: Buffer): void {
    // Plain text is most of a flood, and to look for one byte takes a hundredth of the time.
    if (this.#rest === '' && !bytes.includes(ESCAPE)) return;
    const text = this.#rest + bytes.toString('latin1');
    const end = text.slice(-LONGEST_SEQUENCE);
    this.#rest = end.includes('\u001b') ? end : '';
    for (const [, modes, value] of text.matchAll(CHANGE)) {
      if (modes === undefined) this.#modes.clear();
      else for (const mode of modes.split(';')) this.#modes.set(mode, value === 'h' ? 'h' : 'l');
    }
  }

  /** What gives a new terminal the same modes. */
  sequences(): Buffer {
    return Buffer.from([...this.#modes].map(([mode, value]) => `\u001b[?${mode}${value}`).join(''));
  }
}
