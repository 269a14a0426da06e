import type { Transport } from '../batch-output.ts';
import type { HttpTarget } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import type { LogBatch } from '../output.ts';
import { type HttpAnswer, type HttpBody, HttpClient } from './http-client.ts';
import { statusOutcome } from './status-outcome.ts';

/** A format that is sent over HTTP. */
export interface HttpFormat {
  readonly encode: (batch: LogBatch) => HttpBody | Promise<HttpBody>;
  /** What an answer with a 2xx status means, where that is not that everything was taken. */
  readonly read?: (answer: HttpAnswer, lines: number) => Outcome | Promise<Outcome>;
}

/** Sends entries as requests. */
export class HttpTransport implements Transport {
  readonly #client: HttpClient;
  readonly #format: HttpFormat;

  constructor(target: HttpTarget, format: HttpFormat) {
    this.#client = new HttpClient(target);
    this.#format = format;
  }

  async send(batch: LogBatch, signal: AbortSignal): Promise<Outcome> {
    try {
      const answer = await this.#client.post(await this.#format.encode(batch), signal);
      const outcome = statusOutcome(answer, this.#client.place, Date.now());
      return outcome.kind === 'taken'
        ? ((await this.#format.read?.(answer, batch.length)) ?? outcome)
        : outcome;
    } catch (error) {
      return { kind: 'retry', why: (error as Error).message };
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
