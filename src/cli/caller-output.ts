import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import { Backpressure } from '../logs/backpressure.ts';
import { loadLibc } from '../runtime/native/libc.ts';
import type { CallerStream, CallerStreams } from '../runtime/output/caller-streams.ts';
import { readStat } from '../runtime/process-tree/proc-table.ts';
import { noteLostOutput } from './lost-output.ts';
import { isSameTarget, openSink } from './output-sink.ts';
import { OutputWriter } from './output-writer.ts';

/** The streams that `run` was started with: for COMMAND, and stderr also for messages. */
export class CallerOutput implements CallerStreams {
  readonly backpressure = new Backpressure();
  readonly streams: CallerStreams['streams'];
  readonly sharesTerminal = terminalGroup() !== null;
  readonly #stdout: PassedOn | null;
  readonly #stderr: PassedOn;

  constructor() {
    this.#stdout = isatty(1) ? null : new PassedOn(1, this.backpressure);
    const isShared = this.#stdout !== null && isSameTarget(1, 2);
    this.#stderr = isShared ? (this.#stdout as PassedOn) : new PassedOn(2, this.backpressure);
    this.streams = { stdout: this.#stdout, stderr: isatty(2) ? null : this.#stderr };
  }

  /** Writes a message after COMMAND's output so far. */
  log(text: string): void {
    this.#stderr.write(Buffer.from(text));
  }

  /** Resolves when everything is written, however long readers take, or when nobody reads any more. */
  async drain(): Promise<void> {
    await Promise.all([this.#stdout?.drain(), this.#stderr.drain()]);
  }
}

/** A stream of this process with a queue in front. */
class PassedOn implements CallerStream {
  readonly #fd: 1 | 2;
  readonly #sink: ReturnType<typeof openSink>;
  readonly #writer: OutputWriter;
  #listeners: Array<() => void> = [];

  constructor(fd: 1 | 2, backpressure: Backpressure) {
    this.#fd = fd;
    this.#sink = openSink(fd);
    const onClosed = (error: Error) => this.#closed(error);
    this.#writer = new OutputWriter({ write: this.#sink.write, backpressure, onClosed });
  }

  write(bytes: Buffer): void {
    this.#writer.write(bytes);
  }

  /** Messages go to stderr, which therefore stays open. */
  end(): void {
    if (this.#fd === 1) void this.#writer.drain().then(() => this.#letGo());
  }

  onClosed(listener: () => void): void {
    this.#listeners.push(listener);
  }

  drain(): Promise<unknown> {
    return this.#writer.drain();
  }

  /** Reports a full disk. COMMAND itself writes into a pipe, and does not see it. */
  #closed(error: Error): void {
    noteLostOutput(error);
    for (const listener of this.#listeners.splice(0)) listener();
  }

  #letGo(): void {
    this.#sink.close();
    letGoOf(this.#fd);
  }
}

/** Closes the descriptor, so that the other end sees that nobody uses it. Without koffi it stays open until the end. */
export const letGoOf = (fd: 0 | 1 | 2): void => {
  const nothing = openSync('/dev/null', 'r+');
  loadLibc()?.duplicate(nothing, fd);
  closeSync(nothing);
};

/** Terminal of this process, or null. `isForeground`: its keys go to our process group. */
export const terminalGroup = (): { readonly isForeground: boolean } | null => {
  if (process.platform !== 'linux') return isatty(0) ? { isForeground: true } : null;
  const own = readStat('self');
  return own === null || own.terminal === 0 ? null : { isForeground: own.group === own.foregroundGroup };
};
