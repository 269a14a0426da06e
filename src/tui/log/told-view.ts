import type { LogView } from '../../control/pod-client.ts';
import { nextSeq, type ShownLine } from './shown-line.ts';

/** The output of a log with the lines that tell what happened. */
export class ToldView implements LogView {
  readonly #output: LogView;
  readonly #told: () => readonly ShownLine[];

  constructor(output: LogView, told: () => readonly ShownLine[]) {
    this.#output = output;
    this.#told = told;
  }

  get first(): number {
    return this.#output.first;
  }

  get end(): number {
    return Math.max(this.#output.end, nextSeq(this.#told().at(-1)?.seq ?? 0));
  }

  get count(): number {
    return this.countBefore(Infinity);
  }

  countBefore(before: number): number {
    return this.#output.countBefore(before) + this.#told().filter(({ seq }) => seq < before).length;
  }

  after(from: number, count: number): readonly ShownLine[] {
    const told = this.#told().filter(({ seq }) => seq >= from);
    return merged(this.#output.after(from, count), told).slice(0, count);
  }

  before(before: number, count: number): readonly ShownLine[] {
    const lines = merged(
      this.#output.before(before, count),
      this.#told().filter(({ seq }) => seq < before),
    );
    return lines.slice(Math.max(0, lines.length - count));
  }
}

const merged = (output: readonly ShownLine[], told: readonly ShownLine[]): readonly ShownLine[] =>
  told.length === 0 ? output : [...output, ...told].sort((one, other) => one.seq - other.seq);
