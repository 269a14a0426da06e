import { asciiControls, ownText, printableLines } from '../report/printable.ts';
import { watchStdout } from './lost-output.ts';
import { ownStdout } from './own-stdout.ts';

/** Writes a part of a command's answer. */
export const write = (text: string): void => {
  watchStdout();
  ownStdout().write(text);
};

/** Prints a command's answer, which may quote foreign text, safely. */
export const print = (text: string): void => write(`${printableLines(text)}\n`);

/** Prints text as it is: a process's own line, or a value for further use. */
export const printRaw = (text: string): void => write(`${text}\n`);

export const printJson = (value: unknown): void => printRaw(asciiControls(JSON.stringify(value)));

/** Prints progress for people: on stderr, and only on a terminal. */
export const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`sidecarctl: ${ownText(text)}\n`);
};
