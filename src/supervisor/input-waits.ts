import type { Milliseconds } from '../model/vocabulary.ts';
import type { ReadsInput } from '../runtime/engines/workload.ts';
import { now, Timers } from '../time/timers.ts';
import { looksLikeQuestion } from './question.ts';

/**
 * Pauses before the looks at a process whose line has stopped in the middle: it may do something else before it reads.
 * A spinner is never quiet for so long.
 */
const PAUSES: readonly Milliseconds[] = [200, 400, 1_000, 3_000];

/**
 * How long a process still counts as waiting once it has written a whole line. One that draws its screen again at times,
 * or answers and asks on, would begin to wait again and again: each time draws the list, and may ring the bell.
 */
const KEPT: Milliseconds = 500;

interface UnfinishedLine {
  readonly isQuestion: boolean;
}

interface InputWaitsOptions {
  /** Resolves with whether the process reads its stdin. */
  readonly readsInput: (process: string) => Promise<ReadsInput>;
  /** Called when a process begins to wait, or waits no longer. */
  readonly onChange: () => void;
  /** Called when a process waits for the first time since its launch. */
  readonly onFirst: (process: string) => void;
  readonly crashed: (error: unknown) => void;
}

/**
 * Which processes wait for input: their last line has no end, and they read their stdin. Of one that takes input whenever
 * it comes, as watchers on Node do to see its end, a line that tells of progress does not count.
 */
export class InputWaits {
  readonly #options: InputWaitsOptions;
  readonly #timers = new Timers<string>();
  /** When a process that has written a whole line waits no longer, if it does not ask again. */
  readonly #ends = new Timers<string>();
  /** The newest unfinished line of each process. An older one is not looked at any more. */
  readonly #lines = new Map<string, UnfinishedLine>();
  readonly #waiting = new Set<string>();
  readonly #reported = new Set<string>();

  constructor(options: InputWaitsOptions) {
    this.#options = options;
  }

  has(process: string): boolean {
    return this.#waiting.has(process);
  }

  /** The last line of a process has not grown for a moment. */
  unfinished(process: string, text: Buffer): void {
    const line = { isQuestion: looksLikeQuestion(text) };
    this.#lines.set(process, line);
    this.#look(process, line, 0);
  }

  /** A process has written a whole line. */
  wrote(process: string): void {
    if (!this.#lines.delete(process)) return;
    this.#timers.disarm(process);
    if (this.#waiting.has(process)) this.#ends.arm(process, now() + KEPT, () => this.#waitsNoLonger(process));
  }

  launched(process: string): void {
    this.#lines.delete(process);
    this.#timers.disarm(process);
    this.#waitsNoLonger(process);
    this.#reported.delete(process);
  }

  end(): void {
    this.#timers.disarmAll();
    this.#ends.disarmAll();
    this.#lines.clear();
  }

  #look(process: string, line: UnfinishedLine, look: number): void {
    const { readsInput, crashed } = this.#options;
    const pause = PAUSES[look];
    if (pause === undefined) return;
    this.#timers.arm(process, now() + pause, () => {
      readsInput(process)
        .then((reads) => {
          if (this.#lines.get(process) !== line) return;
          if (reads === 'yes' || (reads === 'maybe' && line.isQuestion)) return this.#waits(process);
          this.#waitsNoLonger(process);
          this.#look(process, line, look + 1);
        })
        .catch(crashed);
    });
  }

  #waitsNoLonger(process: string): void {
    this.#ends.disarm(process);
    if (this.#waiting.delete(process)) this.#options.onChange();
  }

  #waits(process: string): void {
    this.#ends.disarm(process);
    if (this.#waiting.has(process)) return;
    this.#waiting.add(process);
    this.#options.onChange();
    if (this.#reported.has(process)) return;
    this.#reported.add(process);
    this.#options.onFirst(process);
  }
}
