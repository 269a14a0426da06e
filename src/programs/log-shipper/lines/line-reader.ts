import type { ReadingOptions } from '../options.ts';
import { patternOf } from '../parse/new-parser.ts';
import { type Event, groupLines } from './group-lines.ts';
import { type Lines, splitLines } from './split-lines.ts';
import { type TextAt, textOf } from './text-at.ts';

/** A block of bytes of a file. */
export interface Block {
  readonly bytes: Buffer;
  /** It begins within a line, whose first piece was taken before. */
  readonly continues: boolean;
  /** What has no newline is a line: no more will come. */
  readonly isLastLine: boolean;
  /** The last lines are a whole event: no more have come in time. */
  readonly isLastEvent: boolean;
}

/** What still fits into a batch. */
export interface Room {
  readonly events: number;
  readonly bytes: number;
  /** The batch has nothing yet, and one event fits, however long. */
  readonly isEmpty: boolean;
}

/** Where events lie in a block: lines, or several lines each. */
export interface Taken {
  /** Start and end of each event, in turns, without its last newline. */
  readonly places: readonly number[];
  /** Indexes of events that are pieces of a longer one. */
  readonly pieces: ReadonlySet<number>;
  /** Number of bytes of the block that they take. */
  readonly bytes: number;
  /** There was more, for which there was no room. */
  readonly isFull: boolean;
}

/** Finds lines, or events of several lines, in blocks of bytes. */
export class LineReader {
  readonly #maxLineBytes: number;
  readonly #start: RegExp | null;

  constructor({ maxLineBytes, multiline }: Pick<ReadingOptions, 'maxLineBytes' | 'multiline'>) {
    this.#maxLineBytes = maxLineBytes;
    this.#start = multiline === null ? null : patternOf(multiline.start);
  }

  read(block: Block, room: Room): Taken {
    const lines = splitLines(block.bytes, {
      maxLineBytes: this.#maxLineBytes,
      maxLines: this.#start === null ? room.events : Number.POSITIVE_INFINITY,
      isLast: block.isLastLine,
    });
    return this.#start === null
      ? takeLines(block, lines, room)
      : this.#takeEvents(block, lines, room, this.#start);
  }

  #takeEvents(block: Block, lines: Lines, room: Room, start: RegExp): Taken {
    const { places, bytes } = lines;
    const text: TextAt = textOf(block.bytes.subarray(0, bytes));
    const from = (line: number): number => places[2 * line] ?? bytes;
    const events = groupLines({
      lines: places.length / 2,
      begins: (line) => start.test(text(from(line), places[2 * line + 1] as number)),
      bytes: (first, end) => from(end) - from(first),
      maxBytes: this.#maxLineBytes,
      isLast: block.isLastEvent || block.isLastLine,
    });
    const found: number[] = [];
    const pieces = new Set<number>();
    for (const [index, event] of events.entries()) {
      const isBeyond = from(event.end) > room.bytes && !(room.isEmpty && index === 0);
      if (index === room.events || isBeyond)
        return { places: found, pieces, bytes: from(event.first), isFull: true };
      if (isCutOff(event, lines, block.continues)) pieces.add(index);
      found.push(from(event.first), places[2 * event.end - 1] as number);
    }
    return { places: found, pieces, bytes: from(events.at(-1)?.end ?? 0), isFull: false };
  }
}

const takeLines = (block: Block, { places, bytes, cut }: Lines, room: Room): Taken => {
  const fitting = fittingIn(places, room);
  const pieces = piecesOf(cut, block.continues && fitting > 0);
  if (2 * fitting < places.length)
    return {
      places: places.slice(0, 2 * fitting),
      pieces,
      bytes: places[2 * fitting] as number,
      isFull: true,
    };
  return { places, pieces, bytes, isFull: fitting === room.events && bytes < block.bytes.length };
};

/** Number of lines that there is room for. */
const fittingIn = (places: readonly number[], { bytes, isEmpty }: Room): number => {
  let lines = places.length / 2;
  while (lines > 0 && (places[2 * lines - 1] as number) > bytes) lines -= 1;
  return isEmpty && lines === 0 && places.length > 0 ? 1 : lines;
};

/** Beside what was cut, the last piece of each. */
const piecesOf = (cut: ReadonlySet<number>, continues: boolean): ReadonlySet<number> => {
  const pieces = new Set(continues ? [0] : []);
  for (const line of cut) pieces.add(line).add(line + 1);
  return pieces;
};

const isCutOff = ({ first, end }: Event, { cut }: Lines, continues: boolean): boolean =>
  (first === 0 && continues) || cut.has(end - 1) || cut.has(first - 1);
