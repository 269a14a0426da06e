import type { IBufferCell, Terminal } from '@xterm/headless';

const CELL = { width: 8.4, height: 18 };
const FOREGROUND = '#d0d0d0';
const BACKGROUND = '#16181d';
const COLORS = [
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
];

/** What a terminal shows, as a picture: a run of cells with the same looks is one piece of text. */
export const toSvg = (terminal: Terminal): string => {
  const width = Math.ceil(terminal.cols * CELL.width) + 24;
  const height = terminal.rows * CELL.height + 24;
  const rows = Array.from({ length: terminal.rows }, (_, row) => rowOf(terminal, row));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>The dashboard of the demo pod</title>
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="${FOREGROUND}" xml:space="preserve">
${rows.flat().join('\n')}
</g>
</svg>
`;
};

const rowOf = (terminal: Terminal, row: number): string[] => {
  const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row);
  const pieces: Array<{ text: string; looks: string; column: number; columns: number }> = [];
  for (let column = 0; column < terminal.cols; column++) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const looks = looksOf(cell);
    const last = pieces.at(-1);
    const text = cell.getChars() || ' ';
    if (last?.looks === looks) {
      last.text += text;
      last.columns += cell.getWidth();
    } else pieces.push({ text, looks, column, columns: cell.getWidth() });
  }
  const y = 12 + (row + 0.75) * CELL.height;
  return pieces
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, looks, column, columns }) => {
      const length = (columns * CELL.width).toFixed(1);
      return `<text x="${(12 + column * CELL.width).toFixed(1)}" y="${y}" textLength="${length}"${looks}>${escaped(text)}</text>`;
    });
};

const looksOf = (cell: IBufferCell): string => {
  const color = cell.isFgPalette() ? COLORS[cell.getFgColor()] : undefined;
  return [
    color === undefined ? '' : ` fill="${color}"`,
    cell.isBold() ? ' font-weight="bold"' : '',
    cell.isDim() ? ' opacity="0.6"' : '',
  ].join('');
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0');
