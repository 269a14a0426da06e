import { asciiControls, ownText, printableLines } from '../report/printable.ts';
import { watchStdout } from './lost-output.ts';
import { ownStdout } from './own-stdout.ts';

/** Part of the answer of a command. */
export const write = (text: string): void => {
  watchStdout();
  ownStdout().write(text);
};

/** The answer of a command, which may quote what others have said. */
export const print = (text: string): void => write(`${printableLines(text)}\n`);

/** Just as it is: a process's own line, or a value that is to be used. */
export const printRaw = (text: string): void => write(`${text}\n`);

export const printJson = (value: unknown): void => printRaw(asciiControls(JSON.stringify(value)));

/** What goes on meanwhile is for people: on stderr, and only where that is a terminal. */
export const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`sidecarctl: ${ownText(text)}\n`);
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
