/**
 * A piece of what the terminal sends. `report`: what it says by itself, as where the mouse was clicked, or an answer
 * (OSC). `paste-edge`: the sequence before or after a paste.
 */
export interface Piece {
  readonly kind: 'typed' | 'pasted' | 'paste-edge' | 'report';
  readonly bytes: Buffer;
}

const PASTE_START = '\u001b[200~';
const PASTE_END = '\u001b[201~';

/**
 * A report of the mouse in today's form, whose end may be missing, or in the old one, of the focus, the answer to a
 * question for the status, or one that ends with BEL or ST.
 */
const REPORT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /\u001b(?:\[<[\d;]{0,256}(?:[Mm]|(?=[^\d;Mm]))|\[M[\s\S]{3}|\[[IO]|\[0n|\](\d{1,4});[^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\)|\[200~)/g;

/** The beginning of one, at the end of what has come so far. */
const BEGINNING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /\u001b(?:\[(?:<[\d;]{0,256}|M[\s\S]{0,2}|0|2(?:00?)?)?|\](?:\d{0,4}|\d{1,4};[^\u0007\u001b]{0,4096}\u001b?))?$/;

/** Nobody types this: its end is awaited for any time. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is looked for.
const SURELY_BEGUN = /^\u001b(?:\[<|\]\d+;)/;

/** The rest of a report whose Escape has been taken for a key because the rest came late. Nobody types this at once. */
const LATE_REST = /^(?:\[<\d|\]11;rgb)/;

/**
 * Splits what the terminal sends, which comes in pieces of any size. Control characters within a paste are text. The
 * strings in here have one character for each byte.
 */
export class InputPieces {
  #held = '';
  #released = '';
  #isPasting = false;

  take(bytes: Buffer): readonly Piece[] {
    const pieces: Piece[] = [];
    const fresh = bytes.toString('latin1');
    const isLate = this.#released === '\u001b' && LATE_REST.test(fresh);
    let text = (isLate ? this.#released : this.#held) + fresh;
    this.#held = '';
    this.#released = '';
    while (text !== '')
      text = this.#isPasting ? this.#takePasted(text, pieces) : this.#takeTyped(text, pieces);
    return pieces;
  }

  /** True if keys may be held back that look like the beginning of a report, such as Escape. */
  get isUnsure(): boolean {
    return this.#held !== '' && !this.#isPasting && !SURELY_BEGUN.test(this.#held);
  }

  /** Takes what is held back for typed. */
  release(): readonly Piece[] {
    const pieces: Piece[] = [];
    add(pieces, 'typed', this.#held);
    this.#released = this.#held;
    this.#held = '';
    return pieces;
  }

  /** Returns what follows the first report. */
  #takeTyped(text: string, pieces: Piece[]): string {
    REPORT.lastIndex = 0;
    const found = REPORT.exec(text);
    if (found === null) return this.#hold(text, BEGINNING.exec(text)?.index ?? text.length, 'typed', pieces);
    const [report] = found;
    this.#isPasting = report === PASTE_START;
    add(pieces, 'typed', text.slice(0, found.index));
    add(pieces, this.#isPasting ? 'paste-edge' : 'report', report);
    return text.slice(REPORT.lastIndex);
  }

  #takePasted(text: string, pieces: Piece[]): string {
    const end = text.indexOf(PASTE_END);
    if (end === -1) return this.#hold(text, beginningOf(PASTE_END, text), 'pasted', pieces);
    this.#isPasting = false;
    add(pieces, 'pasted', text.slice(0, end));
    add(pieces, 'paste-edge', PASTE_END);
    return text.slice(end + PASTE_END.length);
  }

  #hold(text: string, from: number, kind: Piece['kind'], pieces: Piece[]): string {
    add(pieces, kind, text.slice(0, from));
    this.#held = text.slice(from);
    return '';
  }
}

const add = (pieces: Piece[], kind: Piece['kind'], text: string): void => {
  if (text !== '') pieces.push({ kind, bytes: Buffer.from(text, 'latin1') });
};

/** Place at the end of a text where a mark may begin. */
const beginningOf = (mark: string, text: string): number => {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1)
    if (text.endsWith(mark.slice(0, length))) return text.length - length;
  return text.length;
};
