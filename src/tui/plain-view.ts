import type { LogViewLine, PodClient } from '../control/pod-client.ts';
import { after } from '../time/timers.ts';
import type { AsyncTty } from './terminal/async-tty.ts';

/** Number of past lines shown first, and the maximum written in one go. */
const TAIL = 50;
const AT_ONCE = 500;
const INTERVAL_MS = 100;
const NEWLINE = Buffer.from('\n');

/** Writes lines with the name of their process as a prefix. */
export interface PlainWriter {
  addNames(names: Iterable<string>): void;
  output(name: string, stream: 'stdout' | 'stderr', block: Buffer, partial: boolean): void;
  /** Writes the beginning of a line, or ends one that has been begun (null). */
  unfinished(name: string, stream: 'stdout' | 'stderr', line: Buffer | null): void;
  /** Writes a line of sidecarctl itself. */
  log(text: string): void;
}

interface PlainViewOptions {
  readonly client: PodClient;
  readonly tty: Pick<AsyncTty, 'isDrained'>;
  readonly writer: PlainWriter;
}

/**
 * Writes the pod's output to the normal screen, line by line with what happens to it, so that the terminal's own
 * scrolling, searching and copying work. A slow terminal gets a note that lines were skipped.
 */
export class PlainView {
  readonly #options: PlainViewOptions;
  readonly #ends: ReadonlyArray<() => void>;
  #next: number;
  #cancel: (() => void) | null = null;
  #sentences: string[] = [];
  /** Unfinished line that was written last. */
  #begun: LogViewLine | null = null;

  constructor(options: PlainViewOptions) {
    const { client } = options;
    this.#options = options;
    this.#next = client.log(null).before(Infinity, TAIL)[0]?.seq ?? 0;
    this.#ends = [
      client.onOutput(() => this.#soon()),
      client.onSentence((sentence) => {
        this.#sentences.push(sentence);
        this.#soon();
      }),
    ];
    this.#write();
  }

  log(text: string): void {
    this.#options.writer.log(text);
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#cancel?.();
    this.#write();
    if (this.#begun !== null) this.#options.writer.unfinished(this.#begun.process, this.#begun.stream, null);
  }

  #soon(): void {
    this.#cancel ??= after(INTERVAL_MS, () => {
      this.#cancel = null;
      if (this.#options.tty.isDrained) this.#write();
      else this.#soon();
    });
  }

  #write(): void {
    const { client, writer } = this.#options;
    const log = client.log(null);
    const missed = log.after(this.#next, AT_ONCE + 1).length > AT_ONCE;
    const lines = missed ? log.before(Infinity, AT_ONCE) : log.after(this.#next, AT_ONCE);
    this.#next = (lines.at(-1)?.seq ?? this.#next - 1) + 1;
    writer.addNames(client.snapshot.processes.map(({ name }) => name));
    for (const sentence of this.#sentences.splice(0)) writer.log(sentence);
    if (missed) writer.log('some lines were skipped here; the log files have all of them');
    for (const line of lines) this.#logLine(line);
  }

  #logLine(line: LogViewLine): void {
    const { writer } = this.#options;
    this.#begun = line.partial ? line : null;
    if (line.partial) writer.unfinished(line.process, line.stream, line.line);
    else writer.output(line.process, line.stream, Buffer.concat([line.line, NEWLINE]), false);
  }
}
