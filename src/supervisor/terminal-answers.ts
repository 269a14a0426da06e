import type { Milliseconds } from '../model/vocabulary.ts';

/** Whoever has answered a program goes on doing so until nothing has come from there for this time. */
const ANSWERS_FOR: Milliseconds = 2_000;
/** A program that has asked before anybody looked may still wait for the answer for this time after its launch. */
const ASKED_WITHIN: Milliseconds = 10_000;

interface TerminalAnswer {
  readonly process: string;
  /** Identifies who has drawn the question. */
  readonly viewer: string;
  /** True if the question was drawn before the viewer began to look. */
  readonly late: boolean;
}

/**
 * Chooses one of the answers to a program's question, such as where the cursor is. Everyone who draws its screen
 * answers, and the program wants one answer. A terminal that is attached answers by itself.
 */
export class TerminalAnswers {
  readonly #attached = new Map<string, number>();
  readonly #newest = new Map<string, { readonly viewer: string; readonly at: Milliseconds }>();

  /** A terminal is attached to the process, until the returned function is called. */
  attach(process: string): () => void {
    this.#count(process, 1);
    return () => this.#count(process, -1);
  }

  /** True if the program gets the answer. `launchedAt`: when it was launched. */
  takes({ process, viewer, late }: TerminalAnswer, launchedAt: Milliseconds, now: Milliseconds): boolean {
    const newest = this.#newest.get(process);
    const isFirst = newest === undefined || newest.at < launchedAt;
    if ((this.#attached.get(process) ?? 0) > 0) return false;
    if (late && (!isFirst || now > launchedAt + ASKED_WITHIN)) return false;
    if (newest !== undefined && newest.viewer !== viewer && now < newest.at + ANSWERS_FOR) return false;
    this.#newest.set(process, { viewer, at: now });
    return true;
  }

  #count(process: string, change: 1 | -1): void {
    this.#attached.set(process, (this.#attached.get(process) ?? 0) + change);
  }
}
