import type { Fields, Value } from '../form/found-pod.ts';
import { type Part, plainText, Template, type VariablePart } from '../form/template.ts';
import { type Dialect, withoutReferences } from '../form/without-references.ts';

/** Width of a line, less the usual width of the field's name before a value. */
const WIDTH = 90;

/** Returns TypeScript for a value that may hold references: a literal, or a function of the wiring. */
export const wiredSource = (value: Value, indent: number, dialect: Dialect = 'plain'): string => {
  const roots = new Set<string>();
  if (!needsFunction(value)) return source(value, { indent, dialect, roots: null });
  const body = source(value, { indent, dialect, roots });
  return `({ ${[...roots].toSorted().join(', ')} }) => ${body.startsWith('{') ? `(${body})` : body}`;
};

/** Returns TypeScript for a value without references. */
export const plainSource = (value: Value, indent: number): string =>
  source(value, { indent, dialect: null, roots: null });

export const quote = (text: string): string => {
  const json = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  if (!text.includes("'")) return `'${json}'`;
  return text.includes('"') ? `'${json.replaceAll("'", "\\'")}'` : `"${json}"`;
};

/** Text of several lines reads best as it is. */
const literal = (text: string): string =>
  MANY_LINES.test(text) && !CONTROL.test(text) && text.isWellFormed()
    ? `\`${inTemplate(text)}\``
    : quote(text);

const MANY_LINES = /[^\n]\n[^\n]/;
const CONTROL = /(?![\n\t])\p{Cc}/u;

export const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name));

interface Place {
  readonly indent: number;
  /** Dialect of strings, or null if they hold no references. */
  readonly dialect: Dialect | null;
  /** Roots of the wiring that are used; null outside a function of the wiring. */
  readonly roots: Set<string> | null;
}

const source = (value: Value | undefined, place: Place): string => {
  if (value instanceof RegExp) return String(value);
  if (value instanceof Template)
    return place.roots === null ? inString(value, place) : inCode(value, place.roots);
  if (typeof value === 'string') return literal(place.roots === null ? escaped(value, place.dialect) : value);
  if (typeof value !== 'object' || value === null) return String(value);
  // An element of a list is an argument or a path by itself, and never a shell line.
  const inside: Place = { ...place, dialect: place.dialect && 'plain', indent: place.indent + 2 };
  if (isList(value)) {
    const items = value.map((item) => source(item, inside));
    return folded('[', items, ']', place.indent);
  }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const written = fields.map(([name, field]) => `${key(name)}: ${source(field, inside)}`);
  return folded('{ ', written, ' }', place.indent);
};

const isList = (value: object): value is readonly Value[] => Array.isArray(value);

/** Writes a list on one line if it fits. */
export const folded = (open: string, items: readonly string[], close: string, indent: number): string => {
  if (items.length === 0) return `${open.trim()}${close.trim()}`;
  const line = `${open}${items.join(', ')}${close}`;
  if (!line.includes('\n') && indent + line.length < WIDTH) return line;
  const inner = items.map((item) => `${' '.repeat(indent + 2)}${item},\n`).join('');
  return `${open.trim()}\n${inner}${' '.repeat(indent)}${close.trim()}`;
};

const escaped = (text: string, dialect: Dialect | null): string =>
  dialect === null ? text : withoutReferences(text, dialect);

/** References in a string can be ports, and variables that have to be set. */
const needsFunction = (value: Value | undefined): boolean => {
  if (value instanceof Template) return value.parts.some((part) => isConditional(part));
  if (Array.isArray(value)) return value.some(needsFunction);
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return false;
  return Object.values(value as Fields).some(needsFunction);
};

const isConditional = (part: Part): boolean =>
  typeof part === 'object' && part.kind === 'variable' && part.operator !== '?' && part.operator !== ':?';

const inString = ({ parts }: Template, { dialect }: Place): string =>
  literal(
    parts
      .map((part) => {
        if (typeof part === 'string') return escaped(part, dialect);
        if (part.kind === 'port') return `\${ports.${part.process}.${part.port}}`;
        if (part.kind === 'file') return `\${files.${part.name}}`;
        return part.kind === 'volume' ? `\${volumes.${part.name}}` : `\${env.${part.name}}`;
      })
      .join(''),
  );

const inCode = (template: Template, roots: Set<string>): string => {
  const text = plainText(template);
  if (text !== null) return quote(text);
  const [only, ...more] = template.parts;
  if (more.length === 0 && typeof only === 'object' && only.kind === 'variable') return variable(only, roots);
  const inner = template.parts.map((part) =>
    typeof part === 'string' ? inTemplate(part) : `\${${expression(part, roots)}}`,
  );
  return `\`${inner.join('')}\``;
};

/** A carriage return would be read as a newline, and a dollar at the end could meet a brace that follows. */
const inTemplate = (text: string): string =>
  text.replace(/[\\`]|\$(?=\{|$)/g, '\\$&').replaceAll('\r', '\\r');

const expression = (part: Exclude<Part, string>, roots: Set<string>): string => {
  if (part.kind === 'variable') return variable(part, roots);
  if (part.kind === 'volume') {
    roots.add('volumes');
    return `volumes${member(part.name)}`;
  }
  if (part.kind === 'file') {
    roots.add('files');
    return `files${member(part.name)}`;
  }
  roots.add('ports');
  return `ports${member(part.process)}${member(part.port)}`;
};

const variable = ({ name, operator, word }: VariablePart, roots: Set<string>): string => {
  roots.add('env');
  const value = `env.${name}`;
  const other = (): string => (isSingleVariable(word) ? `(${inCode(word, roots)})` : inCode(word, roots));
  switch (operator) {
    case ':-':
      return `${value} || ${other()}`;
    case '-':
      return `${value} ?? ${other()}`;
    case ':+':
      return `${value} ? ${other()} : ''`;
    case '+':
      return `${value} === undefined ? '' : ${other()}`;
    case '?':
    case ':?':
      return `required(${value}, ${quote(name)})`;
    default:
      return `${value} ?? ''`;
  }
};

const isSingleVariable = ({ parts: [first, ...more] }: Template): boolean =>
  typeof first === 'object' && more.length === 0;

const member = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${quote(name)}]`);
