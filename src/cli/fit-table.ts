import { cut, wrapWords } from './fit-text.ts';

export interface Column {
  readonly title: string;
  /** Where not all columns fit, those of the highest rank are left out first. */
  readonly rank: number;
}

export interface Row {
  readonly cells: readonly string[];
  /** Text of the last column. It has lines of its own, below the row, if it does not fit. */
  readonly note: string;
}

interface Table<R extends Row> {
  readonly columns: readonly Column[];
  readonly noteTitle: string;
  readonly rows: readonly R[];
}

/** Colors a cell that has been fitted. */
type Paint<R> = (cell: string, row: R, column: Column) => string;

const GAP = '  ';
/** A narrower column says nothing. */
const LEAST = 8;

/** Formats columns to `width`: the widest are cut first, and words are kept whole. */
export const fitTable = <R extends Row>(
  table: Table<R>,
  width: number,
  paint: Paint<R>,
): readonly string[] => {
  const { noteTitle, rows } = table;
  const all = table.columns.map((column, at) => ({ column, at, width: naturalWidth(table, at) }));
  const widest = Math.max(noteTitle.length, ...rows.map(({ note }) => note.length));
  const isBeside = totalOf(all.map((one) => one.width)) + GAP.length + widest <= width;
  const fitted = cutWidest(leaveOut(all, width), width);
  const line = (
    cells: readonly string[],
    note: string,
    paintCell: (cell: string, column: Column) => string,
  ) =>
    [
      ...fitted.map(({ column, at, width: own }) => {
        const text = cut(cells[at] ?? '', own);
        return paintCell(text, column) + ' '.repeat(own - text.length);
      }),
      ...(isBeside ? [note] : []),
    ]
      .join(GAP)
      .trimEnd();
  const titles = table.columns.map(({ title }) => title);
  return [
    line(titles, noteTitle, (cell) => cell),
    ...rows.flatMap((row) => [
      line(row.cells, row.note, (cell, column) => paint(cell, row, column)),
      ...(isBeside || row.note === ''
        ? []
        : wrapWords(row.note, width - GAP.length).map((text) => GAP + text)),
    ]),
  ];
};

interface Fitted {
  readonly column: Column;
  readonly at: number;
  readonly width: number;
}

const naturalWidth = ({ columns, rows }: Table<Row>, at: number): number =>
  Math.max(columns[at]?.title.length ?? 0, ...rows.map(({ cells }) => cells[at]?.length ?? 0));

const totalOf = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);

const leaveOut = (columns: readonly Fitted[], width: number): readonly Fitted[] => {
  const least = totalOf(columns.map((one) => Math.min(one.width, LEAST)));
  if (least <= width || columns.length === 1) return columns;
  const last = Math.max(...columns.map(({ column }) => column.rank));
  return leaveOut(
    columns.filter(({ column }) => column.rank !== last),
    width,
  );
};

const cutWidest = (columns: readonly Fitted[], width: number): readonly Fitted[] => {
  const widths = columns.map((one) => one.width);
  while (totalOf(widths) > width) {
    const widest = Math.max(...widths);
    if (widest <= 1) break;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
  return columns.map((one, at) => ({ ...one, width: widths[at] ?? 0 }));
};
