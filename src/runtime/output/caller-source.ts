import { closeSync, constants, openSync } from 'node:fs';
import { ReadAllowance } from '../../logs/backpressure.ts';
import { now, Timers } from '../../time/timers.ts';
import type { TakeOutput } from '../engines/engine.ts';
import type { OutputStream } from '../pod-reader.ts';
import type { CallerStream, CallerStreams } from './caller-streams.ts';
import { FifoReader } from './fifo-reader.ts';
import { type FifoPair, openWritingEnd } from './output-fifos.ts';
import type { OutputEnds, OutputSource } from './output-source.ts';

/** A process that has ended closes its descriptors a moment before its end is known: only a longer close counts. */
const END_SETTLED_MS = 100;

interface CallerSourceOptions {
  /** Only this process has them open, so that a reader that goes and a writer that finishes are both seen. */
  readonly pair: FifoPair;
  readonly caller: CallerStreams;
  readonly take: TakeOutput;
}

/**
 * The output of a process that has our own stdout and stderr: a terminal is passed on directly, and anything else
 * through a pipe that is copied to it.
 */
export class CallerSource implements OutputSource {
  readonly #caller: CallerStreams;
  readonly #pumps: readonly Pump[];
  readonly #pumpOf: Readonly<Record<OutputStream, Pump | null>>;

  constructor({ pair, caller, take }: CallerSourceOptions) {
    const { stdout, stderr } = caller.streams;
    const pump = (stream: OutputStream, target: CallerStream | null): Pump | null =>
      target === null ? null : new Pump(pair[stream], { stream, target, caller, take });
    const ofStdout = pump('stdout', stdout);
    const ofStderr = stderr !== null && stderr === stdout ? ofStdout : pump('stderr', stderr);
    this.#caller = caller;
    this.#pumpOf = { stdout: ofStdout, stderr: ofStderr };
    this.#pumps = [...new Set([ofStdout, ofStderr])].filter((one) => one !== null);
    for (const fifo of [pair.stdout, pair.stderr]) closeSync(fifo);
  }

  openEnds(): OutputEnds {
    const opened = new Map(this.#pumps.map((pump) => [pump, pump.openEnd()]));
    const end = (stream: OutputStream, own: number): number => {
      const pump = this.#pumpOf[stream];
      return pump === null ? own : (opened.get(pump) ?? own);
    };
    const close = (): void => {
      for (const fd of opened.values()) closeSync(fd);
    };
    return { stdout: end('stdout', 1), stderr: end('stderr', 2), close };
  }

  attach(): void {
    for (const pump of this.#pumps) pump.start();
  }

  allow(bytes: number): void {
    for (const pump of this.#pumps) pump.allowance.grant(bytes);
  }

  async settle(): Promise<void> {
    for (const pump of this.#pumps) pump.settle();
  }

  close(): void {
    for (const pump of this.#pumps) {
      this.#caller.backpressure.leave(pump.reader);
      pump.close();
    }
  }
}

interface PumpOptions {
  readonly stream: OutputStream;
  readonly target: CallerStream;
  readonly caller: CallerStreams;
  readonly take: TakeOutput;
}

/** Copies from the pipe of a process to a stream of ours. */
class Pump {
  readonly reader: FifoReader;
  readonly allowance: ReadAllowance;
  readonly #reading: number;
  readonly #target: CallerStream;
  readonly #ends = new Timers<'end'>();
  #isRunning = false;
  #isClosed = false;

  constructor(fifo: number, { stream, target, caller, take }: PumpOptions) {
    const { O_RDONLY, O_NONBLOCK } = constants;
    this.#reading = openSync(`/proc/self/fd/${fifo}`, O_RDONLY | O_NONBLOCK);
    this.#target = target;
    this.reader = new FifoReader({
      fifo: this.#reading,
      transfer: null,
      take: (chunk) => {
        take(stream, chunk, null);
        target.write(chunk);
        this.allowance.spend(chunk.length);
      },
      onEnd: () => this.#ended(),
    });
    // The pipe is at its end until a process has it.
    this.reader.pause();
    this.allowance = new ReadAllowance(caller.backpressure, this.reader);
    target.onClosed(() => this.close());
  }

  /** If nobody reads any more, output is discarded. */
  openEnd(): number {
    return this.#isClosed ? openSync('/dev/null', 'w') : openWritingEnd(this.#reading);
  }

  start(): void {
    if (this.#isClosed) return;
    this.#isRunning = true;
    this.reader.resume();
    this.allowance.revoke();
  }

  settle(): void {
    this.#isRunning = false;
    this.#ends.disarmAll();
    if (this.#isClosed) return;
    this.reader.drain();
    this.allowance.revoke();
  }

  /** The kernel tells a writer, as in a pipe without sidecarctl. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ends.disarmAll();
    this.reader.close();
  }

  #ended(): void {
    if (this.#isRunning) this.#ends.arm('end', now() + END_SETTLED_MS, () => this.#target.end());
  }
}
