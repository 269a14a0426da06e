import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { type Backpressure, ReadAllowance } from '../../logs/backpressure.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { atMost } from '../../time/timers.ts';
import type { TakeOutput } from '../engines/engine.ts';
import type { Child } from '../launch/child.ts';
import type { OutputStream } from '../pod-reader.ts';
import type { CallerStreams } from './caller-streams.ts';
import type { OutputEnds, OutputSource } from './output-source.ts';

/** Time in which output may still arrive after the exit; a process left behind may keep the pipe open for ever. */
const OUTPUT_WAIT: Milliseconds = 250;

const ENDS: OutputEnds = { stdout: 'pipe', stderr: 'pipe', close: () => undefined };

/** Used without FIFOs: two pipes for each instance, which only this process can read. */
export class PipeSource implements OutputSource {
  readonly #backpressure: Backpressure;
  readonly #take: TakeOutput;
  readonly #caller: CallerStreams['streams'] | null;
  #closed: Promise<unknown> = Promise.resolve();
  #allowances: ReadAllowance[] = [];

  /** `caller`: streams that get the output as well; a terminal is given to the process itself. */
  constructor(backpressure: Backpressure, take: TakeOutput, caller: CallerStreams | null = null) {
    this.#backpressure = backpressure;
    this.#take = take;
    this.#caller = caller?.streams ?? null;
  }

  openEnds(): OutputEnds {
    const isTerminal = (stream: OutputStream): boolean => this.#caller?.[stream] === null;
    return {
      ...ENDS,
      ...(isTerminal('stdout') ? { stdout: 1 } : {}),
      ...(isTerminal('stderr') ? { stderr: 2 } : {}),
    };
  }

  attach({ stdout, stderr }: Child): void {
    this.#allowances = [];
    this.#closed = Promise.all([this.#read(stdout, 'stdout'), this.#read(stderr, 'stderr')]);
  }

  allow(bytes: number): void {
    for (const allowance of this.#allowances) allowance.grant(bytes);
  }

  async settle({ stdout, stderr }: Child): Promise<void> {
    const streams = [stdout, stderr].filter((stream) => stream !== null);
    for (const stream of streams) this.#backpressure.leave(stream);
    await atMost(OUTPUT_WAIT, this.#closed);
    // After a stall of the loop the time may be over before anything was read: one more turn reads what is there.
    await new Promise(setImmediate);
    // Pipes that another process still has open must not keep the supervisor alive.
    for (const stream of streams) stream.destroy();
  }

  close(): void {
    // The pipes end with their instances.
  }

  async #read(stream: Readable | null, name: 'stdout' | 'stderr'): Promise<void> {
    if (stream === null) return;
    const allowance = new ReadAllowance(this.#backpressure, stream);
    this.#allowances.push(allowance);
    stream.on('data', (chunk: Buffer) => {
      this.#take(name, chunk, null);
      this.#caller?.[name]?.write(chunk);
      allowance.spend(chunk.length);
    });
    stream.on('error', () => undefined);
    this.#caller?.[name]?.onClosed(() => stream.destroy());
    this.#backpressure.join(stream);
    await once(stream, 'close');
  }
}
