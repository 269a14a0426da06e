import type { LogView } from '../../control/pod-client.ts';
import { cleanLine } from '../text/clean-line.ts';
import { plainOf } from '../text/styled.ts';
import { isContinued } from './level.ts';
import { ERROR_LINE, matchesText } from './pattern.ts';
import { nextSeq, type ShownLine } from './shown-line.ts';

const LOOKED_AT = 5_000;
const MOST_LINES = 200;

/** The newest error of a log with its stack, oldest line first; empty if there is none. */
export const lastError = (view: LogView): readonly ShownLine[] => {
  const newest: readonly ShownLine[] = view.before(Infinity, LOOKED_AT);
  const found = newest.findLast(
    ({ told, line }) => told === undefined && matchesText(ERROR_LINE, textOf(line)),
  );
  if (found === undefined) return [];
  // Lines of other processes may be in between.
  const lines = newest.filter(({ process, told }) => process === found.process && told === undefined);
  const at = lines.indexOf(found);
  const end = endOf(lines, at);
  return lines.slice(Math.max(startOf(lines, at), end - MOST_LINES), end);
};

/** Above the error itself is nothing, unless it is part of a stack, or the last line of one of Python's. */
const startOf = (lines: readonly ShownLine[], at: number): number => {
  const head = headOf(lines, at);
  const above = headOf(lines, head - 1);
  return above >= 0 && above < head && /^Traceback/.test(textAt(lines, above)) ? above : head;
};

const headOf = (lines: readonly ShownLine[], at: number): number => {
  let head = at;
  while (head > 0 && isContinued(textAt(lines, head))) head -= 1;
  return head;
};

const endOf = (lines: readonly ShownLine[], at: number): number => {
  let end = at + 1;
  while (end < lines.length && isContinued(textAt(lines, end))) end += 1;
  return end;
};

const textAt = (lines: readonly ShownLine[], at: number): string =>
  textOf(lines[at]?.line ?? Buffer.alloc(0));

const textOf = (line: Buffer): string => plainOf(cleanLine(line, false));

/** Lines with these numbers and between them. */
export const linesBetween = (view: LogView, from: number, to: number): readonly ShownLine[] =>
  view.after(from, Infinity).filter(({ seq }) => seq < nextSeq(to));
