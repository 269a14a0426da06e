import { eachLine } from './each-line.ts';

export interface LogBlock {
  readonly stream: 'stdout' | 'stderr';
  /** As it came from a LineAssembler. */
  readonly bytes: Buffer;
  readonly partial: boolean;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** Without its newline. */
  readonly line: Buffer;
  readonly partial: boolean;
}

const MOST_BYTES = 8 * 1024 * 1024;
/** A block has a line at least, so that this many blocks hold the newest 10,000 lines; small ones cost more than their bytes. */
const MOST_BLOCKS = 10_000;

/** The newest output of a process: 10,000 lines, or 8 MiB where these would be more. Lines are looked for only when asked. */
export class LogRing {
  #blocks: LogBlock[] = [];
  /** Of the oldest block that is still kept; what stands before it goes when it is half of all. */
  #from = 0;
  #bytes = 0;

  push(block: LogBlock): void {
    this.#blocks.push(block);
    this.#bytes += block.bytes.length;
    while (this.#bytes > MOST_BYTES || this.#blocks.length - this.#from > MOST_BLOCKS) this.#dropOldest();
  }

  /** The newest `count` lines, oldest first. */
  lastLines(count: number): LogLine[] {
    const found: LogLine[][] = [];
    let missing = count;
    for (let at = this.#blocks.length - 1; at >= this.#from && missing > 0; at -= 1) {
      const lines = linesOf(this.#blocks[at] as LogBlock).slice(-missing);
      found.push(lines);
      missing -= lines.length;
    }
    return found.reverse().flat();
  }

  #dropOldest(): void {
    this.#bytes -= this.#blocks[this.#from]?.bytes.length ?? 0;
    this.#from += 1;
    if (this.#from * 2 < this.#blocks.length) return;
    this.#blocks = this.#blocks.slice(this.#from);
    this.#from = 0;
  }
}

const linesOf = ({ stream, bytes, partial }: LogBlock): LogLine[] => {
  const lines: LogLine[] = [];
  eachLine(bytes, (line) => lines.push({ stream, line, partial }));
  return lines;
};
