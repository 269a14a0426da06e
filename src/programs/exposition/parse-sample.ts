import { LineMistake, quoted } from './line-mistake.ts';
import { LineScanner } from './line-scanner.ts';
import { parseMilliseconds, parseSeconds, parseValue } from './parse-number.ts';
import type { Exemplar, ExpositionFormat, Labels, Sample } from './sample.ts';

/** Reads `name{label="value"} value timestamp # {label="value"} value timestamp`, of which most is optional. */
export const parseSample = (line: string, format: ExpositionFormat): Omit<Sample, 'family'> => {
  const scanner = new LineScanner(line);
  scanner.skipBlanks();
  const series = parseSeries(scanner);
  scanner.skipBlanks();
  const value = parseValue(scanner.word());
  scanner.skipBlanks();
  const timestamp = parseTimestamp(scanner, format);
  scanner.skipBlanks();
  const exemplar = format === 'openmetrics' ? parseExemplar(scanner) : null;
  if (!scanner.isAtEnd) throw new LineMistake(`it goes on after its end: ${quoted(scanner.rest)}`);
  return { ...series, value, timestamp, exemplar };
};

const parseSeries = (scanner: LineScanner): Pick<Sample, 'name' | 'labels'> => {
  const plain = scanner.name();
  scanner.skipBlanks();
  if (!scanner.take('{')) {
    if (plain === '') throw new LineMistake(`it begins with no name: ${quoted(scanner.rest)}`);
    return { name: plain, labels: new Map() };
  }
  const { quotedName, labels } = parseLabels(scanner);
  if (plain !== '' && quotedName !== null) throw new LineMistake('it names its metric twice');
  const name = plain === '' ? quotedName : plain;
  if (name === null || name === '') throw new LineMistake('it has no name');
  return { name, labels };
};

interface Braces {
  /** Names with other characters than letters, digits and underscores stand between the labels, in quotes. */
  readonly quotedName: string | null;
  readonly labels: Labels;
}

const parseLabels = (scanner: LineScanner): Braces => {
  const labels = new Map<string, string>();
  let quotedName: string | null = null;
  for (;;) {
    scanner.skipBlanks();
    if (scanner.take('}')) return { quotedName, labels };
    const quotedText = scanner.quotedText();
    const name = quotedText ?? scanner.labelName();
    scanner.skipBlanks();
    if (scanner.take('=')) addLabel(labels, name, scanner);
    else if (quotedText === null || quotedName !== null)
      throw new LineMistake(`a label needs a = in place of ${quoted(scanner.rest)}`);
    else quotedName = quotedText;
    scanner.skipBlanks();
    if (scanner.take(',')) continue;
    scanner.expect('}', 'the end of the labels');
    return { quotedName, labels };
  }
};

const addLabel = (labels: Map<string, string>, name: string, scanner: LineScanner): void => {
  scanner.skipBlanks();
  const value = scanner.quotedText();
  if (name === '') throw new LineMistake('a label has no name');
  if (name === '__name__') throw new LineMistake('it names its metric twice');
  if (value === null) throw new LineMistake(`the value of label ${quoted(name)} has no quotes`);
  if (labels.has(name)) throw new LineMistake(`it has two labels ${quoted(name)}`);
  labels.set(name, value);
};

const parseTimestamp = (scanner: LineScanner, format: ExpositionFormat): number | null => {
  if (scanner.isAtEnd || scanner.rest.startsWith('#')) return null;
  return format === 'text' ? parseMilliseconds(scanner.word()) : parseSeconds(scanner.word());
};

const parseExemplar = (scanner: LineScanner): Exemplar | null => {
  if (!scanner.take('#')) return null;
  scanner.skipBlanks();
  scanner.expect('{', 'an exemplar');
  const { quotedName, labels } = parseLabels(scanner);
  if (quotedName !== null) throw new LineMistake('an exemplar has no name');
  scanner.skipBlanks();
  const value = parseValue(scanner.word());
  scanner.skipBlanks();
  const timestamp = scanner.isAtEnd ? null : parseSeconds(scanner.word());
  return { labels, value, timestamp };
};
