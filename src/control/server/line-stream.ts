import type { ServerResponse } from 'node:http';
import type { Backlog } from './backlog.ts';
import type { Ticker } from './ticker.ts';

/** Returns the next lines to send, each with its newline, at most about 256 KiB; empty if there is nothing new. */
type TakeNext = () => Buffer;

/** Encodes objects as lines of JSON. */
export const jsonLines = (objects: readonly object[]): Buffer =>
  Buffer.from(objects.map((object) => `${JSON.stringify(object)}\n`).join(''));

/**
 * An answer of one JSON object a line. It takes the next lines only when the reader has taken the previous ones, so
 * that nothing piles up for a slow reader.
 */
export class LineStream {
  readonly #response: ServerResponse;
  readonly #takeNext: TakeNext;
  readonly #ticker: Ticker;
  readonly #backlog: Backlog;
  readonly #onClosed: Array<() => void> = [];
  readonly #pumpNow = (): void => this.#pump();
  #isBlocked = false;
  #isOver = false;

  constructor(
    response: ServerResponse,
    { ticker, backlog }: { readonly ticker: Ticker; readonly backlog: Backlog },
    takeNext: TakeNext,
  ) {
    this.#ticker = ticker;
    this.#backlog = backlog;
    this.#response = response;
    this.#takeNext = takeNext;
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.flushHeaders();
    response.on('drain', () => {
      this.#isBlocked = false;
      this.#backlog.hasRead(this);
      this.#pump();
    });
    response.on('close', () => this.#close());
    response.on('error', () => undefined);
  }

  /** Sends the available lines, and further ones whenever `subscribe` calls. */
  follow(subscribe: (listener: () => void) => () => void): void {
    this.#onClosed.push(subscribe(() => this.#ticker.soon(this.#pumpNow)));
    this.#pump();
  }

  /** Sends the available lines and ends. */
  finish(): void {
    this.#isOver = true;
    this.#pump();
  }

  /** Number of written bytes that are still here. */
  get bytes(): number {
    return this.#response.writableLength;
  }

  cutOff(): void {
    this.#response.destroy();
  }

  #pump(): void {
    while (!this.#isBlocked && !this.#response.destroyed && !this.#response.writableEnded) {
      const next = this.#takeNext();
      if (next.length === 0) {
        if (this.#isOver) this.#response.end();
        return;
      }
      this.#isBlocked = !this.#response.write(next);
    }
    if (this.#isBlocked) this.#backlog.wait(this);
  }

  #close(): void {
    this.#ticker.forget(this.#pumpNow);
    this.#backlog.hasRead(this);
    for (const end of this.#onClosed.splice(0)) end();
  }
}
