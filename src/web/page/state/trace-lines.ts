import type { LogEntry } from '../../../programs/telemetry/api.ts';
import type { PageLine } from './page-line.ts';

/** A log line of a trace, of whichever source. */
export interface TraceLine {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly source: string;
  readonly level: string;
  readonly text: string;
  readonly spanId: string | null;
}

/** Records of a trace that telemetry has, and lines of output that mention its id, by time. */
export const traceLines = (
  traceId: string,
  records: readonly LogEntry[],
  output: readonly PageLine[],
): readonly TraceLine[] => {
  const sent = records.map(lineOfRecord);
  const bodies = new Set(sent.map(({ text }) => text));
  const mentioned = output.filter(({ text }) => text.includes(traceId)).map(lineOfOutput);
  // Many loggers write what they send as well.
  const others = mentioned.filter(({ text }) => !bodies.has(text));
  return [...sent, ...others].sort((one, other) => one.time - other.time);
};

/** Names of OpenTelemetry's severities: four numbers each, from 1. */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

const lineOfRecord = ({ time, service, severity, severityText, body, spanId }: LogEntry): TraceLine => ({
  time,
  source: service,
  level: severityText === '' ? (LEVELS[Math.floor((severity - 1) / 4)] ?? '') : severityText,
  text: body,
  spanId,
});

const lineOfOutput = ({ time, process, text }: PageLine): TraceLine => ({
  time: Date.parse(time),
  source: process,
  level: '',
  text,
  spanId: null,
});
