import { hostname } from 'node:os';
import { isoTime } from '../iso-time.ts';
import type { LogEntry, LogSource } from '../output.ts';

/** User-level messages. */
const FACILITY = 1;

/** Number of an enterprise that RFC 5612 keeps for examples: sidecarctl has none of its own. */
const ELEMENT = 'log@32473';

/** Names in a header have printable ASCII and no spaces. */
const nameOf = (text: string | undefined, most: number): string =>
  (text ?? '').replaceAll(/[^\x21-\x7e]/g, '_').slice(0, most) || '-';

const HOST = nameOf(hostname(), 255);

/** A message of RFC 5424, whose structured data says what the entry's fields say. */
export const syslogMessage = ({ time, severity, body, offset, source, parsed }: LogEntry): string => {
  const priority = FACILITY * 8 + syslogSeverity(severity);
  const { app, parameters } = partsOf(source);
  const more = parsed === null ? '' : parametersOf(parsed);
  return `<${priority}>1 ${isoTime(time)} ${HOST} ${app} - - [${ELEMENT}${parameters} offset="${offset}"${more}] ${body}`;
};

/** Severity of each number of OpenTelemetry's, by appendix B of its data model for logs: from `emerg`, 0, to `debug`, 7. */
const syslogSeverity = (severity: number): number => {
  if (severity === 0 || severity === 9) return 6;
  if (severity < 9) return 7;
  if (severity < 13) return 5;
  if (severity < 17) return 4;
  if (severity < 21) return [3, 2, 1, 1][severity - 17] ?? 3;
  return 0;
};

interface SourceParts {
  readonly app: string;
  readonly parameters: string;
}

const encoded = new WeakMap<LogSource, SourceParts>();

const partsOf = (source: LogSource): SourceParts => {
  const known = encoded.get(source);
  if (known !== undefined) return known;
  const { fields } = source;
  const parts = {
    app: nameOf(fields['process'] ?? fields['service.name'], 48),
    parameters: parametersOf(fields),
  };
  encoded.set(source, parts);
  return parts;
};

/** Names are cut to what RFC 5424 allows; a name that is there twice is allowed, too. */
const parametersOf = (fields: Readonly<Record<string, unknown>>): string => {
  let text = '';
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined && value !== null)
      text += ` ${name.replaceAll(/[^\x21-\x7e]|[="\]]/g, '_').slice(0, 32) || '_'}="${escaped(value)}"`;
  return text;
};

const escaped = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/["\\\]]/g, '\\$&');
