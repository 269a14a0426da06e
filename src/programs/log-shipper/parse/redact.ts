import type { PatternOptions } from '../options.ts';

const INSTEAD = '[redacted]';

/** Replaces whatever matches one of the patterns. */
export type Redact = (text: string) => string;

/** `null`: nothing is redacted. */
export const redactor = (patterns: readonly PatternOptions[]): Redact | null => {
  if (patterns.length === 0) return null;
  const all = patterns.map(({ source, flags }) => new RegExp(source, `${flags.replaceAll(/[gy]/g, '')}g`));
  return (text) => all.reduce((left, pattern) => left.replace(pattern, INSTEAD), text);
};

/** Redacts every text in a value: what a line had escaped is only readable once it is parsed. */
export const redactedValue = (value: unknown, redact: Redact): unknown => {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((each) => redactedValue(each, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, redactedValue(each, redact)]));
};
