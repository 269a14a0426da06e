import type { Milliseconds } from '../model/vocabulary.ts';
import { printable } from '../report/printable.ts';
import { now, Timers } from '../time/timers.ts';

/** Each change makes a snapshot for everybody who looks, and a process may report for each thing that it does. */
const AT_MOST_EVERY: Milliseconds = 200;

/** A longer one has no room anywhere. */
const LONGEST = 200;

interface StatusTextsOptions {
  readonly onChange: () => void;
}

/** What processes say that they do. */
export class StatusTexts {
  readonly #options: StatusTextsOptions;
  readonly #told = new Map<string, string>();
  /** What is told after the pause of a process; null: nothing. */
  readonly #newest = new Map<string, string | null>();
  readonly #pauses = new Timers<string>({ ref: false });

  constructor(options: StatusTextsOptions) {
    this.#options = options;
  }

  /** As one line that is safe to print; null if it has said nothing. */
  of(process: string): string | null {
    return this.#told.get(process) ?? null;
  }

  /** A process says what it does. An empty text takes back the last one. */
  said(process: string, text: string): void {
    const line = printable(text.trim()).slice(0, LONGEST);
    const isPaused = this.#newest.has(process);
    this.#newest.set(process, line === '' ? null : line);
    if (!isPaused) this.#tell(process);
  }

  /** The end of a process, which another launch may follow. */
  forget(process: string): void {
    this.#pauses.disarm(process);
    this.#newest.delete(process);
    if (this.#told.delete(process)) this.#options.onChange();
  }

  end(): void {
    this.#pauses.disarmAll();
  }

  #tell(process: string): void {
    const newest = this.#newest.get(process) ?? null;
    if (newest === this.of(process)) {
      this.#newest.delete(process);
      return;
    }
    if (newest === null) this.#told.delete(process);
    else this.#told.set(process, newest);
    this.#options.onChange();
    this.#pauses.arm(process, now() + AT_MOST_EVERY, () => this.#tell(process));
  }
}
