import type { Transport } from '../batch-output.ts';
import { newNdjson } from '../json/ndjson.ts';
import type { Outcome } from '../outcome.ts';
import type { LogBatch } from '../output.ts';

/** Writes entries to the sidecar's own output, one JSON object a line. They are taken once the reader has them. */
export class StdoutTransport implements Transport {
  readonly #lines = newNdjson();

  send(batch: LogBatch, signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
      const end = (): void => resolve({ kind: 'retry', why: 'stdout is not read' });
      signal.addEventListener('abort', end, { once: true });
      process.stdout.write(this.#lines.encode(batch), (error) => {
        signal.removeEventListener('abort', end);
        resolve(error ? { kind: 'retry', why: `stdout: ${error.message}` } : { kind: 'taken' });
      });
    });
  }

  async close(): Promise<void> {}
}
