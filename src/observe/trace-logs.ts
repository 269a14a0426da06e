import type { LogEntry } from '../programs/telemetry/api.ts';
import { severityText } from './trace-text.ts';

/** A line about a trace: a log record that was sent for it, or a line of output that names it. */
export interface TraceLog {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Service of a record, process of a line. */
  readonly source: string;
  /** `''` of a line, and where it is not set. */
  readonly severity: string;
  readonly text: string;
}

/** Records and lines, oldest first. */
export const mergeLogs = (records: readonly LogEntry[], lines: readonly TraceLog[]): readonly TraceLog[] =>
  [
    ...records.map(({ time, service, severity, severityText: text, body }) => ({
      ...{ time, source: service, severity: severityText(severity, text), text: body },
    })),
    ...lines,
  ].toSorted((one, other) => one.time - other.time);

export const isErrorLog = ({ severity }: TraceLog): boolean => severity === 'ERROR' || severity === 'FATAL';
