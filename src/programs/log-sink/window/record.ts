import { type Protocol, processOf, type ReceivedLine } from '../received-line.ts';
import { type Level, levelOf } from '../severity.ts';

/** A line as `GET /lines` answers it, and as it stands in the file. */
export interface SinkLine {
  /** Number of the line, in the order of arrival, from 1. */
  readonly line: number;
  /** ISO 8601. */
  readonly time: string;
  readonly by: Protocol;
  readonly level: Level | null;
  readonly severity: number;
  readonly process: string | null;
  readonly body: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The line was too long for the window: this is its beginning. */
  readonly cut?: true;
}

/** Characters that are kept of a line that is too long for the window. */
const KEPT_OF_LONG = 1000;

export const recordOf = (line: number, received: ReceivedLine, by: Protocol): SinkLine => ({
  line,
  time: isoOf(received.time),
  by,
  level: levelOf(received.severity),
  severity: received.severity,
  process: processOf(received.fields),
  body: received.body,
  fields: received.fields,
});

export const cutRecord = (record: SinkLine): SinkLine => ({
  ...record,
  process: record.process?.slice(0, KEPT_OF_LONG) ?? null,
  body: record.body.slice(0, KEPT_OF_LONG),
  fields: {},
  cut: true,
});

/** The largest time that a Date can have. */
const LATEST = 8.64e15;

let lastTime = Number.NaN;
let lastText = '';

/** Lines come many in a millisecond, and a text for each would take a third of the time of a line. */
const isoOf = (time: number): string => {
  const whole = Math.floor(time);
  if (whole !== lastTime) {
    lastTime = whole;
    lastText = new Date(Math.abs(whole) <= LATEST ? whole : 0).toISOString();
  }
  return lastText;
};
