import { now } from '../../time/timers.ts';

/** The same failure is told again after so long. */
const TOLD_AGAIN_AFTER = 60_000;

/** What fails at the moment, by what it is about; each failure is told when it is new, and once a minute. */
export class ToldFailures {
  readonly #say: (line: string) => void;
  readonly #failures = new Map<string, { readonly message: string; toldAt: number }>();

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** What fails: `flags: answered with 500`. */
  get sentences(): readonly string[] {
    return [...this.#failures].map(([about, { message }]) => `${about}: ${message}`);
  }

  messageOf(about: string): string | null {
    return this.#failures.get(about)?.message ?? null;
  }

  failed(about: string, message: string): void {
    const known = this.#failures.get(about);
    if (known?.message === message && now() - known.toldAt < TOLD_AGAIN_AFTER) return;
    this.#failures.set(about, { message, toldAt: now() });
    this.#say(`${about}: ${message}`);
  }

  works(about: string): void {
    if (this.#failures.delete(about)) this.#say(`${about}: works again`);
  }

  forget(about: string): void {
    this.#failures.delete(about);
  }
}
