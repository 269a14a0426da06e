import { parameters } from './quote.ts';

type Fields = Readonly<Record<string, string>>;

/** What rsyslog calls a message's own time and text. */
const TIME = { name: 'timegenerated', dateFormat: 'rfc3339', 'date.inUTC': 'on' };
const OFFSET = '$!metadata!fileoffset';

const property = (all: Readonly<Record<string, string>>): string => `property(${parameters(all)})`;

/** A template takes the backslashes of a text for its own, once a parameter's are gone. */
const constant = (text: string): string =>
  `constant(${parameters({ value: text.replaceAll('\\', '\\\\') })})`;

const list = (name: string, lines: readonly string[]): string =>
  [`template(${parameters({ name, type: 'list' })}) {`, ...lines.map((line) => `  ${line}`), '}'].join('\n');

/** Names that a JSON object has for what every line has. */
export interface Names {
  readonly time: string;
  readonly offset: string;
  readonly file: string;
}

/** A JSON object for a line. The fields of the sidecar are the same for all. */
export const jsonTemplate = (template: string, names: Names, fields: Fields, end: string): string => {
  const own = new Set([names.time, 'message', names.offset]);
  const fixed = Object.entries(fields)
    .filter(([name]) => name !== names.file)
    .map(
      ([name, value]) =>
        `${JSON.stringify(own.has(name) ? `source.${name}` : name)}:${JSON.stringify(value)},`,
    );
  return list(template, [
    constant(`{"${names.time}":"`),
    property(TIME),
    constant('",'),
    property({ outname: 'message', name: 'msg', format: 'jsonf' }),
    constant(`,"${names.offset}":`),
    property({ name: OFFSET }),
    constant(`,${fixed.join('')}`),
    property({ outname: names.file, name: '$.file', format: 'jsonf' }),
    constant(`}${end}`),
  ]);
};

/** A message of RFC 5424: facility `user`, severity `info`, and the fields as structured data. */
export const syslogTemplate = (template: string, fields: Fields): string => {
  const parametersOf = Object.entries(fields).map(
    ([name, value]) => ` ${name.replaceAll(/[^\x21-\x7e]|[="\]]/g, '_').slice(0, 32)}="${escaped(value)}"`,
  );
  return list(template, [
    constant('<14>1 '),
    property(TIME),
    constant(' '),
    property({ name: 'hostname' }),
    constant(` ${appName(fields)} - - [log@32473${parametersOf.join('')} file="`),
    property({ name: '$.parameter' }),
    constant('" offset="'),
    property({ name: OFFSET }),
    constant('"] '),
    property({ name: 'msg' }),
  ]);
};

/** Sets `$.parameter` to the file as structured data has it. */
export const SET_PARAMETER = `set $.parameter = replace(replace(replace($.file, "\\\\", "\\\\\\\\"), "\\"", "\\\\\\""), "]", "\\\\]");`;

const escaped = (text: string): string => text.replaceAll(/["\\\]]/g, '\\$&');

const appName = (fields: Fields): string =>
  (fields['service.name'] ?? '').replaceAll(/[^\x21-\x7e]/g, '_').slice(0, 48) || '-';
