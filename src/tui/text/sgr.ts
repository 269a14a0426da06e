/** What a terminal is told of a character's looks, as one sequence from nothing: '' is plain. */
export type Style = string;

export const RESET = '\u001b[0m';

/** SGR parameters that are switches, with what they switch; of each group at most one is on. */
const GROUPS: ReadonlyArray<{ readonly on: readonly number[]; readonly off: number }> = [
  { on: [1, 2], off: 22 },
  { on: [3], off: 23 },
  { on: [4, 21], off: 24 },
  { on: [5, 6], off: 25 },
  { on: [7], off: 27 },
  { on: [9], off: 29 },
];

/**
 * The looks that a run of SGR sequences adds up to. Whatever a line says, the style of a character stays short: a
 * sequence that only repeats or is unknown leaves nothing behind.
 */
export class SgrState {
  readonly #switches = new Set<number>();
  #foreground = '';
  #background = '';

  /** Of one sequence: what stands between `ESC [` and `m`. */
  apply(parameters: string): void {
    const numbers = parameters.split(/[;:]/).map((part) => (part === '' ? 0 : Number(part)));
    for (let at = 0; at < numbers.length; ) at += this.#take(numbers, at);
  }

  get style(): Style {
    const parts = [...this.#switches, this.#foreground, this.#background].filter((part) => part !== '');
    return parts.length === 0 ? '' : `\u001b[${parts.join(';')}m`;
  }

  /** How many parameters it has used up. */
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

/** The eight colours from `base`, and the bright ones 60 further. */
const isBasic = (code: number, base: number): boolean =>
  (code >= base && code <= base + 7) || (code >= base + 60 && code <= base + 67);
