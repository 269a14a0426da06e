/**
 * Control sequences in the order in which they are tried: SGR and links, which are kept; other CSI; strings (titles,
 * device control) with any terminator; the remaining two-character ones; carriage returns; any other control character,
 * and direction marks.
 */
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /(?:\u001b\[|\u009b)(?<sgr>[0-9;:]*)m|(?:\u001b\]|\u009d)8;(?<link>[^\u0000-\u001f\u007f-\u009f]*)(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[\u0020-\u002f]*[\u0030-\u007e]?|(?<cr>\r+)|[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u2028\u2029]/g;

/** A sequence that continues in the next piece of the line. */
const UNFINISHED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /(?:\u001b(?:\[[\u0020-\u003f]*|[\]PX^_][^\u0007\u001b\u009c]*\u001b?|[\u0020-\u002f]*)?|[\u0090\u0098\u009b\u009d-\u009f][^\u0007\u001b\u009c]*)$/;

/** Longer than any real link or title. */
const MOST_HELD = 4096;
/** A longer run of color sequences is dropped. */
const MOST_CARRIED = 256;

const RESET = '\u001b[0m';
const END_OF_LINK = '\u001b]8;;\u001b\\';

/**
 * Makes a process's output safe to print among other lines on a terminal. It keeps colors and links, and removes
 * everything that moves the cursor, clears, switches or retitles the screen, or changes fonts. Of a line that
 * overwrites itself with `\r`, the newest text stays. Colors continue in the process's next line, and nowhere else.
 *
 * @example
 * const text = new TerminalText();
 * text.line('\u001b[2J\u001b[31mred'); // '\u001b[31mred\u001b[0m'
 * text.line('still red'); // '\u001b[31mstill red\u001b[0m'
 */
export class TerminalText {
  /** Color sequences since the last reset. */
  #colors = '';
  #held = '';

  /** Converts a whole line, without its newline. */
  line(line: string): string {
    const text = this.#clean(this.#held + line);
    this.#held = '';
    return text;
  }

  /** Converts a piece of a line. A sequence that is cut at the end waits for the next piece. */
  piece(piece: string): string {
    const whole = this.#held + piece;
    const held = UNFINISHED.exec(whole)?.[0] ?? '';
    this.#held = held.length > MOST_HELD ? '' : held;
    return this.#clean(whole.slice(0, whole.length - held.length));
  }

  /** Converts an unfinished line, which will follow as a whole. */
  preview(line: string): string {
    const before = { colors: this.#colors, held: this.#held };
    const text = this.piece(line);
    this.#colors = before.colors;
    this.#held = before.held;
    return text;
  }

  #clean(text: string): string {
    if (this.#colors === '' && text.search(CONTROL) === -1) return text;
    let out = this.#colors;
    let link = '';
    let from = 0;
    let isOverwritten = false;
    const add = (piece: string): void => {
      if (piece === '') return;
      if (isOverwritten) out = this.#colors + link;
      isOverwritten = false;
      out += piece;
    };
    for (const match of text.matchAll(CONTROL)) {
      add(text.slice(from, match.index));
      from = match.index + match[0].length;
      const { sgr, link: target, cr } = match.groups ?? {};
      if (cr !== undefined) isOverwritten = true;
      if (sgr !== undefined) out += this.#color(sgr);
      if (target === undefined) continue;
      link = target === ';' ? '' : `\u001b]8;${target}\u001b\\`;
      out += link === '' ? END_OF_LINK : link;
    }
    add(text.slice(from));
    return `${out}${link === '' ? '' : END_OF_LINK}${this.#colors === '' ? '' : RESET}`;
  }

  #color(parameters: string): string {
    const sequence = `\u001b[${parameters}m`;
    const carried = this.#colors + sequence;
    const isNew = /^0*;/.test(parameters) || carried.length > MOST_CARRIED;
    this.#colors = /^0*$/.test(parameters) ? '' : isNew ? sequence : carried;
    return this.#colors === '' ? RESET : sequence;
  }
}
