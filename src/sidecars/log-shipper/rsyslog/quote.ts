const NAMED: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\r', '\\r'],
]);

/** Of the other control characters no log has any use: a parameter cannot have them. */
const controlFor = (character: string): string => NAMED.get(character) ?? '?';

/** A text as a parameter, in which nothing has a meaning. */
const quotedParameter = (text: string): string =>
  `"${text.replaceAll(/[\\"]/g, '\\$&').replaceAll(/\p{Cc}/gu, controlFor)}"`;

/** A text in an expression, in which nothing has a meaning. There, a `$` begins a name, and it is an error in a parameter. */
export const quotedText = (text: string): string => quotedParameter(text).replaceAll('$', () => '\\$');

/** `name="value"` of each parameter that has a value, in one line. */
export const parameters = (all: Readonly<Record<string, string | number | null>>): string =>
  Object.entries(all)
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${quotedParameter(String(value))}`]))
    .join(' ');
