import { fillTemplate, type Lookup } from './env-template.ts';
import type { EnvFileError } from './failures/config-problem.ts';

/** A line that is read, but maybe not as its writer meant it. */
export type EnvFileRemark = { readonly line: number; readonly name: string } & (
  | { readonly kind: 'comment'; readonly cut: string }
  | { readonly kind: 'hash-kept' }
  | { readonly kind: 'after-quote'; readonly text: string }
  | { readonly kind: 'inner-quote' }
  | { readonly kind: 'backticks' }
  | { readonly kind: 'swallowed-line'; readonly swallowed: number }
  | { readonly kind: 'unset-variable'; readonly variable: string }
  | { readonly kind: 'no-value' }
  | { readonly kind: 'set-twice'; readonly first: number }
);

export interface ParsedEnvFile {
  /** Values in the order of the file. The last of two lines for one name wins. */
  readonly values: Readonly<Record<string, string>>;
  readonly remarks: readonly EnvFileRemark[];
  /** The error that stopped the reading, or null if the whole file was read. */
  readonly error: EnvFileError | null;
}

/**
 * Reads an env file in Docker Compose's dialect (compose-go's `dotenv`): `NAME=value`, `NAME: value`, an optional
 * `export`, comments after ` #`, single quotes for text as it is, double quotes for text with escapes, quoted values
 * over several lines, and `$NAME`, `${NAME:-default}` outside of single quotes. A name alone takes its value from
 * `inherited`. Where a value refers to a variable, `inherited` wins over lines above it, and these over `earlier` files.
 *
 * @example parseEnvFile('HOST=db\nURL=pg://$HOST', {}).values // { HOST: 'db', URL: 'pg://db' }
 */
export const parseEnvFile = (text: string, inherited: Variables, earlier: Variables = {}): ParsedEnvFile =>
  new EnvFileReader(text, inherited, earlier).read();

export type Variables = Readonly<Record<string, string | null | undefined>>;

const QUOTES = ['"', "'"];
/** Characters that Compose skips between the words of a line, apart from line breaks. */
const BLANK = /[\t\v\f\r \u0085\u00a0]/;
const NAME = /^[\p{L}\p{N}_.\-[\]]+$/u;
/** Matches a line that assigns a variable, unless it is inside a value. */
const ASSIGNMENT = /^\s*(?:export\s+)?[A-Za-z_]\w*=/;

/** Reads the text in one pass. A line with an error ends it. */
class EnvFileReader {
  readonly #text: string;
  readonly #inherited: Variables;
  readonly #earlier: Variables;
  readonly #values = new Map<string, string>();
  readonly #setAt = new Map<string, number>();
  readonly #remarks: EnvFileRemark[] = [];
  #at = 0;
  #line = 1;
  #error: EnvFileError | null = null;

  constructor(text: string, inherited: Variables, earlier: Variables) {
    this.#text = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
    this.#inherited = inherited;
    this.#earlier = earlier;
  }

  read(): ParsedEnvFile {
    while (this.#error === null && this.#toNextStatement()) this.#statement();
    return { values: Object.fromEntries(this.#values), remarks: this.#remarks, error: this.#error };
  }

  /** Moves to the next statement; returns false at the end of the file. */
  #toNextStatement(): boolean {
    for (; this.#at < this.#text.length; ) {
      const char = this.#text.charAt(this.#at);
      if (char === '#') this.#take(this.#restOfLine());
      else if (/\s|\u0085/.test(char)) this.#take(char);
      else return true;
    }
    return false;
  }

  #statement(): void {
    const line = this.#restOfLine();
    const exported = /^export\s+(?=\S)/.exec(line)?.[0] ?? '';
    const declaration = line.slice(exported.length);
    const separator = declaration.search(/[=:]/);
    const name = (separator === -1 ? declaration : declaration.slice(0, separator)).trimEnd();
    if (!NAME.test(name)) this.#error = { kind: 'bad-name', line: this.#line, text: line.trim() };
    else if (separator === -1) this.#inheritedVariable(name, line);
    else {
      this.#take(exported + declaration.slice(0, separator + 1));
      this.#assignment(name);
    }
  }

  #inheritedVariable(name: string, line: string): void {
    const value = own(this.#inherited, name);
    if (value === undefined) this.#remark({ kind: 'no-value', line: this.#line, name });
    else this.#values.set(name, value);
    this.#take(line);
  }

  #assignment(name: string): void {
    this.#take(leading(this.#restOfLine()));
    const first = this.#setAt.get(name);
    if (first !== undefined) this.#remark({ kind: 'set-twice', line: this.#line, name, first });
    this.#setAt.set(name, this.#line);
    const value = QUOTES.includes(this.#text.charAt(this.#at)) ? this.#quoted(name) : this.#plain(name);
    if (value !== null) this.#values.set(name, value);
  }

  #plain(name: string): string | null {
    const line = this.#line;
    const rest = this.#restOfLine();
    const comment = rest.indexOf(' #');
    const value = (comment === -1 ? rest : rest.slice(0, comment)).trimEnd();
    this.#remarkPlain(name, value, comment === -1 ? '' : rest.slice(comment + 1).trimEnd());
    this.#take(rest);
    return this.#filled(value, name, line);
  }

  #remarkPlain(name: string, value: string, comment: string): void {
    const line = this.#line;
    // A comment of several words is clearly one; `a #b` may have been meant as a value.
    if (/^#\S+$/.test(comment)) this.#remark({ kind: 'comment', line, name, cut: comment });
    if (value.includes('#')) this.#remark({ kind: 'hash-kept', line, name });
    if (/^`.*`$/.test(value)) this.#remark({ kind: 'backticks', line, name });
    if (/^\S+\s*(["']).*\1$/.test(value)) this.#remark({ kind: 'inner-quote', line, name });
  }

  #quoted(name: string): string | null {
    const line = this.#line;
    const quote = this.#text.charAt(this.#at);
    const end = this.#closing(quote);
    if (end === -1) {
      this.#error = { kind: 'unclosed-quote', line, name };
      return null;
    }
    const inside = this.#text.slice(this.#at + 1, end);
    this.#remarkSwallowed(name, inside);
    this.#take(this.#text.slice(this.#at, end + 1));
    this.#remarkAfterQuote(name);
    const value = inside.replaceAll(/\\([\s\S])/g, (pair, char: string) => (char === quote ? quote : pair));
    return quote === "'" ? value : this.#filled(withoutEscapes(value), name, line);
  }

  /** Index of the closing quote, or -1 if there is none. */
  #closing(quote: string): number {
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const char = this.#text.charAt(at);
      if (char === '\\') at += 1;
      else if (char === quote) return at;
    }
    return -1;
  }

  /** If a quote is missing, the value extends to the next quote in the file. */
  #remarkSwallowed(name: string, inside: string): void {
    const lines = inside.split('\n');
    const swallowed = lines.findIndex((line, index) => index > 0 && ASSIGNMENT.test(line));
    if (swallowed === -1) return;
    this.#remark({ kind: 'swallowed-line', line: this.#line, name, swallowed: this.#line + swallowed });
  }

  #remarkAfterQuote(name: string): void {
    const text = this.#restOfLine().trim();
    if (text !== '' && !text.startsWith('#')) {
      this.#remark({ kind: 'after-quote', line: this.#line, name, text });
    }
  }

  /** The value with its variables filled in, or null if that failed, which ends the file. */
  #filled(value: string, name: string, line: number): string | null {
    const filled = fillTemplate(value, this.#lookup);
    for (const variable of filled.unset) this.#remark({ kind: 'unset-variable', line, name, variable });
    if (filled.error === null) return filled.text;
    this.#error =
      filled.error.kind === 'required'
        ? { kind: 'required-variable', line, name: filled.error.name, message: filled.error.message }
        : { kind: 'bad-template', line, name, text: filled.error.text };
    return null;
  }

  readonly #lookup: Lookup = (name) =>
    own(this.#inherited, name) ?? this.#values.get(name) ?? own(this.#earlier, name);

  #remark(remark: EnvFileRemark): void {
    this.#remarks.push(remark);
  }

  #restOfLine(): string {
    const end = this.#text.indexOf('\n', this.#at);
    return this.#text.slice(this.#at, end === -1 ? undefined : end);
  }

  #take(text: string): void {
    this.#at += text.length;
    for (const char of text) if (char === '\n') this.#line += 1;
  }
}

const own = (variables: Variables, name: string): string | undefined =>
  Object.hasOwn(variables, name) ? (variables[name] ?? undefined) : undefined;

const leading = (text: string): string => {
  let end = 0;
  while (end < text.length && BLANK.test(text.charAt(end))) end += 1;
  return text.slice(0, end);
};

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // The template reads `$$` as a dollar.
  $: '$$',
};

/** `\0123` is octal, as in POSIX `echo`. Unknown escapes stay as they are. */
const withoutEscapes = (text: string): string =>
  text.replace(/\\(?:([abfnrtv$"\\])|0([0-3][0-7]{2}))/g, (sequence, char?: string, octal?: string) => {
    if (char !== undefined) return ESCAPES[char] ?? sequence;
    return String.fromCharCode(Number.parseInt(octal ?? '', 8));
  });
