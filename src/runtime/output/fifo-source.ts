import { closeSync } from 'node:fs';
import { type Backpressure, ReadAllowance } from '../../logs/backpressure.ts';
import type { TakeOutput } from '../engines/engine.ts';
import { FifoReader } from './fifo-reader.ts';
import { type FifoPair, type OutputFifos, openWritingEnd } from './output-fifos.ts';
import type { OutputEnds, OutputSource } from './output-source.ts';

interface FifoSourceOptions {
  readonly fifos: OutputFifos;
  readonly backpressure: Backpressure;
  readonly take: TakeOutput;
}

/**
 * Two FIFOs that all instances of a process write to. Output of processes left behind continues to be read with the
 * next instance.
 */
export class FifoSource implements OutputSource {
  readonly #process: string;
  readonly #fifos: OutputFifos;
  readonly #pair: FifoPair;
  readonly #backpressure: Backpressure;
  readonly #readers: readonly FifoReader[];
  readonly #allowances: readonly ReadAllowance[];

  constructor(process: string, { fifos, backpressure, take }: FifoSourceOptions) {
    const pair = fifos.of(process);
    if (pair === undefined) throw new Error(`no FIFOs for ${process}`);
    const read = (stream: 'stdout' | 'stderr', index: number): FifoReader =>
      new FifoReader({
        fifo: pair[stream],
        transfer: fifos.transfer,
        take: (chunk, move) => {
          take(stream, chunk, move);
          this.#allowances[index]?.spend(chunk.length);
        },
      });
    this.#process = process;
    this.#fifos = fifos;
    this.#pair = pair;
    this.#backpressure = backpressure;
    this.#readers = [read('stdout', 0), read('stderr', 1)];
    this.#allowances = this.#readers.map((reader) => new ReadAllowance(backpressure, reader));
    for (const reader of this.#readers) backpressure.join(reader);
  }

  openEnds(): OutputEnds {
    const opened: number[] = [];
    const close = (): void => {
      for (const fd of opened) closeSync(fd);
    };
    try {
      for (const fifo of [this.#pair.stdout, this.#pair.stderr]) opened.push(openWritingEnd(fifo));
    } catch (error) {
      close();
      throw error;
    }
    const [stdout = -1, stderr = -1] = opened;
    return { stdout, stderr, close };
  }

  attach(): void {
    // The FIFOs are read all the time.
  }

  allow(bytes: number): void {
    for (const allowance of this.#allowances) allowance.grant(bytes);
  }

  async settle(): Promise<void> {
    for (const reader of this.#readers) reader.drain();
    for (const allowance of this.#allowances) allowance.revoke();
  }

  close(): void {
    for (const reader of this.#readers) {
      this.#backpressure.leave(reader);
      reader.drain();
      reader.close();
    }
    this.#fifos.closed(this.#process);
  }
}
