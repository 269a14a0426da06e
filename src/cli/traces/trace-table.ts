import { spanDuration } from '../../observe/trace-text.ts';
import type { TraceSummary } from '../../programs/telemetry/api.ts';
import { clockTime } from '../../report/clock-time.ts';
import { printable } from '../../report/printable.ts';
import { type Column, fitTable } from '../fit-table.ts';
import type { Paint } from '../paint.ts';

const COLUMNS: readonly Column[] = [
  { title: 'TRACE', rank: 0 },
  { title: 'START', rank: 3 },
  { title: 'DURATION', rank: 1 },
  { title: 'SPANS', rank: 4 },
  { title: 'ERRORS', rank: 2 },
  { title: 'SERVICES', rank: 5 },
];

/** So many digits tell 10,000 traces apart: two of them have the same with a chance of 1 to 5 million. */
const ID_DIGITS = 12;

/** A table of traces in lines of at most `width` columns. */
export const traceTable = (
  traces: readonly TraceSummary[],
  width: number,
  paint: Paint,
): readonly string[] => {
  const rows = traces.map((trace) => ({
    cells: [
      trace.traceId.slice(0, ID_DIGITS),
      clockTime(trace.startTime),
      spanDuration(trace.duration),
      String(trace.spans),
      trace.errors === 0 ? '-' : String(trace.errors),
      printable(trace.services.join(', ')),
    ],
    note: printable(`${trace.root.service}: ${trace.root.label}`),
    isError: trace.errors > 0,
  }));
  return fitTable({ columns: COLUMNS, noteTitle: 'ROOT', rows }, width, (cell, { isError }, { title }) =>
    isError && title === 'ERRORS' ? paint(cell, 'red') : cell,
  );
};
