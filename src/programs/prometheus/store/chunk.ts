import { readVarint, writeVarint } from './varint.ts';

/** Samples of a chunk: 20 minutes at one every 5 s. More take less room, and fewer end closer to the retention. */
export const SAMPLES_PER_CHUNK = 240;

/** What stands before a value, which is otherwise the difference to the one before, plus this many. */
const STALE = 0;
const FLOAT = 1;
const DIFFERENCES = 2;

const FIRST_BYTES = 64;
/** Varints of a time and a tag with eight bytes of a value. */
const MOST_BYTES_OF_SAMPLE = 26;

/** Samples as columns. A stale one says that the series had ended. */
export interface Samples {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly isStale: Uint8Array;
  readonly length: number;
}

/** Takes samples of a chunk one after the other. */
export interface SampleSink {
  add(time: number, value: number, isStale: boolean): void;
}

/**
 * Samples, compressed. Each has the difference of its time to the time before, as a difference to the difference before,
 * and of its value to the value before if both are whole numbers. What repeats takes a byte for each.
 */
export class Chunk {
  readonly start: number;
  #bytes = new Uint8Array(FIRST_BYTES);
  #used = 0;
  #count = 0;
  #end: number;
  #step = 0;
  #value = 0;

  constructor(start: number) {
    this.start = start;
    this.#end = start;
  }

  get end(): number {
    return this.#end;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes.length;
  }

  get isFull(): boolean {
    return this.#count >= SAMPLES_PER_CHUNK;
  }

  /** `value` null: stale. Times grow. */
  add(time: number, value: number | null): void {
    this.#makeRoom();
    const step = time - this.#end;
    this.#putSigned(step - this.#step);
    this.#step = step;
    this.#end = time;
    this.#count += 1;
    if (value === null) this.#put(STALE);
    else this.#putValue(value);
  }

  /** Nothing more will come. */
  seal(): void {
    this.#bytes = this.#bytes.slice(0, this.#used);
  }

  read(sink: SampleSink): void {
    const cursor = { bytes: this.#bytes, at: 0 };
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    let [time, step, value] = [this.start, 0, 0];
    for (let index = 0; index < this.#count; index += 1) {
      step += signed(readVarint(cursor));
      time += step;
      const tag = readVarint(cursor);
      if (tag === FLOAT) {
        value = view.getFloat64(cursor.at);
        cursor.at += 8;
      } else if (tag >= DIFFERENCES) value += signed(tag - DIFFERENCES);
      sink.add(time, value, tag === STALE);
    }
  }

  #putValue(value: number): void {
    const difference = value - this.#value;
    if (isSmallWhole(value) && isSmallWhole(this.#value)) this.#put(unsigned(difference) + DIFFERENCES);
    else {
      this.#put(FLOAT);
      new DataView(this.#bytes.buffer).setFloat64(this.#used, value);
      this.#used += 8;
    }
    this.#value = value;
  }

  #putSigned(value: number): void {
    this.#put(unsigned(value));
  }

  #put(value: number): void {
    this.#used = writeVarint(this.#bytes, this.#used, value);
  }

  #makeRoom(): void {
    if (this.#used + MOST_BYTES_OF_SAMPLE <= this.#bytes.length) return;
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Twice as much, and a tag, still fit a number. `-0` is none: a difference would lose its sign. */
const isSmallWhole = (value: number): boolean =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 50 && !Object.is(value, -0);

/** 0, -1, 1, -2 … as 0, 1, 2, 3 … */
const unsigned = (value: number): number => (value < 0 ? -value * 2 - 1 : value * 2);

const signed = (value: number): number => (value % 2 === 1 ? -(value + 1) / 2 : value / 2);
