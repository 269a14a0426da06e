import { closeSync, fstatSync, readSync } from 'node:fs';
import type { LogSource } from '../outputs/output.ts';
import { HEAD_BYTES, type Head, headOf, type Mark, markAfter, NO_HEAD, START } from './mark.ts';
import { openFile, readHead } from './read-file.ts';

interface TailedFileOptions {
  readonly id: string;
  readonly path: string;
  /** Path that its log has, or had before it was rotated. */
  readonly original: string;
  readonly source: LogSource;
  readonly head: Head;
  /** Where reading begins. */
  readonly mark: Mark;
  /** Milliseconds since 1970; 0: not known. */
  readonly born: number;
}

/** What a read gives. */
export type Read =
  | {
      readonly kind: 'bytes';
      /** They belong to the reader until the next read. */
      readonly bytes: Buffer;
      /** True: the file has no more now. */
      readonly isAtEnd: boolean;
      /** Milliseconds since 1970. */
      readonly modified: number;
    }
  /** It was cut short, or written anew: what it has now is read from its start, as another file. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'gone' };

/** A file that is read as it grows, by its inode whatever its name is. */
export class TailedFile {
  readonly id: string;
  readonly original: string;
  readonly source: LogSource;
  readonly born: number;
  path: string;
  /** Everything before it was delivered. */
  acknowledged: Mark;
  /** When it lost its name or was rotated, on a clock that never goes back. */
  leftAt: number | null = null;
  /** No folder has it any more. */
  isGone = false;
  /** Size when it was last looked at. */
  size = 0;
  /** Size when it was last read. */
  sizeRead = -1;
  /** When it was last modified as far as is known, in milliseconds since 1970. */
  modifiedSeen = 0;
  /** When it was last seen to have grown, on the same clock as `leftAt`. */
  grewAt = 0;
  /** It was read to its end, and nothing more will come. */
  isFinished = false;
  #mark: Mark;
  #head: Head;
  #descriptor: number | null = null;
  /** A copy of it, in which reading goes on. */
  #successor: TailedFile | null = null;

  constructor({ id, path, original, source, head, mark, born }: TailedFileOptions) {
    this.id = id;
    this.path = path;
    this.original = original;
    this.source = source;
    this.born = born;
    this.acknowledged = mark;
    this.#mark = mark;
    this.#head = head;
  }

  /** Everything before it was read. */
  get mark(): Mark {
    return this.#mark;
  }

  get head(): Head {
    return this.#head;
  }

  get isOpen(): boolean {
    return this.#descriptor !== null;
  }

  /** Bytes that are still to be read. */
  get lag(): number {
    return Math.max(0, this.size - this.#mark.position);
  }

  /** Null: it is not there any more. Throws if there are no more descriptors, or it may not be read. */
  open(): number | null {
    this.#descriptor ??= openFile(this.path, this.id)?.descriptor ?? null;
    return this.#descriptor;
  }

  /** Reads what follows the mark, as much as fits into `into`. */
  read(into: Buffer): Read {
    const descriptor = this.open();
    if (descriptor === null) return { kind: 'gone' };
    const { size, mtimeMs } = fstatSync(descriptor);
    this.size = size;
    const { position, before } = this.#mark;
    if (size < position) return { kind: 'replaced' };
    const read = readSync(descriptor, into, 0, into.length, position - before.length);
    if (!into.subarray(0, Math.min(read, before.length)).equals(before)) return { kind: 'replaced' };
    if (read > before.length && !this.#beginsAsBefore(descriptor)) return { kind: 'replaced' };
    const bytes = into.subarray(before.length, read);
    return { kind: 'bytes', bytes, isAtEnd: position + bytes.length >= size, modified: mtimeMs };
  }

  /** Moves the mark over bytes that were just read. */
  advance(bytes: Buffer): void {
    this.#mark = markAfter(this.#mark, bytes);
  }

  /** Everything before the mark was delivered. */
  acknowledge(mark: Mark): void {
    this.acknowledged = mark;
    if (this.#successor === null || this.#successor.acknowledged.position > mark.position) return;
    this.#successor.acknowledge(mark);
  }

  /** It goes on where the other one was: what is still to be delivered of that one is so of this one. */
  follow(other: TailedFile | null): void {
    if (other === null) return;
    this.acknowledged = other.acknowledged;
    other.#successor = this;
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  /** A short file gets a longer head as it grows. */
  #beginsAsBefore(descriptor: number): boolean {
    const bytes = readHead(descriptor);
    const { length, crc } = this.#head;
    if (length > 0 && headOf(bytes.subarray(0, length)).crc !== crc) return false;
    if (bytes.length > length && length < HEAD_BYTES) this.#head = headOf(bytes);
    return true;
  }
}

export const untouched = (options: Omit<TailedFileOptions, 'head' | 'mark'>): TailedFile =>
  new TailedFile({ ...options, head: NO_HEAD, mark: START });
