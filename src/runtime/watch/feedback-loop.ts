import type { Milliseconds } from '../../model/vocabulary.ts';

/** A process that writes a file at its start does so within this time. */
const SOON: Milliseconds = 1_000;
/** Nobody saves one file so often in a row, each time just after the process has come back. */
const TIMES = 6;

/** Recognizes a process whose own writes restart it: a file that changes soon after each of several starts in a row. */
export class FeedbackLoop {
  #suspects: readonly string[] | null = null;
  #times = 0;
  #actedAt: Milliseconds | null = null;

  /** The process was started, signalled or built because of a change. */
  acted(now: Milliseconds): void {
    this.#actedAt = now;
  }

  /** Returns the file that causes the loop, once it is clear that one does. */
  changed(files: ReadonlySet<string>, now: Milliseconds): string | null {
    const isSoon = this.#actedAt !== null && now - this.#actedAt <= SOON;
    const again = this.#suspects?.filter((file) => files.has(file)) ?? [];
    const goesOn = isSoon && again.length > 0;
    this.#suspects = goesOn ? again : [...files];
    this.#times = goesOn ? this.#times + 1 : isSoon ? 1 : 0;
    const [file] = this.#suspects;
    return this.#times >= TIMES && file !== undefined ? file : null;
  }

  forget(): void {
    this.#suspects = null;
    this.#times = 0;
    this.#actedAt = null;
  }
}
