import type { Connection } from '../../control/client/connection.ts';
import type { LogLineJson, MissedLine } from '../../control/protocol.ts';
import { isErrorLog, type TraceLog } from '../../observe/trace-logs.ts';
import { clockTime } from '../../report/clock-time.ts';
import { printable } from '../../report/printable.ts';
import { cut } from '../fit-text.ts';
import type { Paint } from '../paint.ts';

/** Lines that the supervisor keeps in memory for each process. */
const ALL_IN_MEMORY = 10_000;

/** Lines of output, as far as they are in memory, that have the id of a trace in them. */
export const outputLinesOf = async (
  connection: Connection,
  traceId: string,
  processes: number,
): Promise<readonly TraceLog[]> => {
  const found: TraceLog[] = [];
  const { signal } = new AbortController();
  await connection.read(
    `logs?tail=${ALL_IN_MEMORY * processes}`,
    signal,
    (line: LogLineJson | MissedLine) => {
      if (line.type !== 'missed' && line.line.includes(traceId))
        found.push({ time: Date.parse(line.time), source: line.process, severity: '', text: line.line });
    },
  );
  return found;
};

export const logLines = (logs: readonly TraceLog[], width: number, paint: Paint): readonly string[] => {
  const widest = Math.max(0, ...logs.map(({ source }) => source.length));
  return logs.map((log) => {
    const { time, source, severity, text } = log;
    const head = `${clockTime(time)}  ${printable(source).padEnd(widest)}  `;
    const said = severity === '' ? printable(text) : `${severity} ${printable(text)}`;
    const fitted = cut(said, width - head.length);
    return `${paint(head, 'dim')}${isErrorLog(log) ? paint(fitted, 'red') : fitted}`;
  });
};
