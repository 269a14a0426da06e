import type { IBufferCell, IBufferLine, IModes, Terminal } from '@xterm/headless';
import type { TerminalSize } from '../../model/terminal-size.ts';
import type { Style } from '../text/sgr.ts';
import { type Span, type Styled, styledWidth } from '../text/styled.ts';
import { isPlain, widthOf } from '../text/width.ts';
import { styleOf } from './cell-style.ts';
import { CharacterWidths } from './character-widths.ts';
import type { Picture } from './picture.ts';

/** How a program wants its keys and clicks. */
export interface ProgramModes extends Pick<IModes, 'applicationCursorKeysMode' | 'bracketedPasteMode'> {
  readonly mouse: IModes['mouseTrackingMode'];
  /** True if it reads clicks in the form that has no limit (SGR). */
  readonly isSgrMouse: boolean;
}

interface EmulatorOptions {
  readonly size: TerminalSize;
  readonly colors: boolean;
  /** Called with what the terminal answers to a program's question. */
  readonly onAnswer: (text: string) => void;
}

/** DEC modes that the emulator does not tell. */
const SHOWS_CURSOR = 25;
const SGR_MOUSE = 1006;

/** A terminal that is not seen: it makes a picture of the bytes that a program writes. */
export class Emulator {
  readonly #terminal: Terminal;
  readonly #colors: boolean;
  /** Modes by number, as far as they were set or reset. */
  readonly #modes = new Map<number, boolean>();
  #picture: Picture | null = null;

  /** Loads the emulation at the first call. */
  static async open(options: EmulatorOptions): Promise<Emulator> {
    const { default: xterm } = await import('@xterm/headless');
    const { columns, rows } = options.size;
    const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 0, allowProposedApi: true });
    return new Emulator(terminal, options);
  }

  private constructor(terminal: Terminal, { colors, onAnswer }: EmulatorOptions) {
    this.#terminal = terminal;
    this.#colors = colors;
    terminal.unicode.register(new CharacterWidths());
    terminal.unicode.activeVersion = 'dashboard';
    terminal.onData(onAnswer);
    for (const final of ['h', 'l'])
      terminal.parser.registerCsiHandler({ prefix: '?', final }, (modes) => this.#set(modes, final === 'h'));
    terminal.parser.registerCsiHandler({ intermediates: '!', final: 'p' }, () => this.#reset());
    terminal.parser.registerEscHandler({ final: 'c' }, () => this.#reset());
  }

  get modes(): ProgramModes {
    const { applicationCursorKeysMode, bracketedPasteMode, mouseTrackingMode } = this.#terminal.modes;
    const isSgrMouse = this.#modes.get(SGR_MOUSE) ?? false;
    return { applicationCursorKeysMode, bracketedPasteMode, mouse: mouseTrackingMode, isSgrMouse };
  }

  /** `drawn` is called when the picture has the bytes. */
  write(bytes: Buffer, drawn: () => void): void {
    this.#terminal.write(bytes, () => {
      this.#picture = null;
      drawn();
    });
  }

  resize({ columns, rows }: TerminalSize): void {
    if (columns === this.#terminal.cols && rows === this.#terminal.rows) return;
    this.#terminal.resize(columns, rows);
    this.#picture = null;
  }

  get picture(): Picture {
    this.#picture ??= this.#draw();
    return this.#picture;
  }

  close(): void {
    this.#terminal.dispose();
  }

  #draw(): Picture {
    const { cols, rows, buffer } = this.#terminal;
    const { active } = buffer;
    const cell = active.getNullCell();
    return {
      rows: Array.from({ length: rows }, (_, row) =>
        this.#row(active.getLine(active.baseY + row), cols, cell),
      ),
      size: { columns: cols, rows },
      cursor: {
        // Behind the last column, it stays in that until the next character.
        column: Math.min(active.cursorX, cols - 1),
        row: active.cursorY,
        isVisible: this.#modes.get(SHOWS_CURSOR) ?? true,
      },
    };
  }

  #row(line: IBufferLine | undefined, columns: number, cell: IBufferCell): Styled {
    if (line === undefined) return [];
    const row = spansOf(line, columns, { cell, colors: this.#colors, textOf: textOfCell });
    return styledWidth(row) === columns
      ? row
      : spansOf(line, columns, { cell, colors: this.#colors, textOf: textApart });
  }

  /** The emulator handles them too. */
  #set(modes: readonly (number | number[])[], isOn: boolean): false {
    for (const mode of modes.flat()) this.#modes.set(mode, isOn);
    return false;
  }

  #reset(): false {
    this.#modes.clear();
    return false;
  }
}

interface Reading {
  /** Used for each cell in turn. */
  readonly cell: IBufferCell;
  readonly colors: boolean;
  readonly textOf: (cell: IBufferCell) => string;
}

const spansOf = (line: IBufferLine, columns: number, { cell, colors, textOf }: Reading): Styled => {
  const spans: Span[] = [];
  let text = '';
  let style: Style = '';
  for (let column = 0; column < columns; column += 1) {
    line.getCell(column, cell);
    // The second half of a wide character.
    if (cell.getWidth() === 0) continue;
    const own = colors ? styleOf(cell) : '';
    if (own !== style) {
      if (text !== '') spans.push({ text, style });
      text = '';
      style = own;
    }
    text += textOf(cell);
  }
  if (text !== '') spans.push({ text, style });
  return spans;
};

const textOfCell = (cell: IBufferCell): string => (cell.isInvisible() ? '' : cell.getChars()) || blank(cell);

const blank = (cell: IBufferCell): string => ' '.repeat(cell.getWidth());

/** What would join its neighbor on the user's terminal, as the parts of an emoji do, is left out. */
const textApart = (cell: IBufferCell): string => {
  const text = textOfCell(cell).replaceAll(JOINERS, '');
  return isPlain(text) || (!PART.test(text) && widthOf(text) === cell.getWidth()) ? text : blank(cell);
};

const JOINERS = /\u200d|\ufe0f/g;
const PART = /\p{Emoji_Modifier}|\p{Regional_Indicator}/u;
