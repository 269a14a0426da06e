import type { Outcome } from './outcome.ts';
import type { Delivery, LogEntry, Output } from './output.ts';
import { Progress } from './progress.ts';

/** How one kind of destination takes entries. */
export interface Transport {
  /** Sends entries in one piece. Rejects only by a bug. */
  send(entries: readonly LogEntry[], signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}

/** An output that sends a batch in as many parts as the destination wants. */
export class BatchOutput implements Output {
  readonly name: string;
  readonly #transport: Transport;
  /** The batch that was not delivered at the last attempt. */
  #unfinished: { readonly batch: readonly LogEntry[]; readonly progress: Progress } | null = null;

  constructor(name: string, transport: Transport) {
    this.name = name;
    this.#transport = transport;
  }

  async deliver(batch: readonly LogEntry[], signal: AbortSignal): Promise<Delivery> {
    const progress =
      this.#unfinished?.batch === batch ? this.#unfinished.progress : new Progress(batch.length);
    this.#unfinished = { batch, progress };
    for (let { part } = progress; part !== null; { part } = progress) {
      if (signal.aborted) return { kind: 'retry', why: 'the attempt was ended' };
      const entries = part.length === batch.length ? batch : part.flatMap((index) => batch[index] ?? []);
      const end = progress.settle(await this.#transport.send(entries, signal));
      if (end !== null) return end;
    }
    this.#unfinished = null;
    return progress.delivery;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
