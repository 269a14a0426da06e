import { aroundReferences } from '../references.ts';

/** A word of nginx's in which nothing has a meaning. nginx has no way to write a `$` but a variable that is one. */
export const quoted = (text: string): string => {
  const written = aroundReferences(text, (part) =>
    part.replaceAll(/["\\]/g, '\\$&').replaceAll('$', '${dollar}'),
  );
  return `"${written}"`;
};

/** A word with variables in it. */
export const withVariables = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** A regular expression, in which a `$` is the end and a backslash stays one. */
export const expression = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

export interface Block {
  readonly head: string;
  readonly lines: Lines;
}

/** Statements and blocks; `null`: none. */
export type Lines = readonly (string | Block | null)[];

export const block = (head: string, lines: Lines): Block => ({ head, lines });

export const written = (lines: Lines, indent = ''): string =>
  lines
    .filter((line) => line !== null)
    .map((line) =>
      typeof line === 'string'
        ? `${indent}${line};`
        : `${indent}${line.head} {\n${written(line.lines, `${indent}  `)}\n${indent}}`,
    )
    .join('\n');

/** Milliseconds, or none: nginx has no word for none but a long time. */
export const time = (milliseconds: number): string => (milliseconds === 0 ? '24d' : `${milliseconds}ms`);

/** A header of the request as a variable. */
export const headerVariable = (name: string): string => `$http_${name.toLowerCase().replaceAll('-', '_')}`;
