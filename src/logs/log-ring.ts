import { eachLine } from './each-line.ts';

export interface LogBlock {
  readonly stream: 'stdout' | 'stderr';
  /** As it came from a LineAssembler. */
  readonly bytes: Buffer;
  readonly partial: boolean;
}

export interface LogLine {
  /** Grows with the output of the whole pod, in the order it came. */
  readonly seq: number;
  /** When it was read, in milliseconds since 1970. */
  readonly time: number;
  readonly stream: 'stdout' | 'stderr';
  /** Without its newline. */
  readonly line: Buffer;
  readonly partial: boolean;
}

/** Numbers what comes, for all rings of a pod: a block takes as many numbers as it has bytes, so that none is counted. */
export interface LogNumbers {
  next: number;
}

interface KeptBlock extends LogBlock {
  readonly seq: number;
  readonly time: number;
}

const MOST_BYTES = 8 * 1024 * 1024;
/** A block has a line at least, so that this many blocks hold the newest 10,000 lines; small ones cost more than their bytes. */
const MOST_BLOCKS = 10_000;
const NEWLINE = 0x0a;

/** The newest output of a process: 10,000 lines, or 8 MiB where these would be more. Lines are looked for only when asked. */
export class LogRing {
  readonly #numbers: LogNumbers;
  #blocks: KeptBlock[] = [];
  /** Of the oldest block that is still kept; what stands before it goes when it is half of all. */
  #from = 0;
  #bytes = 0;
  #count = 0;
  #end = 0;

  constructor(numbers: LogNumbers = { next: 1 }) {
    this.#numbers = numbers;
  }

  /** Of the oldest line that is kept; `end` when there is none. */
  get first(): number {
    return this.#blocks[this.#from]?.seq ?? this.#end;
  }

  /** One more than the newest line's. */
  get end(): number {
    return this.#end;
  }

  /** Lines that have come, dropped ones included. */
  get count(): number {
    return this.#count;
  }

  push(block: LogBlock): void {
    const { bytes } = block;
    this.#blocks.push({ ...block, seq: this.#numbers.next, time: Date.now() });
    this.#numbers.next += bytes.length;
    this.#end = this.#numbers.next;
    this.#count += countLines(bytes);
    this.#bytes += bytes.length;
    while (this.#bytes > MOST_BYTES || this.#blocks.length - this.#from > MOST_BLOCKS) this.#dropOldest();
  }

  /** At most `count` lines with `seq >= from`, oldest first. */
  after(from: number, count: number): LogLine[] {
    const found: LogLine[] = [];
    for (let at = this.#blockAt(from); at < this.#blocks.length && found.length < count; at += 1) {
      found.push(...linesOf(this.#blocks[at] as KeptBlock).filter(({ seq }) => seq >= from));
    }
    return found.slice(0, count);
  }

  /** At most `count` lines with `seq < before`, the newest of them, oldest first. */
  before(before: number, count: number): LogLine[] {
    const found: LogLine[][] = [];
    let missing = count;
    for (let at = this.#blockAt(before); at >= this.#from && missing > 0; at -= 1) {
      const block = this.#blocks[at];
      if (block === undefined || block.seq >= before) continue;
      const lines = linesOf(block)
        .filter(({ seq }) => seq < before)
        .slice(-missing);
      found.push(lines);
      missing -= lines.length;
    }
    return found.reverse().flat();
  }

  /** The first block that may have a line with this number or a later one. */
  #blockAt(seq: number): number {
    let low = this.#from;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = this.#blocks[middle] as KeptBlock;
      if (block.seq + block.bytes.length <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #dropOldest(): void {
    this.#bytes -= this.#blocks[this.#from]?.bytes.length ?? 0;
    this.#from += 1;
    if (this.#from * 2 < this.#blocks.length) return;
    this.#blocks = this.#blocks.slice(this.#from);
    this.#from = 0;
  }
}

const countLines = (bytes: Buffer): number => {
  let count = bytes.at(-1) === NEWLINE ? 0 : 1;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
};

/** A line's number is where it stands in the output of the pod. */
const linesOf = ({ seq, time, stream, bytes, partial }: KeptBlock): LogLine[] => {
  const lines: LogLine[] = [];
  let at = seq;
  eachLine(bytes, (line) => {
    lines.push({ seq: at, time, stream, line, partial });
    at += line.length + 1;
  });
  return lines;
};
