import { type Level, levelNamed } from './level.ts';

/** A line that a program has written for other programs: JSON or logfmt. */
export interface LogRecord {
  /** As it was written: a text, or seconds or milliseconds since 1970. */
  readonly time: string | number | null;
  readonly level: Level | null;
  readonly message: string;
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>;
  /** A stack of several lines. */
  readonly stack: readonly string[];
}

const TIMES = ['time', 'timestamp', 'ts', '@timestamp', 'datetime', 'date', 't'];
const NAMES_OF_LEVEL = ['level', 'lvl', 'severity', 'loglevel', 'log.level'];
const MESSAGES = ['msg', 'message', '@message', 'event', 'body', 'text'];
const STACKS = ['stack', 'stacktrace', 'stack_trace', 'exception', 'error.stack_trace'];
const MOST_READ = 16 * 1024;

/** Reads a line; null if it is neither. */
export const recordOf = (line: string): LogRecord | null => {
  const text = line.trim();
  if (text.length > MOST_READ) return null;
  const values = text.startsWith('{') && text.endsWith('}') ? jsonValues(text) : logfmtValues(text);
  return values === null ? null : toRecord(values);
};

type Values = Map<string, unknown>;

const jsonValues = (text: string): Values | null => {
  try {
    return new Map(Object.entries(JSON.parse(text) as object));
  } catch {
    return null;
  }
};

const PAIR = /([A-Za-z_@][\w.@/-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)/y;

/** At least two pairs, and nothing else, one of them a level or a message. */
const logfmtValues = (text: string): Values | null => {
  const values: Values = new Map();
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < text.length) {
    const [, name, value] = PAIR.exec(text) ?? [];
    if (name === undefined || value === undefined) return null;
    values.set(name, value.startsWith('"') ? unquoted(value) : value);
  }
  const isLog = [...NAMES_OF_LEVEL, ...MESSAGES].some((name) => values.has(name));
  return values.size > 1 && isLog ? values : null;
};

const unquoted = (value: string): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    return value.slice(1, -1);
  }
};

const toRecord = (values: Values): LogRecord => {
  const time = take(values, TIMES, (value) => typeof value === 'string' || typeof value === 'number');
  const level = take(values, NAMES_OF_LEVEL, (value) => levelNamed(value as string) !== null);
  const message = take(values, MESSAGES, (value) => typeof value === 'string');
  const stack = takeStack(values);
  return {
    time: (time as string | number | undefined) ?? null,
    level: level === undefined ? null : levelNamed(level as string),
    message: (message as string | undefined) ?? '',
    fields: [...values].map(([name, value]) => [name, textOf(value)]),
    stack,
  };
};

/** Removes the first of these fields that is there and is of the right kind. */
const take = (values: Values, names: readonly string[], fits: (value: unknown) => boolean): unknown => {
  const name = names.find((candidate) => values.has(candidate) && fits(values.get(candidate)));
  if (name === undefined) return undefined;
  const value = values.get(name);
  values.delete(name);
  return value;
};

/** A stack is a field, or part of an error: `err: { type, message, stack }`. */
const takeStack = (values: Values): readonly string[] => {
  const own = take(values, STACKS, (value) => typeof value === 'string');
  if (own !== undefined) return String(own).split('\n');
  for (const name of ['err', 'error', 'exc']) {
    const error = values.get(name);
    if (typeof error !== 'object' || error === null || !('stack' in error)) continue;
    const { stack, ...rest } = error;
    if (typeof stack !== 'string') continue;
    values.set(name, rest);
    return stack.split('\n');
  }
  return [];
};

const textOf = (value: unknown): string => {
  if (typeof value !== 'string') return JSON.stringify(value) ?? '';
  return value === '' || /[\s"=]/.test(value) ? JSON.stringify(value) : value;
};
