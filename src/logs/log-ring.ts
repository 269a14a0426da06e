import { countLines, eachLine } from './each-line.ts';

export interface LogBlock {
  readonly stream: 'stdout' | 'stderr';
  /** As it came from a LineAssembler. */
  readonly bytes: Buffer;
  readonly partial: boolean;
}

/** Numbers the output of all rings of a pod in the order it comes: a block takes a number for each of its bytes. */
export interface LogNumbers {
  next: number;
}

export interface KeptBlock extends LogBlock {
  /** Of its first byte. */
  readonly seq: number;
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
}

export interface KeptLine {
  /** Of its first byte; an empty line's is its newline's. */
  readonly seq: number;
  readonly process: string;
  /** Of its block: when it was read. */
  readonly time: number;
  readonly stream: 'stdout' | 'stderr';
  /** Without its newline. */
  readonly line: Buffer;
  readonly partial: boolean;
}

/** What fits into the processor's caches is written a quarter faster when ten processes flood; 10,000 lines of 200 bytes. */
const MOST_BYTES = 2 * 1024 * 1024;
/** A block has a line at least, so that this many blocks hold the newest 10,000 lines; small ones cost more than their bytes. */
const MOST_BLOCKS = 10_000;

/**
 * The newest output of a process: 10,000 lines, or 2 MiB where these would be more. A push costs the same whatever is in
 * the block: lines are looked for only when asked.
 */
export class LogRing {
  readonly #process: string;
  readonly #numbers: LogNumbers;
  #blocks: KeptBlock[] = [];
  /** Of the oldest block that is still kept; what stands before it goes when it is half of all. */
  #from = 0;
  #bytes = 0;
  /** The newest of a stream, where that is the beginning of a line. */
  readonly #unfinished = new Map<LogBlock['stream'], KeptBlock>();
  #countedLines = 0;
  /** Of the oldest block whose lines have not been counted; null while nobody has asked for a count. */
  #uncounted: number | null = null;

  constructor(process: string, numbers: LogNumbers) {
    this.#process = process;
    this.#numbers = numbers;
  }

  push(block: LogBlock): void {
    if (this.#unfinished.size > 0) this.#dropUnfinished(block.stream);
    this.#append(block);
  }

  /** A line as it is so far: it stands at the end until more of it is pushed, which takes its place. */
  pushUnfinished(stream: LogBlock['stream'], bytes: Buffer): void {
    this.#dropUnfinished(stream);
    this.#append({ stream, bytes, partial: true });
    this.#unfinished.set(stream, this.#blocks.at(-1) as KeptBlock);
  }

  /** It will not go on: what comes next is another line. */
  keepUnfinished(stream: LogBlock['stream']): void {
    this.#unfinished.delete(stream);
  }

  #append({ stream, bytes, partial }: LogBlock): void {
    this.#blocks.push({ stream, bytes, partial, seq: this.#numbers.next, time: Date.now() });
    this.#numbers.next += bytes.length;
    this.#bytes += bytes.length;
    while (this.#bytes > MOST_BYTES || this.#blocks.length - this.#from > MOST_BLOCKS) this.#dropOldest();
  }

  /** Of the oldest line that is kept; null when there is none. */
  get first(): number | null {
    return this.#blocks[this.#from]?.seq ?? null;
  }

  /** More than the newest line's; null when there is none. */
  get end(): number | null {
    const block = this.#blocks.at(-1);
    return block === undefined ? null : endOf(block);
  }

  /** How many lines have come. Those that were dropped before the first time of asking are not known and not in it. */
  get count(): number {
    const from = this.#uncounted ?? this.#from;
    for (let at = from; at < this.#blocks.length; at += 1) this.#countBlock(at);
    this.#uncounted = this.#blocks.length;
    return this.#countedLines;
  }

  /** Those that may have a line with `seq >= from`, oldest first. */
  *blocksFrom(from: number): Generator<KeptBlock, void> {
    for (let at = this.#indexOf(from); at < this.#blocks.length; at += 1) yield this.#blocks[at] as KeptBlock;
  }

  /** Those that may have a line with `seq < before`, newest first. */
  *blocksBefore(before: number): Generator<KeptBlock, void> {
    // In between there is at most one block, and it may be one of these.
    const from = Math.min(this.#indexOf(before), this.#blocks.length - 1);
    for (let at = from; at >= this.#from; at -= 1) yield this.#blocks[at] as KeptBlock;
  }

  linesOf({ seq: first, time, stream, bytes, partial }: KeptBlock): KeptLine[] {
    const lines: KeptLine[] = [];
    const process = this.#process;
    let seq = first;
    eachLine(bytes, (line) => {
      lines.push({ seq, process, time, stream, line, partial });
      seq += line.length + 1;
    });
    return lines;
  }

  /** Where the first block stands that has this number or a higher one. */
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
    this.#bytes -= block.bytes.length;
    if (this.#uncounted === null || at >= this.#uncounted) return;
    this.#uncounted -= 1;
    this.#countedLines -= countLines(block.bytes);
  }

  #dropOldest(): void {
    this.#bytes -= this.#blocks[this.#from]?.bytes.length ?? 0;
    if (this.#uncounted === this.#from) {
      this.#countBlock(this.#from);
      this.#uncounted += 1;
    }
    this.#blocks[this.#from] = DROPPED;
    this.#from += 1;
    if (this.#from * 2 < this.#blocks.length) return;
    this.#blocks = this.#blocks.slice(this.#from);
    if (this.#uncounted !== null) this.#uncounted -= this.#from;
    this.#from = 0;
  }

  #countBlock(at: number): void {
    this.#countedLines += countLines((this.#blocks[at] as KeptBlock).bytes);
  }
}

/** In the place of a block that is gone, so that its bytes are not kept until the list is cut. */
const DROPPED: KeptBlock = { stream: 'stdout', bytes: Buffer.alloc(0), partial: false, seq: 0, time: 0 };

const endOf = ({ seq, bytes }: KeptBlock): number => seq + bytes.length;
