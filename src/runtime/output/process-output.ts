import type { ProcessSpec } from '../../core/pod-spec.ts';
import { eachLine, type LineListener } from '../../logs/each-line.ts';
import { LineAssembler } from '../../logs/line-assembler.ts';
import type { MoveToFile } from '../../logs/log-file.ts';
import type { ProcessLog } from '../../logs/pod-logs.ts';
import type { OutputStream } from '../pod-reader.ts';
import type { RunnerContext } from '../runner-context.ts';
import type { Child } from '../start-program.ts';
import { CallerSource } from './caller-source.ts';
import type { CallerStreams } from './caller-streams.ts';
import { FifoSource } from './fifo-source.ts';
import type { OutputEnds, OutputSource, TakeOutput } from './output-source.ts';
import { PipeSource } from './pipe-source.ts';

/** Of each stream: a full pipe, and what is being written to it. */
const LAST_BYTES = 1024 * 1024;

const openSource = (
  process: string,
  caller: CallerStreams | null,
  { fifos, flow }: RunnerContext,
  take: TakeOutput,
): OutputSource => {
  // The system may have had none left for one that a reload has brought.
  const isPiped = fifos?.of(process) === undefined;
  if (caller !== null) {
    const pair = fifos?.take(process);
    return pair === undefined
      ? new PipeSource(caller.flow, take, caller)
      : new CallerSource({ pair, caller, take });
  }
  return fifos === null || isPiped
    ? new PipeSource(flow, take)
    : new FifoSource(process, { fifos, flow, take });
};

/** What a process and its hooks write, on the way to the log file, the ring and whoever shows it. */
export class ProcessOutput {
  readonly #process: string;
  readonly #context: RunnerContext;
  readonly #log: ProcessLog;
  readonly #lines: Readonly<Record<OutputStream, LineAssembler>>;
  readonly #source: OutputSource;
  readonly #watchers = new Set<LineListener>();

  constructor({ name: process, launch }: ProcessSpec, context: RunnerContext) {
    this.#process = process;
    this.#context = context;
    this.#log = context.logs.of(process);
    this.#lines = { stdout: this.assemble('stdout'), stderr: this.assemble('stderr') };
    const take: TakeOutput = (stream, chunk, move) => this.take(chunk, this.#lines[stream], move);
    this.#source = openSource(process, launch.output === 'caller' ? context.caller : null, context, take);
  }

  openEnds(): OutputEnds {
    return this.#source.openEnds();
  }

  attach(child: Child): void {
    this.#source.attach(child);
  }

  /** Resolves when all that an instance wrote before its death is delivered; the next one begins on a new line. */
  async settle(child: Child): Promise<void> {
    await this.#source.settle(child);
    for (const lines of Object.values(this.#lines)) lines.finish();
    this.#log.file.endLine();
  }

  /**
   * An instance is to act on a signal, which it cannot while it waits in a write because output is held back: so much
   * more is taken of it. It is bounded, as one that is deaf to the signal writes on.
   */
  letWrite(): void {
    this.#source.allow(LAST_BYTES);
  }

  close(): void {
    this.#source.close();
  }

  /** For a stream beside the process's own: a hook's. */
  assemble(stream: OutputStream): LineAssembler {
    return new LineAssembler((block, partial) => this.#deliver(stream, block, partial));
  }

  /** Into the file first: what has been shown is never missing there. */
  take(chunk: Buffer, lines: LineAssembler, move: MoveToFile | null = null): void {
    this.#log.file.append(chunk, move);
    lines.push(chunk);
  }

  /** Shows each line to the listener, until what is returned is called. */
  watch(listener: LineListener): () => void {
    this.#watchers.add(listener);
    return () => void this.#watchers.delete(listener);
  }

  #deliver(stream: OutputStream, block: Buffer, partial: boolean): void {
    this.#log.ring.push({ stream, bytes: block, partial });
    for (const watch of this.#watchers) eachLine(block, watch);
    this.#context.output(this.#process, stream, block, partial);
  }
}
