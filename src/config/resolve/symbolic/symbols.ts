/** A value that the format of another tool names in its own way, and that is known only when a pod starts. */
export type ConfigSymbol =
  | { readonly is: 'port'; readonly process: string; readonly port: string }
  /** The host at which others reach a port. In a URL, an IPv6 address stands in brackets, which are not part of it. */
  | { readonly is: 'host'; readonly process: string; readonly port: string; readonly isIpv6: boolean }
  | { readonly is: 'volume'; readonly volume: string }
  /** The folder that has a folder for the files of each process, by its name. */
  | { readonly is: 'files' }
  | {
      readonly is: 'variable';
      readonly name: string;
      /** The app whose env files set it; `null`: the pod's do, or the environment. */
      readonly app: string | null;
      /** Takes the place of a variable that is not set; `null`: it has to be set. */
      readonly fallback: string | null;
    }
  /** The folder of the config: paths are relative to it. */
  | { readonly is: 'folder' };

/** Text with symbols in it. */
export class SymbolicText {
  readonly parts: readonly (string | ConfigSymbol)[];

  constructor(parts: readonly (string | ConfigSymbol)[]) {
    this.parts = parts;
  }
}

/** A number that a symbol stands for. */
export class SymbolicNumber {
  readonly symbol: ConfigSymbol;

  constructor(symbol: ConfigSymbol) {
    this.symbol = symbol;
  }
}

/** A regular expression with symbols in its source. */
export class SymbolicPattern {
  readonly source: SymbolicText;
  readonly flags: string;

  constructor(source: SymbolicText, flags: string) {
    this.source = source;
    this.flags = flags;
  }
}

/** The same data, with symbols wherever a text, a number or a pattern can have them. */
export type Symbolic<Value> = Value extends string
  ? string extends Value
    ? Value | SymbolicText
    : Value
  : Value extends number
    ? number extends Value
      ? Value | SymbolicNumber
      : Value
    : Value extends RegExp
      ? Value | SymbolicPattern
      : Value extends ReadonlyMap<infer Key, infer Inner>
        ? ReadonlyMap<Key, Symbolic<Inner>>
        : Value extends object
          ? { readonly [Key in keyof Value]: Symbolic<Value[Key]> }
          : Value;
