/** Returns the value of a variable, or undefined if it is not set. */
export type Lookup = (name: string) => string | undefined;

type TemplateError =
  | { readonly kind: 'invalid'; readonly text: string }
  | { readonly kind: 'required'; readonly name: string; readonly message: string };

interface FilledTemplate {
  readonly text: string;
  /** Variables that are not set and have no default: they became empty text. */
  readonly unset: readonly string[];
  readonly error: TemplateError | null;
}

/**
 * Compose's interpolation: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`,
 * `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`, nested in defaults too; `$$` is a dollar. With the colon an
 * empty variable counts as unset. Any other dollar is an error.
 *
 * @example fillTemplate('${HOST:-db}:$PORT', (name) => ({ PORT: '5432' })[name]).text // 'db:5432'
 */
export const fillTemplate = (template: string, lookup: Lookup): FilledTemplate => {
  const unset: string[] = [];
  try {
    return { text: fill(template, { lookup, unset, depth: 0 }), unset, error: null };
  } catch (error) {
    if (error instanceof Unfillable) return { text: template, unset, error: error.problem };
    throw error;
  }
};

/**
 * Limit of nested defaults, deeper than anybody writes by hand: a file of dollars and braces must not exhaust the
 * stack.
 */
const DEEPEST = 50;

/** Leaves a line from within nested defaults; never thrown out of this file. */
class Unfillable extends Error {
  readonly problem: TemplateError;

  constructor(problem: TemplateError) {
    super(problem.kind);
    this.problem = problem;
  }
}

interface Filling {
  readonly lookup: Lookup;
  readonly unset: string[];
  readonly depth: number;
}

const fill = (template: string, filling: Filling): string => {
  let text = '';
  for (let at = 0; ; ) {
    const dollar = template.indexOf('$', at);
    if (dollar === -1) return text + template.slice(at);
    text += template.slice(at, dollar);
    const [value, end] = reference(template, dollar, filling);
    text += value;
    at = end;
  }
};

/** Value of the reference at a dollar, and the index behind it. */
const reference = (template: string, dollar: number, filling: Filling): readonly [string, number] => {
  if (template.charAt(dollar + 1) === '$') return ['$', dollar + 2];
  const name = /^[_a-z][_a-z0-9]*/i.exec(template.slice(dollar + 1))?.[0];
  if (name !== undefined) return [plainValue(name, filling), dollar + 1 + name.length];
  const end = template.charAt(dollar + 1) === '{' ? closingBrace(template, dollar) : -1;
  if (end === -1) throw new Unfillable({ kind: 'invalid', text: template.slice(dollar, dollar + 12) });
  return [braced(template.slice(dollar + 2, end), filling), end + 1];
};

/** Index of the closing brace, or -1 if there is none. */
const closingBrace = (template: string, dollar: number): number => {
  let open = 0;
  for (let at = dollar; at < template.length; at++) {
    if (template.startsWith('${', at)) open += 1;
    else if (template.charAt(at) === '}') open -= 1;
    if (open === 0 && at > dollar) return at;
  }
  return -1;
};

const braced = (inside: string, filling: Filling): string => {
  const parts = /^([_a-z][_a-z0-9]*)(?:(:?)([-?+])([\s\S]*))?$/i.exec(inside);
  if (parts === null || filling.depth === DEEPEST) {
    throw new Unfillable({ kind: 'invalid', text: `\${${inside}}` });
  }
  const [, name = '', colon = '', operator, word = ''] = parts;
  if (operator === undefined) return plainValue(name, filling);
  const value = filling.lookup(name);
  const isSet = value !== undefined && (colon === '' || value !== '');
  const filled = (): string => fill(word, { ...filling, depth: filling.depth + 1 });
  if (operator === '+') return isSet ? filled() : '';
  if (isSet) return value;
  if (operator === '-') return filled();
  throw new Unfillable({ kind: 'required', name, message: filled() });
};

const plainValue = (name: string, { lookup, unset }: Filling): string => {
  const value = lookup(name);
  if (value === undefined) unset.push(name);
  return value ?? '';
};
