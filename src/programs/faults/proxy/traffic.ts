import type { Direction } from '../toxics/toxic.ts';

/** What has gone through a proxy. */
export class Traffic {
  connections = 0;
  unreachable = 0;
  readonly #received = { upstream: 0, downstream: 0 };
  readonly #sent = { upstream: 0, downstream: 0 };

  received(direction: Direction, bytes: number): void {
    this.#received[direction] += bytes;
  }

  sent(direction: Direction, bytes: number): void {
    this.#sent[direction] += bytes;
  }

  bytes(direction: Direction): { readonly received: number; readonly sent: number } {
    return { received: this.#received[direction], sent: this.#sent[direction] };
  }
}
