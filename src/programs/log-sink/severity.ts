/** OpenTelemetry's ranges: each name has four numbers, and the first of them means the name alone. */
const NAMES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export type Level = (typeof NAMES)[number];

export const LEVELS: readonly Level[] = NAMES;

/** Words of other formats, syslog's among them. */
const WORDS: Readonly<Record<string, number>> = {
  ...{ trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 },
  ...{ informational: 9, information: 9, notice: 10, warning: 13, err: 17 },
  ...{ crit: 18, critical: 18, alert: 19, emerg: 21, emergency: 21, panic: 21 },
};

/** The number of a word such as `WARNING`; 0 for others. */
export const severityOf = (word: unknown): number =>
  typeof word === 'string' ? (WORDS[word.toLowerCase()] ?? 0) : 0;

/** The name of a number from 1 to 24; `null` for others. */
export const levelOf = (severity: number): Level | null => NAMES[Math.ceil(severity / 4) - 1] ?? null;

/** OpenTelemetry's number of each severity of syslog, from `emerg` to `debug`: appendix B of its data model for logs. */
const OF_SYSLOG: readonly number[] = [21, 19, 18, 17, 13, 10, 9, 5];

export const severityOfSyslog = (priority: number): number => OF_SYSLOG[priority & 7] ?? 0;
