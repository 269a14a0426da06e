import type { ServerResponse } from 'node:http';

/** Gives the next objects to send, at most some hundred of them; none: nothing new. */
export type TakeNext = () => readonly object[];

/** Followers are written to at most this often: what comes in between goes out together. */
const TOGETHER_MS = 20;

/**
 * An answer of one JSON object a line. It asks for what is next only when the reader has taken what came before, so
 * that nothing piles up here for one that is slow.
 */
export class LineStream {
  readonly #response: ServerResponse;
  readonly #takeNext: TakeNext;
  readonly #onClosed: Array<() => void> = [];
  #isBlocked = false;
  #isOver = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(response: ServerResponse, takeNext: TakeNext) {
    this.#response = response;
    this.#takeNext = takeNext;
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.flushHeaders();
    response.on('drain', () => {
      this.#isBlocked = false;
      this.#pump();
    });
    response.on('close', () => this.#close());
    response.on('error', () => undefined);
  }

  /** Sends what is there, and goes on with it whenever `subscribe` calls. */
  follow(subscribe: (listener: () => void) => () => void): void {
    this.#onClosed.push(subscribe(() => this.#pumpSoon()));
    this.#pump();
  }

  /** Sends what is there, and that is all. */
  finish(): void {
    this.#isOver = true;
    this.#pump();
  }

  #pumpSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#pump();
    }, TOGETHER_MS);
  }

  #pump(): void {
    while (!this.#isBlocked && !this.#response.destroyed && !this.#response.writableEnded) {
      const next = this.#takeNext();
      if (next.length === 0) {
        if (this.#isOver) this.#response.end();
        return;
      }
      this.#isBlocked = !this.#response.write(next.map((object) => `${JSON.stringify(object)}\n`).join(''));
    }
  }

  #close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const end of this.#onClosed.splice(0)) end();
  }
}
