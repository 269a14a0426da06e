import { cleanLine } from '../text/clean-line.ts';
import { clockWithMilliseconds } from '../text/format.ts';
import { plainOf, type Styled, span } from '../text/styled.ts';
import type { Theme } from '../theme.ts';
import { levelStyle } from './level.ts';
import { type LogRecord, recordOf } from './log-record.ts';

const LEVEL_WIDTH = 5;

/** A line of JSON or logfmt for people: time, level, message, fields, and a stack below; null for any other line. */
export const prettyLine = (text: string, theme: Theme): readonly Styled[] | null => {
  const record = recordOf(text);
  return record === null
    ? null
    : [firstRow(record, theme), ...record.stack.map((row) => stackRow(row, theme))];
};

const firstRow = ({ time, level, message, fields }: LogRecord, theme: Theme): Styled => [
  ...(time === null ? [] : [span(`${timeText(time)} `, theme.muted)]),
  ...(level === null
    ? []
    : [span(level.toUpperCase().padEnd(LEVEL_WIDTH), levelStyle(level, theme)), span(' ')]),
  span(safe(message)),
  ...fields.flatMap(([name, value]) => [span(` ${safe(name)}=`, theme.muted), span(safe(value))]),
];

const stackRow = (row: string, theme: Theme): Styled => [span(`  ${safe(row)}`, theme.muted)];

/** What JSON has escaped may control the terminal, as output may. */
const safe = (text: string): string => plainOf(cleanLine(Buffer.from(text.replaceAll('\n', ' ')), false));

/** Below this, a number counts seconds. */
const FIRST_MILLISECONDS = 1e11;

const timeText = (time: string | number): string => {
  const number = Number(time);
  const at = Number.isNaN(number)
    ? Date.parse(String(time))
    : number < FIRST_MILLISECONDS
      ? number * 1_000
      : number;
  return Number.isNaN(at) ? safe(String(time)) : clockWithMilliseconds(at);
};
