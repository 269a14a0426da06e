import type { Outcome } from './outcome.ts';
import type { Delivery, LogBatch, Output } from './output.ts';
import { Progress } from './progress.ts';

/** How one kind of destination takes entries. */
export interface Transport {
  /** Sends lines in one piece. Rejects only by a bug. */
  send(batch: LogBatch, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}

/** An output that sends a batch in as many parts as the destination wants. */
export class BatchOutput implements Output {
  readonly name: string;
  readonly #transport: Transport;
  /** The batch that was not delivered at the last attempt. */
  #unfinished: { readonly batch: LogBatch; readonly progress: Progress } | null = null;

  constructor(name: string, transport: Transport) {
    this.name = name;
    this.#transport = transport;
  }

  async deliver(batch: LogBatch, signal: AbortSignal): Promise<Delivery> {
    const progress =
      this.#unfinished?.batch === batch ? this.#unfinished.progress : new Progress(batch.length);
    this.#unfinished = { batch, progress };
    for (let { part } = progress; part !== null; { part } = progress) {
      if (signal.aborted) return { kind: 'retry', why: 'the attempt was ended' };
      const lines = part.length === batch.length ? batch : batch.only(part);
      const end = progress.settle(await this.#transport.send(lines, signal));
      if (end !== null) return end;
    }
    this.#unfinished = null;
    return progress.delivery;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
