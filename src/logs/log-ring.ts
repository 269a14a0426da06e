import { countLines, eachLine } from './each-line.ts';
import { type Piece, RecycledMemory } from './recycled-memory.ts';

interface LogBlock {
  readonly stream: 'stdout' | 'stderr';
  /** Bytes as they came from a LineAssembler. */
  readonly bytes: Buffer;
  readonly partial: boolean;
}

/** Numbers the output of all rings of a pod in the order it comes: a block takes one number for each of its bytes. */
export interface LogNumbers {
  next: number;
}

export interface KeptBlock extends LogBlock {
  readonly process: string;
  /** Number of its first byte. */
  readonly seq: number;
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
}

/** Its memory is used again when it has been dropped. */
interface CountedBlock extends KeptBlock {
  readonly piece: Piece | null;
  /** Number of lines before it, once its lines have been counted. */
  linesBefore: number;
}

export interface KeptLine {
  /** Number of its first byte; an empty line has the number of its newline. */
  readonly seq: number;
  readonly process: string;
  /** Time when its block was read. */
  readonly time: number;
  readonly stream: 'stdout' | 'stderr';
  /** Bytes without the newline. */
  readonly line: Buffer;
  readonly partial: boolean;
}

const NEWLINE = 0x0a;
/**
 * 2 MiB hold 10,000 lines of 200 bytes. What fits into the processor's caches is written a quarter faster when ten
 * processes flood.
 */
const MOST_BYTES = 2 * 1024 * 1024;
/**
 * A block has at least one line, so this many blocks hold the newest 10,000 lines. Small blocks cost more than their
 * bytes.
 */
const MOST_BLOCKS = 10_000;

/**
 * The newest output of a process: 10,000 lines, or 2 MiB if these would be more. The cost of a push does not depend on
 * the block: lines are looked for only when somebody reads.
 */
export class LogRing {
  readonly #process: string;
  readonly #numbers: LogNumbers;
  readonly #memory = new RecycledMemory();
  #blocks: CountedBlock[] = [];
  /** Index of the oldest block that is still kept. The blocks before it are removed when they are half of all. */
  #from = 0;
  #bytes = 0;
  /** Newest block of a stream, if it is the beginning of a line. */
  readonly #unfinished = new Map<LogBlock['stream'], CountedBlock>();
  #countedLines = 0;
  /** Index of the oldest block whose lines have not been counted; null until somebody asks for the count. */
  #uncounted: number | null = null;

  constructor(process: string, numbers: LogNumbers) {
    this.#process = process;
    this.#numbers = numbers;
  }

  /** The bytes are copied. */
  push(block: LogBlock): void {
    if (this.#unfinished.size > 0) this.#dropUnfinished(block.stream);
    const cut = this.#lastLineThatFits(block);
    if (cut > 0) this.#append({ ...block, bytes: block.bytes.subarray(0, cut) });
    this.#append(cut > 0 ? { ...block, bytes: block.bytes.subarray(cut) } : block);
  }

  /** Adds a line that is not finished yet. The next push of more of it takes its place. */
  pushUnfinished(stream: LogBlock['stream'], bytes: Buffer): void {
    this.#dropUnfinished(stream);
    this.#append({ stream, bytes, partial: true });
    this.#unfinished.set(stream, this.#blocks.at(-1) as CountedBlock);
  }

  /** Keeps the unfinished line as it is: the next output begins another line. */
  keepUnfinished(stream: LogBlock['stream']): void {
    this.#unfinished.delete(stream);
  }

  /**
   * Returns where to cut a block of whole lines, so that its first part fills the slab of memory that has been begun. In a
   * flood a block is about as large as a slab, and each would leave one half empty. 0: it fits, or cannot be cut.
   */
  #lastLineThatFits({ bytes, partial }: LogBlock): number {
    const { room } = this.#memory;
    return partial || room === 0 || bytes.length <= room ? 0 : bytes.lastIndexOf(NEWLINE, room - 1) + 1;
  }

  #append({ stream, bytes, partial }: LogBlock): void {
    const [process, seq, time] = [this.#process, this.#numbers.next, Date.now()];
    const piece = this.#memory.keep(bytes);
    this.#blocks.push({ process, stream, bytes: piece.bytes, partial, seq, time, linesBefore: 0, piece });
    this.#numbers.next += bytes.length;
    this.#bytes += bytes.length;
    while (this.#bytes > MOST_BYTES || this.#blocks.length - this.#from > MOST_BLOCKS) this.#dropOldest();
  }

  /** Number of the oldest kept line, or null if there is none. */
  get first(): number | null {
    return this.#blocks[this.#from]?.seq ?? null;
  }

  /** A number higher than the newest line's, or null if there is none. */
  get end(): number | null {
    const block = this.#blocks.at(-1);
    return block === undefined ? null : endOf(block);
  }

  /** Number of lines so far. It leaves out lines that were dropped before somebody first asked. */
  get count(): number {
    return this.countBefore(Infinity);
  }

  /** Number of lines so far with `seq < before`. */
  countBefore(before: number): number {
    this.#countBlocks();
    const block = this.#blocks[this.#indexOf(before)];
    if (block === undefined) return this.#countedLines;
    const begun = Math.max(0, Math.ceil(before - block.seq));
    return block.linesBefore + countLines(block.bytes.subarray(0, begun));
  }

  /** Blocks that may have a line with `seq >= from`, oldest first. Their bytes stay the same until the next push. */
  *blocksFrom(from: number): Generator<KeptBlock, void> {
    for (let at = this.#indexOf(from); at < this.#blocks.length; at += 1) yield this.#blocks[at] as KeptBlock;
  }

  /** Blocks that may have a line with `seq < before`, newest first. */
  *blocksBefore(before: number): Generator<KeptBlock, void> {
    // At most one block lies in between, and it may be one of these.
    const from = Math.min(this.#indexOf(before), this.#blocks.length - 1);
    for (let at = from; at >= this.#from; at -= 1) yield this.#blocks[at] as KeptBlock;
  }

  /** Index of the first block with this number or a higher one. */
  #indexOf(seq: number): number {
    let low = this.#from;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (endOf(this.#blocks[middle] as KeptBlock) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #dropUnfinished(stream: LogBlock['stream']): void {
    const block = this.#unfinished.get(stream);
    this.#unfinished.delete(stream);
    const at = block === undefined ? -1 : this.#blocks.lastIndexOf(block);
    if (block === undefined || at < this.#from) return;
    this.#blocks.splice(at, 1);
    this.#forgetBytes(block);
    if (this.#uncounted === null || at >= this.#uncounted) return;
    this.#uncounted = at;
    this.#countedLines = block.linesBefore;
  }

  #dropOldest(): void {
    if (this.#uncounted === this.#from) {
      this.#countBlock(this.#from);
      this.#uncounted += 1;
    }
    this.#forgetBytes(this.#blocks[this.#from] as CountedBlock);
    this.#blocks[this.#from] = DROPPED;
    this.#from += 1;
    if (this.#from * 2 < this.#blocks.length) return;
    this.#blocks = this.#blocks.slice(this.#from);
    if (this.#uncounted !== null) this.#uncounted -= this.#from;
    this.#from = 0;
  }

  #forgetBytes({ bytes, piece }: CountedBlock): void {
    this.#bytes -= bytes.length;
    if (piece !== null) this.#memory.drop(piece);
  }

  #countBlocks(): void {
    const from = this.#uncounted ?? this.#from;
    for (let at = from; at < this.#blocks.length; at += 1) this.#countBlock(at);
    this.#uncounted = this.#blocks.length;
  }

  #countBlock(at: number): void {
    const block = this.#blocks[at] as CountedBlock;
    block.linesBefore = this.#countedLines;
    this.#countedLines += countLines(block.bytes);
  }
}

/** Takes the place of a dropped block until the list is cut. */
const DROPPED: CountedBlock = {
  process: '',
  stream: 'stdout',
  bytes: Buffer.alloc(0),
  partial: false,
  seq: 0,
  time: 0,
  linesBefore: 0,
  piece: null,
};

const endOf = ({ seq, bytes }: KeptBlock): number => seq + bytes.length;

export const linesOf = ({ seq: first, process, time, stream, bytes, partial }: KeptBlock): KeptLine[] => {
  const lines: KeptLine[] = [];
  let seq = first;
  eachLine(bytes, (line) => {
    lines.push({ seq, process, time, stream, line, partial });
    seq += line.length + 1;
  });
  return lines;
};
