import { watchStdout } from './lost-output.ts';

/** Part of the answer of a command. */
export const write = (text: string): void => {
  watchStdout();
  process.stdout.write(text);
};

/** The answer of a command. */
export const print = (text: string): void => write(`${text}\n`);

export const printJson = (value: unknown): void => print(JSON.stringify(value));

/** What goes on meanwhile is for people: on stderr, and only where that is a terminal. */
export const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`sidecarctl: ${text}\n`);
};

/** Columns as wide as their widest cell, two blanks between them. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
