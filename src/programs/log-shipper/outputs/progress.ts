import type { Outcome } from './outcome.ts';
import type { Delivery } from './output.ts';

/** A range of a batch, or some of its entries. */
type Part = readonly number[];

/**
 * How far a batch has come: which entries are still to be sent, and in which parts. It knows neither the time nor a
 * connection. A batch that is sent again goes on where it was, so that what was taken is not sent twice.
 */
export class Progress {
  #parts: Part[];
  readonly #size: number;
  readonly #rejected: number[] = [];
  #why = '';

  constructor(size: number) {
    this.#size = size;
    this.#parts = size === 0 ? [] : [Array.from({ length: size }, (_, index) => index)];
  }

  /** The entries to send now; `null`: all are done. */
  get part(): Part | null {
    return this.#parts[0] ?? null;
  }

  /** What has become of the part. Returns what ends this attempt, or null. */
  settle(outcome: Outcome): Delivery | null {
    const [part = [], ...rest] = this.#parts;
    switch (outcome.kind) {
      case 'taken':
        this.#parts = rest;
        return null;
      case 'retry':
        return outcome;
      case 'rejected':
        this.#parts = rest;
        this.#reject(part, outcome.why);
        return null;
      case 'too-large':
        this.#parts = [...halves(part), ...rest];
        if (part.length > 1) return null;
        this.#parts = rest;
        this.#reject(part, outcome.why);
        return null;
      case 'mixed':
        return this.#settleMixed(outcome, part, rest);
    }
  }

  /** What has become of the whole batch, once no part is left. */
  get delivery(): Delivery {
    if (this.#rejected.length === 0) return { kind: 'taken' };
    const entries = this.#rejected.length === this.#size ? 'all' : this.#rejected.toSorted((a, b) => a - b);
    return { kind: 'rejected', entries, why: this.#why };
  }

  #settleMixed(
    { again, rejected, why, after }: Extract<Outcome, { readonly kind: 'mixed' }>,
    part: Part,
    rest: readonly Part[],
  ): Delivery | null {
    const entriesOf = (indexes: readonly number[]): Part => indexes.flatMap((index) => part[index] ?? []);
    if (rejected.length > 0) this.#reject(entriesOf(rejected), why);
    this.#parts = again.length === 0 ? [...rest] : [entriesOf(again), ...rest];
    if (again.length === 0) return null;
    return { kind: 'retry', why, ...(after === undefined ? {} : { after }) };
  }

  #reject(entries: Part, why: string): void {
    this.#rejected.push(...entries);
    this.#why ||= why;
  }
}

const halves = (part: Part): readonly Part[] => {
  const middle = Math.ceil(part.length / 2);
  return [part.slice(0, middle), part.slice(middle)];
};
