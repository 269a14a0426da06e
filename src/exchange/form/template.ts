/**
 * Text of a source with variables, as Compose and process-compose interpolate them, or with ports and volumes of the
 * pod.
 */
export class Template {
  readonly parts: readonly Part[];
  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }
}

export type Part = string | VariablePart | PortPart | VolumePart | FilePart;

export interface VariablePart {
  readonly kind: 'variable';
  readonly name: string;
  /** Operator between name and `word`; empty for a plain `${NAME}`. */
  readonly operator: '' | ':-' | '-' | ':?' | '?' | ':+' | '+';
  readonly word: Template;
}

export interface VolumePart {
  readonly kind: 'volume';
  readonly name: string;
}

/** The path of a file of the process itself. */
export interface FilePart {
  readonly kind: 'file';
  readonly name: string;
}

export interface PortPart {
  readonly kind: 'port';
  readonly process: string;
  readonly port: string;
}

/** A variable with a function that a config cannot express, as in `${NAME,,}`. */
export class UnknownInterpolation extends Error {}

/**
 * Reads `$NAME`, `${NAME}`, `${NAME:-default}` and similar forms, also nested; `$$` is a dollar.
 *
 * @throws {UnknownInterpolation}
 */
export const parseTemplate = (text: string): Template => {
  const reader = new Reader(text);
  return new Template(reader.partsUntil(null));
};

/** Returns the text if there is nothing to interpolate, else null. */
export const plainText = ({ parts }: Template): string | null =>
  parts.every((part) => typeof part === 'string') ? parts.join('') : null;

const OPERATORS = [':-', ':?', ':+', '-', '?', '+'] as const;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  partsUntil(end: '}' | null): Part[] {
    const parts: Part[] = [];
    let literal = '';
    while (this.#at < this.#text.length && this.#text[this.#at] !== end) {
      const part = this.#next();
      if (typeof part === 'string') literal += part;
      else {
        if (literal !== '') parts.push(literal);
        parts.push(part);
        literal = '';
      }
    }
    return literal === '' ? parts : [...parts, literal];
  }

  #next(): Part {
    if (this.#take('$$')) return '$';
    if (this.#take('${')) return this.#braced();
    if (this.#text[this.#at] !== '$') return this.#character();
    const name = /^\$(\w+)/.exec(this.#text.slice(this.#at))?.[1];
    if (name === undefined || /^\d/.test(name)) return this.#character();
    this.#at += name.length + 1;
    return { kind: 'variable', name, operator: '', word: new Template([]) };
  }

  #braced(): VariablePart {
    const name = /^[A-Za-z_]\w*/.exec(this.#text.slice(this.#at))?.[0];
    if (name === undefined) throw this.#unknown();
    this.#at += name.length;
    const operator = OPERATORS.find((candidate) => this.#take(candidate)) ?? '';
    const word = new Template(operator === '' ? [] : this.partsUntil('}'));
    if (!this.#take('}')) throw this.#unknown();
    return { kind: 'variable', name, operator, word };
  }

  #take(expected: string): boolean {
    const is = this.#text.startsWith(expected, this.#at);
    if (is) this.#at += expected.length;
    return is;
  }

  #character(): string {
    return this.#text[this.#at++] ?? '';
  }

  #unknown(): UnknownInterpolation {
    return new UnknownInterpolation(
      `'${this.#text}' has a variable in a form that a config does not support`,
    );
  }
}
