/** An SGR sequence that sets a character's style from scratch; '' is plain. */
export type Style = string;

export const RESET = '\u001b[0m';

/** SGR parameters that are switches, with the parameter that turns them off. At most one of each group is on. */
const GROUPS: ReadonlyArray<{ readonly on: readonly number[]; readonly off: number }> = [
  { on: [1, 2], off: 22 },
  { on: [3], off: 23 },
  { on: [4, 21], off: 24 },
  { on: [5, 6], off: 25 },
  { on: [7], off: 27 },
  { on: [9], off: 29 },
];

/**
 * The style that a run of SGR sequences adds up to. It stays short whatever a line contains: repeated or unknown
 * sequences leave nothing behind.
 */
export class SgrState {
  readonly #switches = new Set<number>();
  #foreground = '';
  #background = '';

  /** Applies the parameters of one sequence: the text between `ESC [` and `m`. */
  apply(parameters: string): void {
    const numbers = parameters.split(/[;:]/).map((part) => (part === '' ? 0 : Number(part)));
    for (let at = 0; at < numbers.length; ) at += this.#take(numbers, at);
  }

  get style(): Style {
    const parts = [...this.#switches, this.#foreground, this.#background].filter((part) => part !== '');
    return parts.length === 0 ? '' : `\u001b[${parts.join(';')}m`;
  }

  /** Applies one parameter; returns the number of parameters used. */
  #take(numbers: readonly number[], at: number): number {
    const code = numbers[at] ?? 0;
    if (code === 38 || code === 48) return this.#takeColor(numbers, at);
    if (code === 0) this.#reset();
    else if (code === 39 || isBasic(code, 30)) this.#foreground = code === 39 ? '' : String(code);
    else if (code === 49 || isBasic(code, 40)) this.#background = code === 49 ? '' : String(code);
    else this.#switch(code);
    return 1;
  }

  #takeColor(numbers: readonly number[], at: number): number {
    const length = numbers[at + 1] === 5 ? 3 : numbers[at + 1] === 2 ? 5 : 1;
    const color = numbers.slice(at, at + length);
    if (length === 1 || color.length < length) return numbers.length - at;
    if (numbers[at] === 38) this.#foreground = color.join(';');
    else this.#background = color.join(';');
    return length;
  }

  #switch(code: number): void {
    for (const { on, off } of GROUPS) {
      if (code === off) for (const other of on) this.#switches.delete(other);
      if (on.includes(code)) this.#switches.add(code);
    }
  }

  #reset(): void {
    this.#switches.clear();
    this.#foreground = '';
    this.#background = '';
  }
}

/** The eight colors from `base`, and the bright ones 60 above. */
const isBasic = (code: number, base: number): boolean =>
  (code >= base && code <= base + 7) || (code >= base + 60 && code <= base + 67);
