import type { Transport } from '../batch-output.ts';
import { newNdjson } from '../json/ndjson.ts';
import type { FileOutputOptions } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import type { LogBatch } from '../output.ts';
import { RotatingFile } from './rotating-file.ts';

/** Adds entries to a file, one JSON object a line. */
export class FileTransport implements Transport {
  readonly #path: string;
  readonly #file: RotatingFile;
  readonly #lines = newNdjson();

  constructor({ path, size, keep }: FileOutputOptions) {
    this.#path = path;
    this.#file = new RotatingFile(path, { size, keep });
  }

  async send(batch: LogBatch): Promise<Outcome> {
    try {
      await this.#file.append(this.#lines.encode(batch));
      return { kind: 'taken' };
    } catch (error) {
      return { kind: 'retry', why: `${this.#path} cannot be written: ${(error as Error).message}` };
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
