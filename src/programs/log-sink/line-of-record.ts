import { timeOf } from './http/time-of.ts';
import type { ReceivedLine } from './received-line.ts';
import { severityOf } from './severity.ts';

const BODIES = ['message', 'msg', 'body', 'log'];
const TIMES = ['timestamp', '@timestamp', 'time', 'date'];
const LEVELS = ['severity', 'level', 'log.level', 'severity_text'];

/** A line from an object with the names that loggers use. All else becomes its fields. `now`: its time if it says none. */
export const lineOfRecord = (record: Readonly<Record<string, unknown>>, now: number): ReceivedLine => {
  const body = BODIES.find((name) => typeof record[name] === 'string');
  const time = TIMES.find((name) => timeOf(record[name]) !== null);
  const level = LEVELS.find((name) => numberOf(record[name]) > 0);
  const taken = [body, time, level];
  const rest = Object.entries(record).filter(([name]) => !taken.includes(name));
  return {
    time: (time === undefined ? null : timeOf(record[time])) ?? now,
    severity: level === undefined ? 0 : numberOf(record[level]),
    // An object without a text is a line all the same.
    body: body === undefined ? JSON.stringify(record) : (record[body] as string),
    fields: body === undefined ? {} : Object.fromEntries(rest),
  };
};

const numberOf = (value: unknown): number => {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return Number.isInteger(number) && Number(number) >= 1 && Number(number) <= 24
    ? Number(number)
    : severityOf(value);
};
