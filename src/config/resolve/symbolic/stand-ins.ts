import type { ConfigSymbol } from './symbols.ts';

/** The samples in which a config is resolved: the first two show where symbols are, the third proves it. */
export const SAMPLES = [0, 1, 2] as const;
export type Sample = (typeof SAMPLES)[number];

/** `digits`: a variable whose value is read as a number. */
export type Shape = 'word' | 'digits';

export interface StandIn {
  readonly symbol: ConfigSymbol;
  /** The value in each sample. */
  readonly values: readonly [string, string, string];
}

/**
 * The values that take the place of symbols, different in each sample. Those of the first two samples have a form by
 * which they can be found again, and none of them is the beginning of another one. Those of the third are unlike them:
 * short numbers, and paths of several segments.
 */
export class StandIns {
  readonly #bySymbol = new Map<string, StandIn>();
  readonly #byFirst = new Map<string, StandIn>();
  /** By the very symbol that was found in a text: the same symbol may have a stand-in of each shape. */
  readonly #byFound = new Map<ConfigSymbol, StandIn>();

  of(symbol: ConfigSymbol, shape: Shape = 'word'): StandIn {
    const found = this.#byFound.get(symbol);
    if (found !== undefined) return found;
    const key = `${shape} ${JSON.stringify(symbol)}`;
    const known = this.#bySymbol.get(key);
    if (known !== undefined) return known;
    const standIn: StandIn = { symbol: { ...symbol }, values: valuesFor(symbol, shape, this.#bySymbol.size) };
    this.#bySymbol.set(key, standIn);
    this.#byFound.set(standIn.symbol, standIn);
    this.#byFirst.set(standIn.values[0], standIn);
    return standIn;
  }

  /** The one whose first value stands at this place of a text. */
  at(text: string, index: number): StandIn | undefined {
    FORM.lastIndex = index;
    const found = FORM.exec(text)?.[0];
    return found === undefined ? undefined : this.#byFirst.get(found);
  }

  ofValue(value: unknown): StandIn | undefined {
    return this.#byFirst.get(String(value));
  }
}

const FORM =
  /\d{5}|host-\d+-a\.invalid|fd00::\d+:a|\/sidecarctl-(?:volume|files)-\d+-a|sidecarctl-variable-\d+-a/y;

/** `index` is another one for each symbol. Numbers are ports that exist: a wiring function may check that. */
const valuesFor = (symbol: ConfigSymbol, shape: Shape, index: number): StandIn['values'] => {
  if (symbol.is === 'port' || shape === 'digits')
    return [`${10_000 + index}`, `${65_535 - index}`, `${1 + index}`];
  switch (symbol.is) {
    case 'host':
      return symbol.isIpv6
        ? [`fd00::${index}:a`, `fd00::${index}:b`, `fd01::${index}`]
        : [`host-${index}-a.invalid`, `host-${index}-b.invalid`, `10.0.${index >> 8}.${index & 255}`];
    case 'volume':
      return [`/sidecarctl-volume-${index}-a`, `/sidecarctl-volume-${index}-b`, `/srv/${index}/volume`];
    case 'files':
      return [`/sidecarctl-files-${index}-a`, `/sidecarctl-files-${index}-b`, `/srv/${index}/files`];
    case 'variable':
      return [`sidecarctl-variable-${index}-a`, `sidecarctl-variable-${index}-b`, `/var/${index}`];
    case 'folder':
      throw new Error('the folder of a config has no stand-in');
    default:
      return symbol satisfies never;
  }
};
