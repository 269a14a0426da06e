import type { Outcome } from '../core/command.ts';
import type { Unanswered } from '../model/pod-event.ts';

export type Answer = Outcome | { readonly ok: false; readonly because: Unanswered };

/** The requests that wait for the core's answer. Each gets exactly one: the first. */
export class OpenRequests {
  readonly #open = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  add(): { readonly id: number; readonly answer: Promise<Answer> } {
    const id = ++this.#lastId;
    const { promise: answer, resolve } = Promise.withResolvers<Answer>();
    this.#open.set(id, resolve);
    return { id, answer };
  }

  answer(id: number, answer: Answer): void {
    this.#open.get(id)?.(answer);
    this.#open.delete(id);
  }

  /** Refuses all requests: nothing more will be decided. */
  answerAll(because: Unanswered): void {
    for (const id of [...this.#open.keys()]) this.answer(id, { ok: false, because });
  }
}
