import type { IBufferCell, Terminal } from '@xterm/headless';

const CELL = { width: 8.4, height: 18 };
const MARGIN = 12;

interface Theme {
  readonly foreground: string;
  readonly background: string;
  /** The sixteen. */
  readonly colors: readonly string[];
}

const DARK: Theme = {
  foreground: '#d0d0d0',
  background: '#16181d',
  colors: [
    '#3b4048',
    '#e06c75',
    '#98c379',
    '#e5c07b',
    '#61afef',
    '#c678dd',
    '#56b6c2',
    '#d0d0d0',
    '#5c6370',
    '#ff7b86',
    '#b5e890',
    '#ffd68a',
    '#7cc4ff',
    '#e39bf7',
    '#6fd5e0',
    '#ffffff',
  ],
};

interface Options {
  readonly title: string;
  /** Default: the colors of a dark terminal. */
  readonly theme?: Theme;
  /** Whether to draw the cursor, which a headless terminal does not say. Default: no. */
  readonly cursor?: boolean;
}

interface Piece {
  text: string;
  columns: number;
  readonly column: number;
  readonly looks: Looks;
}

interface Looks {
  readonly color: string;
  readonly background: string | null;
  /** Attributes of the text. */
  readonly style: string;
}

/** What a terminal shows, as a picture: a run of cells with the same looks is one piece of text. */
export const toSvg = (terminal: Terminal, { title, theme = DARK, cursor = false }: Options): string => {
  const width = Math.ceil(terminal.cols * CELL.width) + 2 * MARGIN;
  const height = terminal.rows * CELL.height + 2 * MARGIN;
  const rows = Array.from({ length: terminal.rows }, (_, row) => rowOf(terminal, row, theme));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="${theme.background}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="${theme.foreground}" xml:space="preserve">
${[...rows.flat(), ...(cursor ? [cursorOf(terminal, theme)] : [])].join('\n')}
</g>
</svg>
`;
};

const rowOf = (terminal: Terminal, row: number, theme: Theme): string[] =>
  piecesOf(terminal, row, theme).flatMap((piece) => [
    ...(piece.looks.background === null ? [] : [box(piece, row, piece.looks.background)]),
    ...(piece.text.trim() === '' ? [] : [textOf(piece, row, theme)]),
  ]);

const piecesOf = (terminal: Terminal, row: number, theme: Theme): readonly Piece[] => {
  const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row);
  const pieces: Piece[] = [];
  for (let column = 0; column < terminal.cols; column++) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const looks = looksOf(cell, theme);
    const text = cell.isInvisible() ? ' ' : cell.getChars() || ' ';
    const last = pieces.at(-1);
    if (last !== undefined && areEqual(last.looks, looks)) {
      last.text += text;
      last.columns += cell.getWidth();
    } else pieces.push({ text, looks, column, columns: cell.getWidth() });
  }
  return pieces;
};

const areEqual = (one: Looks, other: Looks): boolean =>
  one.color === other.color && one.background === other.background && one.style === other.style;

const looksOf = (cell: IBufferCell, theme: Theme): Looks => {
  const color = cell.isFgDefault() ? theme.foreground : colorOf(cell.isFgRGB(), cell.getFgColor(), theme);
  const background = cell.isBgDefault() ? null : colorOf(cell.isBgRGB(), cell.getBgColor(), theme);
  const isInverse = cell.isInverse() !== 0;
  return {
    color: isInverse ? (background ?? theme.background) : color,
    background: isInverse ? color : background,
    style: [
      cell.isBold() ? ' font-weight="bold"' : '',
      cell.isItalic() ? ' font-style="italic"' : '',
      cell.isUnderline() ? ' text-decoration="underline"' : '',
      cell.isDim() ? ' opacity="0.6"' : '',
    ].join(''),
  };
};

/** A number of the 256, or the three bytes of a color. */
const colorOf = (isRgb: boolean, value: number, theme: Theme): string => {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  if (value < 16) return theme.colors[value] ?? theme.foreground;
  if (value >= 232) return rgb([0, 0, 0].map(() => 8 + (value - 232) * 10));
  const cube = value - 16;
  return rgb(
    [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => step && 55 + step * 40),
  );
};

const rgb = (parts: readonly number[]): string =>
  `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

const textOf = ({ text, column, columns, looks }: Piece, row: number, theme: Theme): string => {
  const color = looks.color === theme.foreground ? '' : ` fill="${looks.color}"`;
  const length = (columns * CELL.width).toFixed(1);
  return `<text x="${left(column)}" y="${MARGIN + (row + 0.75) * CELL.height}" textLength="${length}"${color}${looks.style}>${escaped(text)}</text>`;
};

const box = ({ column, columns }: Pick<Piece, 'column' | 'columns'>, row: number, color: string): string =>
  `<rect x="${left(column)}" y="${MARGIN + row * CELL.height}" width="${(columns * CELL.width).toFixed(1)}" height="${CELL.height}" fill="${color}"/>`;

const left = (column: number): string => (MARGIN + column * CELL.width).toFixed(1);

const cursorOf = ({ buffer: { active } }: Terminal, { foreground }: Theme): string =>
  box({ column: active.cursorX, columns: 1 }, active.cursorY, foreground);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0');
