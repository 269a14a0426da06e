/** A line as it was received, whatever has brought it. */
export interface ReceivedLine {
  /** Milliseconds since 1970, with fractions. */
  readonly time: number;
  /** OpenTelemetry's number, from 1 to 24; 0 if it is not known. */
  readonly severity: number;
  readonly body: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What lines came by. */
export type Protocol = 'http' | 'loki' | 'elasticsearch' | 'otlp' | 'syslog' | 'forward';

export const PROTOCOLS: readonly Protocol[] = ['http', 'loki', 'elasticsearch', 'otlp', 'syslog', 'forward'];

/** The names under which the formats tell which process has written a line, the clearest one first. */
const PROCESS_FIELDS = ['process', 'process.name', 'service.name', 'service_name', 'app', 'job'];

/** The process that has written a line; `null` if nothing says so. */
export const processOf = (fields: Readonly<Record<string, unknown>>): string | null => {
  for (const name of PROCESS_FIELDS) {
    const value = fields[name];
    if (typeof value === 'string') return value;
  }
  return null;
};
