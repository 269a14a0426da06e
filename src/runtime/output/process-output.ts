import { LineAssembler } from '../../logs/line-assembler.ts';
import type { MoveToFile } from '../../logs/log-file.ts';
import type { ProcessLog } from '../../logs/pod-logs.ts';
import { TerminalNewlines } from '../../logs/terminal-newlines.ts';
import type { ProcessSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { now, Timers } from '../../time/timers.ts';
import type { OutputTap, TakeOutput } from '../engines/engine.ts';
import type { OutputStream } from '../pod-reader.ts';
import type { BlockListener } from '../probes/log-watcher.ts';
import type { RunnerContext } from '../runner-context.ts';
import { TerminalTape } from '../terminals/terminal-tape.ts';

/** An unfinished line that stays unchanged for this time is a prompt, or will take long. */
const QUIET: Milliseconds = 100;
/** A row of dots may never pause: it is shown at this interval. */
const AT_LEAST_EVERY: Milliseconds = 500;
const STREAMS = ['stdout', 'stderr'] as const;
const CARRIAGE_RETURN = 0x0d;

/** Limit for each stream: a full pipe, and a write in progress. */
const LAST_BYTES = 1024 * 1024;

/** The unfinished line of a stream. */
interface Tail {
  grownAt: Milliseconds;
  /** Time since which a part of the line has not been shown; null if there is none. */
  unseenSince: Milliseconds | null;
  /** Number of bytes that have been shown. */
  shown: number;
  /** True while a timer is pending for it. */
  isAwaited: boolean;
}

/** The output of a process and its hooks, on its way to the log file, the ring and the readers. */
export class ProcessOutput {
  /** What is on the terminal of the process; null if it has none. */
  readonly tape: TerminalTape | null;
  readonly #process: string;
  readonly #context: RunnerContext;
  readonly #log: ProcessLog;
  readonly #lines: Readonly<Record<OutputStream, LineAssembler>>;
  readonly #tap: OutputTap;
  readonly #watchers = new Set<BlockListener>();
  readonly #byteWatchers = new Set<(bytes: Buffer) => void>();
  readonly #timers = new Timers<OutputStream>();
  readonly #tails: Readonly<Record<OutputStream, Tail>> = {
    stdout: { grownAt: 0, unseenSince: null, shown: 0, isAwaited: false },
    stderr: { grownAt: 0, unseenSince: null, shown: 0, isAwaited: false },
  };

  constructor(process: ProcessSpec, context: RunnerContext) {
    const { engine, backpressure, logs } = context;
    this.#process = process.name;
    this.tape = process.launch.tty ? new TerminalTape() : null;
    this.#context = context;
    this.#log = logs.of(process.name);
    const own = (stream: OutputStream) =>
      new LineAssembler((block, partial) => {
        this.#tails[stream].shown = 0;
        this.#tails[stream].unseenSince = null;
        this.#deliver(stream, block, partial);
      });
    this.#lines = { stdout: own('stdout'), stderr: own('stderr') };
    const take: TakeOutput = (stream, chunk, move) =>
      this.#safely(stream, () => {
        this.take(chunk, this.#lines[stream], move);
        this.#showBytes(chunk);
      });
    const newlines = new TerminalNewlines();
    const saveFromTerminal = (bytes: Buffer) => this.#safely('stdout', () => this.#log.file.append(bytes));
    const takeFromTerminal = (chunk: Buffer) =>
      this.#safely('stdout', () => {
        this.#lines.stdout.push(newlines.read(chunk));
        this.tape?.take(chunk);
        this.#showBytes(chunk);
      });
    this.#tap = engine.openOutput(process, { take, saveFromTerminal, takeFromTerminal, backpressure });
  }

  /** Called from within Node, where nobody would catch an exception. */
  #safely(stream: OutputStream, take: () => void): void {
    try {
      take();
      if (this.#lines[stream].restBytes > 0) this.#tailHasGrown(stream);
    } catch (error) {
      this.#context.crashed(error);
    }
  }

  /** All that an instance wrote before its death has been taken: the next one begins on a new line. */
  endLines(): void {
    this.#timers.disarmAll();
    for (const tail of Object.values(this.#tails)) tail.isAwaited = false;
    for (const stream of STREAMS) this.#finish(stream);
    this.tape?.programEnded();
    this.#log.file.endLine();
  }

  /**
   * Reads more output, so that an instance can act on a signal, which it cannot while it waits in a write because
   * output is paused. The amount is limited, because a process that ignores the signal keeps writing.
   */
  letWrite(): void {
    this.#tap.allow(LAST_BYTES);
  }

  close(): void {
    this.#tap.close();
    this.tape?.close();
    this.#timers.disarmAll();
  }

  /** Creates an assembler for a stream beside the process's own, such as a hook's. */
  assemble(stream: OutputStream): LineAssembler {
    return new LineAssembler((block, partial) => this.#deliver(stream, block, partial));
  }

  /** The file comes first: whatever has been shown is never missing there. The chunk's memory may be used again. */
  take(chunk: Buffer, lines: LineAssembler, move: MoveToFile | null = null): void {
    this.#log.file.append(chunk, move);
    lines.push(chunk);
  }

  /** Passes all output to the listener, until the returned function is called. */
  watch(listener: BlockListener): () => void {
    this.#watchers.add(listener);
    return () => void this.#watchers.delete(listener);
  }

  /** Passes on the bytes of the process as they come, until the returned function is called. */
  watchBytes(listener: (bytes: Buffer) => void): () => void {
    this.#byteWatchers.add(listener);
    return () => void this.#byteWatchers.delete(listener);
  }

  #showBytes(chunk: Buffer): void {
    for (const watch of this.#byteWatchers) watch(Buffer.from(chunk));
  }

  /** Most chunks of a flood arm no new timer. */
  #tailHasGrown(stream: OutputStream): void {
    const tail = this.#tails[stream];
    tail.grownAt = now();
    if (tail.isAwaited) return;
    tail.isAwaited = true;
    this.#awaitTail(stream);
  }

  /** Input that has come meanwhile is read first: while this process had no turn, the stream was not quiet. */
  #awaitTail(stream: OutputStream): void {
    const at = this.#tails[stream].grownAt + QUIET;
    this.#timers.arm(stream, at, () => void setImmediate(() => this.#lookAtTail(stream)));
  }

  #lookAtTail(stream: OutputStream): void {
    const tail = this.#tails[stream];
    const lines = this.#lines[stream];
    // A stream that is paused here is not quiet.
    if (this.#context.backpressure.isPaused) tail.grownAt = now();
    const quietFor = now() - tail.grownAt;
    tail.isAwaited = lines.restBytes > 0 && quietFor < QUIET;
    tail.unseenSince ??= now() - QUIET;
    const isOverdue = now() - tail.unseenSince >= AT_LEAST_EVERY;
    // A progress line that overwrites itself may never pause.
    if (!tail.isAwaited || isOverdue || lines.rest.includes(CARRIAGE_RETURN)) this.#showTail(stream);
    if (tail.isAwaited) this.#awaitTail(stream);
  }

  #showTail(stream: OutputStream): void {
    const { rest } = this.#lines[stream];
    this.#tails[stream].unseenSince = null;
    if (rest.length === this.#tails[stream].shown) return;
    this.#tails[stream].shown = rest.length;
    this.#log.ring.pushUnfinished(stream, rest);
    for (const watch of this.#watchers) watch(rest);
    this.#context.unfinished(this.#process, stream, rest);
  }

  #finish(stream: OutputStream): void {
    const lines = this.#lines[stream];
    const { shown } = this.#tails[stream];
    if (shown === 0 || shown !== lines.restBytes) return lines.finish();
    lines.forget();
    this.#endShown(stream);
  }

  /** Ends a line that has been shown unfinished, and will not continue. */
  #endShown(stream: OutputStream): void {
    this.#tails[stream].shown = 0;
    this.#log.ring.keepUnfinished(stream);
    this.#context.unfinished(this.#process, stream, null);
  }

  #deliver(stream: OutputStream, block: Buffer, partial: boolean): void {
    this.#log.ring.push({ stream, bytes: block, partial });
    for (const watch of this.#watchers) watch(block);
    this.#context.output(this.#process, stream, block, partial);
  }
}
