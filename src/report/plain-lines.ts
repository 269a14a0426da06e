import { eachLine } from '../logs/each-line.ts';
import { clockTime } from './clock-time.ts';
import { LineEnd } from './line-end.ts';
import { colorOf, RESET } from './name-colors.ts';
import { prefixLines } from './prefix-lines.ts';
import { ownText } from './printable.ts';
import { TerminalText } from './terminal-text.ts';
import { withCause } from './wording.ts';

/** The memory may be used again afterwards. */
type WriteBytes = (bytes: Buffer) => void;

export interface PlainLinesOptions {
  readonly stdout: WriteBytes;
  readonly stderr: WriteBytes;
  readonly color: { readonly stdout: boolean; readonly stderr: boolean };
  /** True for a terminal, which gets only those bytes of a process that may appear among other lines. */
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean };
  /** True if both lead to the same place. */
  readonly isShared: boolean;
  /** True to put the local time before each line. */
  readonly timestamps: boolean;
}

type Stream = 'stdout' | 'stderr';

interface Source {
  readonly name: string;
  readonly stream: Stream;
  readonly prefix: string;
}

const NEWLINE = 0x0a;
const SELF = 'sidecarctl';

/**
 * Writes each line of a process with its name as a prefix; the supervisor's own lines go to stderr. In a pipe or file
 * the bytes stay as they are: a block gets its prefixes and is written in one piece.
 */
export class PlainLines {
  readonly #options: PlainLinesOptions;
  readonly #prefixes = new Map<string, { readonly stdout: string; readonly stderr: string }>();
  readonly #own: string;
  readonly #width: number;
  readonly #ends: Readonly<Record<Stream, LineEnd>>;
  /** Color state of each stream of each process, on a terminal. */
  readonly #texts = new Map<string, TerminalText>();

  constructor(names: readonly string[], options: PlainLinesOptions) {
    this.#options = options;
    this.#width = Math.max(SELF.length, ...names.map((name) => name.length));
    this.addNames(names);
    this.#own = prefixOf(SELF, this.#width, options.color.stderr ? 2 : null);
    const stdout = new LineEnd(options.isTerminal.stdout);
    this.#ends = { stdout, stderr: options.isShared ? stdout : new LineEnd(options.isTerminal.stderr) };
  }

  /** Colors stay with their names. A longer name that comes later exceeds the column. */
  addNames(names: Iterable<string>): void {
    const { color } = this.#options;
    for (const name of names) {
      if (this.#prefixes.has(name)) continue;
      const code = colorOf(this.#prefixes.size);
      const prefix = (colored: boolean) => prefixOf(name, this.#width, colored ? code : null);
      this.#prefixes.set(name, { stdout: prefix(color.stdout), stderr: prefix(color.stderr) });
    }
  }

  /** `time`: when it came, in milliseconds since 1970. */
  output(name: string, stream: Stream, block: Buffer, partial: boolean, time = Date.now()): void {
    const prefix = this.#prefixOf(name, stream, time);
    if (prefix === null) return;
    const write = this.#options[stream];
    if (this.#options.isTerminal[stream])
      return write(this.#forTerminal({ name, stream, prefix }, block, partial));
    if (!this.#ends[stream].isOpen) return prefixLines(block, prefix, partial, write);
    // The first line may complete the line that has been begun.
    const end = block.indexOf(NEWLINE);
    const first = block.toString('latin1', 0, end === -1 ? block.length : end);
    const others = end === -1 ? block.subarray(block.length) : block.subarray(end + 1);
    write(fromLatin1(this.#ends[stream].add(`${name} ${stream}`, prefix, first, true)));
    if (others.length > 0) prefixLines(others, prefix, partial, write);
  }

  unfinished(name: string, stream: Stream, line: Buffer | null, time = Date.now()): void {
    const prefix = this.#prefixOf(name, stream, time);
    if (prefix === null) return;
    const key = `${name} ${stream}`;
    if (line === null) return this.#options[stream](Buffer.from(this.#ends[stream].close(key)));
    const isTerminal = this.#options.isTerminal[stream];
    const text = isTerminal ? this.#textOf(key).preview(line.toString()) : line.toString('latin1');
    const written = this.#ends[stream].add(key, prefix, text, false);
    this.#options[stream](isTerminal ? Buffer.from(written) : fromLatin1(written));
  }

  #prefixOf(name: string, stream: Stream, time: number): string | null {
    const prefix = this.#prefixes.get(name)?.[stream];
    return prefix === undefined ? null : this.#stamp(time) + prefix;
  }

  #stamp(time: number): string {
    return this.#options.timestamps ? `${clockTime(time)} ` : '';
  }

  #forTerminal({ name, stream, prefix }: Source, block: Buffer, partial: boolean): Buffer {
    const key = `${name} ${stream}`;
    const text = this.#textOf(key);
    let written = '';
    eachLine(block, (line) => {
      const shown = partial ? text.piece(line.toString()) : text.line(line.toString());
      written += this.#ends[stream].add(key, prefix, shown, true);
    });
    return Buffer.from(written);
  }

  #textOf(key: string): TerminalText {
    const known = this.#texts.get(key) ?? new TerminalText();
    this.#texts.set(key, known);
    return known;
  }

  /** Writes a line of sidecarctl itself; `cause`: likely cause of the end that it tells of. */
  log(text: string, time = Date.now(), cause: string | null = null): void {
    const prefix = this.#stamp(time) + this.#own;
    const lines = ownText(withCause(text, cause)).replaceAll('\n', `\n${prefix}`);
    this.mark(`${prefix}${lines}\n`);
  }

  /** Writes text on a line of its own, without a prefix. */
  mark(text: string): void {
    this.#options.stderr(Buffer.from(`${this.#ends.stderr.close()}${text}`));
  }
}

/** Each character is a byte. */
const fromLatin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

const prefixOf = (name: string, width: number, color: number | null): string => {
  const text = `${name.padEnd(width)} | `;
  return color === null ? text : `\u001b[${color}m${text}${RESET}`;
};
