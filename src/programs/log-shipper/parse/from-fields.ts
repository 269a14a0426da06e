import type { Parsed } from './parsed.ts';
import { severityOf } from './severity.ts';
import { timeOf } from './time.ts';

/** Names that loggers give to the message, the time and the level; the first one that is there counts. */
export const MESSAGE = ['message', 'msg'] as const;
export const TIME = ['time', 'timestamp', '@timestamp', 'ts'] as const;
export const LEVEL = ['level', 'severity', 'lvl'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Finds message, time and severity among the fields of a line. The message leaves them, and becomes the body. */
export const fromFields = (fields: Fields): Parsed => {
  const named = MESSAGE.find((name) => typeof fields[name] === 'string');
  const time = TIME.find((name) => fields[name] !== undefined);
  const level = LEVEL.find((name) => fields[name] !== undefined);
  return {
    body: named === undefined ? null : (fields[named] as string),
    time: time === undefined ? null : timeOf(fields[time]),
    severity: level === undefined ? 0 : severityOf(fields[level]),
    fields: named === undefined ? fields : without(fields, named),
  };
};

const without = (fields: Fields, name: string): Fields => {
  const { [name]: _, ...others } = fields;
  return others;
};
