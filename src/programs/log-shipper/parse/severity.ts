/** The first of each range of OpenTelemetry's severity numbers. */
const BY_WORD: Readonly<Record<string, number>> = {
  trace: 1,
  verbose: 1,
  silly: 1,
  debug: 5,
  info: 9,
  information: 9,
  log: 9,
  http: 9,
  notice: 10,
  warn: 13,
  warning: 13,
  error: 17,
  err: 17,
  crit: 18,
  critical: 18,
  alert: 19,
  emerg: 21,
  panic: 21,
  fatal: 21,
};

/** Of a level's name, or of a number as pino and bunyan write it (30 is info). 0: it is none. */
export const severityOf = (level: unknown): number => {
  if (typeof level === 'string') return BY_WORD[level.toLowerCase()] ?? 0;
  if (typeof level !== 'number' || !(level >= 10 && level <= 60)) return 0;
  return 1 + 4 * (Math.floor(level / 10) - 1);
};

/** Of syslog's severities, from 0 (emergency) to 7 (debug). */
export const ofSyslog = (severity: number): number => [21, 19, 18, 17, 13, 10, 9, 5][severity] ?? 0;

/** Of the status of an answer. */
export const ofStatus = (status: number): number => (status >= 500 ? 17 : status >= 400 ? 13 : 9);
