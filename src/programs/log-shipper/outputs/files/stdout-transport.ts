import type { Transport } from '../batch-output.ts';
import { ndjsonOf } from '../ndjson.ts';
import type { Outcome } from '../outcome.ts';
import type { LogEntry } from '../output.ts';

/** Writes entries to the sidecar's own output, one JSON object a line. They are taken once the reader has them. */
export class StdoutTransport implements Transport {
  send(entries: readonly LogEntry[], signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
      const end = (): void => resolve({ kind: 'retry', why: 'stdout is not read' });
      signal.addEventListener('abort', end, { once: true });
      process.stdout.write(ndjsonOf(entries), (error) => {
        signal.removeEventListener('abort', end);
        resolve(error ? { kind: 'retry', why: `stdout: ${error.message}` } : { kind: 'taken' });
      });
    });
  }

  async close(): Promise<void> {}
}
