import { LineMistake, quoted } from './line-mistake.ts';
import { LineScanner } from './line-scanner.ts';
import { type ExpositionFormat, type Metadata, type MetricType, TYPES } from './sample.ts';

const METADATA = /^[ \t]*#[ \t]+(HELP|TYPE|UNIT)[ \t]+(.*)$/s;

/** What a line that begins with `#` says of a family; `null`: it is a comment. */
export const parseMetadata = (line: string, format: ExpositionFormat): Metadata | null => {
  const [, word, rest = ''] = METADATA.exec(line) ?? [];
  if (word === undefined || (word === 'UNIT' && format === 'text')) return null;
  const scanner = new LineScanner(rest);
  const family = scanner.quotedText() ?? scanner.name();
  if (family === '') throw new LineMistake(`${word} is of no metric: ${quoted(rest)}`);
  scanner.skipBlanks();
  const said = { family, type: null, help: null, unit: null };
  if (word === 'TYPE') return { ...said, type: typeOf(scanner.rest.trimEnd()) };
  return word === 'UNIT' ? { ...said, unit: scanner.rest } : { ...said, help: unescaped(scanner.rest) };
};

const typeOf = (text: string): MetricType => {
  const found = text === 'untyped' ? 'unknown' : TYPES.find((type) => type === text);
  if (found === undefined) throw new LineMistake(`${quoted(text)} is no type of a metric`);
  return found;
};

const unescaped = (text: string): string =>
  text.replace(/\\([n\\"])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
