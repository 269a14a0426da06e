import type { Figure } from './measure.ts';
import type { Comparison } from './peers/compare.ts';

type Row = readonly string[];

export const figureTable = (figures: readonly Figure[]): readonly Row[] => [
  ['figure', 'measured', 'target'],
  ...figures.map(({ name, value, target }) => [name, value, target]),
];

/** A column for each tool; what is not there says so. */
export const peerTable = (comparisons: readonly Comparison[], tools: readonly string[]): readonly Row[] => [
  ['work', ...tools],
  ...comparisons.map(({ work, unit, values }) => [
    `${work}, ${unit}`,
    ...tools.map((tool) => cell(values.get(tool))),
  ]),
];

const cell = (value: number | string | null | undefined): string => {
  if (value === undefined) return 'failed';
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(value < 10 ? 2 : 1);
};

export const printTable = (rows: readonly Row[], markdown: boolean): void => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const [index, row] of rows.entries()) {
    const cells = row.map((text, column) => text.padEnd(widths[column] ?? 0));
    process.stdout.write(markdown ? `| ${cells.join(' | ')} |\n` : `${cells.join('  ').trimEnd()}\n`);
    if (markdown && index === 0)
      process.stdout.write(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|\n`);
  }
  process.stdout.write('\n');
};
