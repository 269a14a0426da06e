import type { ReceivedLine } from '../received-line.ts';
import { listAt, malformed, parseJson, recordAt, textAt } from '../refusal.ts';
import { severityOf } from '../severity.ts';

/**
 * The lines of a push request of Loki's, as JSON: `{ streams: [{ stream, values: [[nanoseconds, line, metadata]] }] }`.
 *
 * @throws Refusal that names the field.
 */
export const readLoki = (body: string): readonly ReceivedLine[] => {
  const { streams } = recordAt(parseJson(body, 'The body'), 'The body');
  return listAt(streams, 'streams').flatMap((stream, index) => linesOf(stream, `streams[${index}]`));
};

const linesOf = (value: unknown, at: string): readonly ReceivedLine[] => {
  const { stream, values } = recordAt(value, at);
  const labels = textsAt(stream, `${at}.stream`);
  return listAt(values, `${at}.values`).map((each, index) => lineOf(each, labels, `${at}.values[${index}]`));
};

const lineOf = (value: unknown, labels: Readonly<Record<string, string>>, at: string): ReceivedLine => {
  const [time, line, metadata = {}] = listAt(value, at);
  const digits = textAt(time, `${at}[0]`);
  if (!/^\d{1,19}$/.test(digits)) throw malformed(`${at}[0]`, 'a number of nanoseconds, as a string');
  const { severity, level, detected_level: detected, ...more } = textsAt(metadata, `${at}[2]`);
  return {
    time: Number(digits.slice(0, -6)) + Number(digits.slice(-6)) / 1e6,
    severity: Number(severity) || severityOf(severity ?? level ?? labels['level'] ?? detected),
    body: textAt(line, `${at}[1]`),
    fields: { ...labels, ...more },
  };
};

const textsAt = (value: unknown, at: string): Readonly<Record<string, string>> => {
  const record = recordAt(value, at);
  for (const [name, text] of Object.entries(record)) textAt(text, `${at}.${name}`);
  return record as Readonly<Record<string, string>>;
};
