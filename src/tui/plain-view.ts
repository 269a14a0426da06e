import { logsOf } from '../control/log-names.ts';
import type { LogViewLine, PodClient, Sentence } from '../control/pod-client.ts';
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
  output(name: string, stream: 'stdout' | 'stderr', block: Buffer, partial: boolean, time: number): void;
  /** Writes the beginning of a line, or ends one that has been begun (null). */
  unfinished(name: string, stream: 'stdout' | 'stderr', line: Buffer | null, time?: number): void;
  /** Writes a line of sidecarctl itself; `cause`: likely cause of the end that it tells of. */
  log(text: string, time?: number, cause?: string | null): void;
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
  #sentences: Sentence[] = [];
  /** Likely cause of each process that the line of its end has told. */
  readonly #told = new Map<string, string>();
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
    writer.addNames(logsOf(client.snapshot));
    if (missed) writer.log('some lines were skipped here; the log files have all of them');
    for (const line of lines) {
      this.#tellUntil(line.time);
      this.#logLine(line);
    }
    this.#tellUntil(Number.POSITIVE_INFINITY);
  }

  /** What a process has written before an event comes before the sentence for it. */
  #tellUntil(time: number): void {
    while ((this.#sentences[0]?.at ?? time) < time) this.#tell(this.#sentences.shift());
  }

  #tell(sentence: Sentence | undefined): void {
    if (sentence === undefined) return;
    const { text, at, ended, explained } = sentence;
    if (explained !== null && this.#told.get(explained) === this.#causeOf(explained)) return;
    const cause = ended === null ? null : this.#causeOf(ended);
    if (ended !== null && cause !== null) this.#told.set(ended, cause);
    this.#options.writer.log(text, at, cause);
  }

  /** The cause of an end is found soon after it, and this is called later still. */
  #causeOf(process: string): string | null {
    const { processes } = this.#options.client.snapshot;
    return processes.find(({ name }) => name === process)?.cause ?? null;
  }

  #logLine(line: LogViewLine): void {
    const { writer } = this.#options;
    this.#begun = line.partial ? line : null;
    if (line.partial) writer.unfinished(line.process, line.stream, line.line, line.time);
    else writer.output(line.process, line.stream, Buffer.concat([line.line, NEWLINE]), false, line.time);
  }
}
