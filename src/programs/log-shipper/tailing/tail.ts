import { closeSync, lstatSync } from 'node:fs';
import type { FileLines } from '../lines/line-batch.ts';
import type { LineReader, Room } from '../lines/line-reader.ts';
import type { LogSource } from '../outputs/output.ts';
import type { FileRecord, Positions } from '../positions/position-file.ts';
import type { FoundFile } from './found-file.ts';
import { BEFORE_BYTES, type Mark, NO_HEAD, START } from './mark.ts';
import { Orphans } from './orphans.ts';
import { goesOnFrom, openFile, readAt } from './read-file.ts';
import { TailedFile, untouched } from './tailed-file.ts';

interface TailOptions {
  readonly readFrom: 'beginning' | 'end';
  readonly rotateWait: number;
  /** Milliseconds after which the last event of a file is whole; `null`: every line is one. */
  readonly eventTimeout: number | null;
  readonly maxLineBytes: number;
  /** Files that are open at a time, besides those that were rotated or removed. */
  readonly mostOpen: number;
  /** Of the last start; `null`: there was none. */
  readonly positions: Positions | null;
  readonly say: (line: string) => void;
}

/** Where reading stood after entries: these places are acknowledged with them. */
export interface Passed {
  readonly file: TailedFile;
  readonly mark: Mark;
}

/** The next lines of some file. Their bytes are there until the next ones are read. */
export interface Portion extends FileLines {
  readonly passed: Passed;
  /** There was more, for which there was no room. */
  readonly isFull: boolean;
}

/** Bytes that are read at once: more takes no less time for each. */
const READS = 256 * 1024;

/** Beyond a line: its newline, and what is compared before it. */
const BESIDES = 64 * 1024;

/** As many first bytes as a copy is told by. */
const COMPARED = 64 * 1024;

/**
 * The files of one output: which of them there are, how far each was read, and what became of them. A file is told by its inode
 * and its first bytes, whatever its name is.
 */
export class Tail {
  readonly #options: TailOptions;
  readonly #reader: LineReader;
  readonly #files = new Map<string, TailedFile>();
  readonly #byPath = new Map<string, TailedFile>();
  /** Files that may have more. The one that was read last is the last one. */
  readonly #due = new Set<TailedFile>();
  /** Files with something that is read at a time, if nothing follows before. */
  readonly #waiting = new Map<TailedFile, number>();
  readonly #ignored: Set<string>;
  readonly #orphans: Orphans;
  readonly #block: Buffer;
  #isFirstStart: boolean;
  #hasLooked = false;
  #resumed: Map<string, FileRecord>;
  /** Nothing more will come. */
  #isEnding = false;

  constructor(options: TailOptions, reader: LineReader) {
    this.#options = options;
    this.#reader = reader;
    this.#isFirstStart = options.positions === null;
    this.#resumed = new Map(options.positions?.files.map((record) => [record.id, record]));
    this.#ignored = new Set(options.positions?.ignored);
    this.#orphans = new Orphans(options.say);
    this.#block = Buffer.allocUnsafeSlow(Math.max(READS, options.maxLineBytes + BESIDES));
  }

  get files(): readonly TailedFile[] {
    return [...this.#files.values()];
  }

  /** Bytes that are still to be read. */
  get lag(): number {
    let sum = 0;
    for (const file of this.#files.values()) sum += file.lag;
    return sum;
  }

  /** Bytes that were gone before they could be read. */
  get lostBytes(): number {
    return this.#orphans.lostBytes;
  }

  /** Some file was rotated or removed a short time ago, and may still be written to. */
  get isLeaving(): boolean {
    for (const file of this.#files.values()) if (file.leftAt !== null && file.isOpen) return true;
    return false;
  }

  get positions(): Positions {
    const files = [...this.#files.values()].map((file) => ({
      ...{ original: file.original, id: file.id, head: file.head, mark: file.acknowledged },
    }));
    return { files: [...files, ...this.#orphans.records], ignored: [...this.#ignored] };
  }

  /** When a file is due that waits: on a clock that never goes back; `null`: none waits. */
  get nextDue(): number | null {
    if (this.#due.size > 0) return 0;
    let next: number | null = null;
    for (const at of this.#waiting.values()) next = Math.min(next ?? at, at);
    return next;
  }

  /** A file may have more. False: it is not known. */
  wake(path: string): boolean {
    const file = this.#byPath.get(path);
    if (file !== undefined) this.#due.add(file);
    return file !== undefined;
  }

  /** Takes in which files there are. True: something had changed. */
  look(found: readonly FoundFile[], now: number): boolean {
    const known = new Map(found.map((file) => [file.id, file]));
    const before = this.#due.size;
    for (const file of [...this.#files.values()]) this.#follow(file, known.get(file.id), now);
    this.#resume(found, known, now);
    for (const file of found) if (!this.#files.has(file.id)) this.#meet(file, now);
    this.#forget(known);
    this.#orphans.expire(now);
    this.#isFirstStart = false;
    this.#hasLooked = true;
    return this.#due.size > before;
  }

  /** From now on what has no newline is a line, and nothing is waited for. */
  end(): void {
    this.#isEnding = true;
    for (const file of this.#files.values()) this.#due.add(file);
  }

  /** The next lines of some file; `null`: there are none now. */
  next(room: Room, now: number): Portion | null {
    for (const [file, at] of this.#waiting) if (at <= now) this.#due.add(file);
    for (const file of this.#due) {
      this.#due.delete(file);
      const portion = this.#trying(file.path, () => this.#readSome(file, room, now));
      if (portion !== null) return portion;
    }
    return null;
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
  }

  #readSome(file: TailedFile, room: Room, now: number): Portion | null {
    const small = Math.min(READS, Math.max(room.bytes, 4096) + BESIDES);
    const portion = this.#readUpTo(file, small, room, now);
    // A line that is longer than what was read.
    return portion === 'more'
      ? (this.#readUpTo(file, this.#block.length, room, now) as Portion | null)
      : portion;
  }

  #readUpTo(file: TailedFile, most: number, room: Room, now: number): Portion | null | 'more' {
    const read = file.read(this.#block.subarray(0, most));
    this.#keepOpen(file);
    // The next look tells where a file is that has lost its name before it was opened.
    if (read.kind === 'gone') return null;
    if (read.kind === 'replaced') {
      this.#replace(file, now);
      return null;
    }
    const { bytes, isAtEnd } = read;
    const { position, before } = file.mark;
    if (bytes.length > 0 && file.size !== file.sizeRead) file.grewAt = now;
    file.sizeRead = file.size;
    const taken = this.#reader.read(
      {
        bytes,
        continues: position > 0 && before.at(-1) !== 0x0a,
        isLastLine: isAtEnd && this.#isOver(file, now),
        isLastEvent: isAtEnd && this.#isQuiet(file, now),
      },
      room,
    );
    if (taken.bytes === 0 && !taken.isFull && !isAtEnd && most < this.#block.length) return 'more';
    const passed = bytes.subarray(0, taken.bytes);
    file.advance(passed);
    this.#arrange(file, { isAtEnd: isAtEnd && !taken.isFull, rest: bytes.length - taken.bytes, now });
    if (taken.bytes === 0 && !taken.isFull) return null;
    const { source, mark } = file;
    return { ...taken, source, offset: position, time: read.modified, bytes: passed, passed: { file, mark } };
  }

  /** Decides when a file is read again. */
  #arrange(
    file: TailedFile,
    { isAtEnd, rest, now }: { readonly isAtEnd: boolean; readonly rest: number; readonly now: number },
  ): void {
    this.#waiting.delete(file);
    if (!isAtEnd) {
      this.#due.add(file);
      return;
    }
    const { eventTimeout, rotateWait } = this.#options;
    if (file.leftAt !== null) {
      const over = Math.max(file.leftAt, file.grewAt) + rotateWait;
      if (now >= over) this.#finish(file);
      else this.#waiting.set(file, over);
    }
    if (rest > 0 && eventTimeout !== null && !this.#isEnding) {
      const quiet = file.grewAt + eventTimeout;
      if (quiet > now) this.#waiting.set(file, Math.min(quiet, this.#waiting.get(file) ?? quiet));
    }
  }

  /** No more will be written to it. */
  #isOver(file: TailedFile, now: number): boolean {
    if (this.#isEnding) return true;
    return file.leftAt !== null && now >= Math.max(file.leftAt, file.grewAt) + this.#options.rotateWait;
  }

  #isQuiet(file: TailedFile, now: number): boolean {
    const { eventTimeout } = this.#options;
    return eventTimeout === null || this.#isEnding || now >= file.grewAt + eventTimeout;
  }

  /** It was read to its end. Its position stays, for as long as it has a name. */
  #finish(file: TailedFile): void {
    this.#close(file);
    if (file.isGone) file.isFinished = true;
  }

  /** A known file may have another name, or none. */
  #follow(file: TailedFile, found: FoundFile | undefined, now: number): void {
    if (found === undefined) {
      file.isGone = true;
      this.#byPath.delete(file.path);
      if (file.leftAt === null) this.#leaves(file, now);
      if (file.isFinished) return;
      if (file.isOpen) this.#due.add(file);
      else file.isFinished = true;
      return;
    }
    if (found.path !== file.path) this.#rename(file, found, now);
    if (found.size !== file.sizeRead || found.modified !== file.modifiedSeen) this.#due.add(file);
    file.size = found.size;
    file.modifiedSeen = found.modified;
  }

  #rename(file: TailedFile, found: FoundFile, now: number): void {
    if (this.#byPath.get(file.path) === file) this.#byPath.delete(file.path);
    file.path = found.path;
    this.#byPath.set(found.path, file);
    if (file.leftAt === null) this.#leaves(file, now);
  }

  /** Its descriptor is kept: it may lose every name before it has been read. */
  #leaves(file: TailedFile, now: number): void {
    file.leftAt = now;
    this.#due.add(file);
  }

  /** Goes on with the files of the last start. */
  #resume(found: readonly FoundFile[], known: ReadonlyMap<string, FoundFile>, now: number): void {
    if (this.#hasLooked) return;
    for (const file of found) {
      const record = this.#resumed.get(file.id);
      if (record === undefined || this.#files.has(file.id)) continue;
      const { head, mark } = record;
      if (this.#matches(file, head, mark)) this.#add(file, head, mark, now);
      else this.#orphans.add(record, file.size, now);
    }
    for (const record of this.#resumed.values())
      if (!known.has(record.id)) this.#orphans.add(record, record.mark.position, now);
    this.#resumed = new Map();
  }

  /** Decides what a file is that was not known. */
  #meet(found: FoundFile, now: number): void {
    const { kind, path, original, id } = found;
    if (kind === 'old') return;
    const ignored = `${id}@${found.born}`;
    if (kind === 'rotated' && this.#ignored.has(ignored)) return;
    if (path !== original) {
      if (this.#isCopy(found, now)) return;
      const orphan = this.#orphans.claim(original, ({ head, mark }) => this.#matches(found, head, mark));
      if (orphan !== null) {
        const { head, mark } = orphan.record;
        return this.#add(found, head, mark, now).follow(orphan.file);
      }
    }
    if (kind === 'rotated' && this.#isFirstStart) {
      this.#ignored.add(ignored);
      return;
    }
    const isSkipped = this.#isFirstStart && this.#options.readFrom === 'end';
    this.#add(found, NO_HEAD, isSkipped ? this.#endOf(found) : START, now);
  }

  #add(found: FoundFile, head: TailedFile['head'], mark: Mark, now: number): TailedFile {
    const { id, path, original, fields, born } = found;
    const file = new TailedFile({ id, path, original, source: this.#sourceOf(fields), head, mark, born });
    file.size = found.size;
    file.modifiedSeen = found.modified;
    if (found.kind === 'rotated') file.leftAt = now;
    this.#files.set(id, file);
    this.#byPath.set(path, file);
    this.#due.add(file);
    // At once: a file that is rotated soon may have lost its name when its turn comes.
    this.#trying(path, () => file.open());
    this.#keepOpen(file);
    return file;
  }

  /**
   * Closes what was read longest ago when too many files are open: a program without descriptors can save no positions, and
   * sends nothing any more. Files that may have no name stay open.
   */
  #keepOpen(file: TailedFile): void {
    this.#open.delete(file);
    if (file.isOpen) this.#open.add(file);
    if (this.#open.size <= this.#options.mostOpen) return;
    const named = [...this.#open].filter((each) => each !== file && each.leftAt === null);
    const idle = named.find(({ lag }) => lag === 0) ?? named[0];
    if (idle !== undefined) this.#close(idle);
  }

  #close(file: TailedFile): void {
    file.close();
    this.#open.delete(file);
  }

  /** Files that are open, in the order in which they were read. */
  readonly #open = new Set<TailedFile>();

  #sourceOf(fields: LogSource['fields']): LogSource {
    const text = JSON.stringify(fields);
    const known = this.#sources.get(text) ?? { fields };
    this.#sources.set(text, known);
    return known;
  }

  readonly #sources = new Map<string, LogSource>();

  /** A file that is cut short or written anew is another one from there on. */
  #replace(file: TailedFile, now: number): void {
    this.#waiting.delete(file);
    this.#close(file);
    const { id, original, head, mark, path, source, born } = file;
    this.#orphans.add({ original, id, head, mark }, Math.max(file.sizeRead, mark.position), now, file);
    if (path !== original) return this.#meetAgain(file, now);
    const next = untouched({ id, path, original, source, born });
    this.#files.set(id, next);
    this.#byPath.set(path, next);
    this.#due.add(next);
  }

  /** The inode of a rotated file that was deleted may be that of a copy by now, of which everything was read. */
  #meetAgain(file: TailedFile, now: number): void {
    const { id, path, original, source } = file;
    this.#files.delete(id);
    if (this.#byPath.get(path) === file) this.#byPath.delete(path);
    const stats = this.#trying(path, () => lstatSync(path, { throwIfNoEntry: false }));
    if (stats === null || stats === undefined || `${stats.dev}:${stats.ino}` !== id) return;
    const { size, mtimeMs: modified, birthtimeMs: born } = stats;
    this.#meet({ kind: 'log', path, original, fields: source.fields, id, size, modified, born }, now);
  }

  /** Files without a name that were read and delivered, and ignored ones that are gone. */
  #forget(known: ReadonlyMap<string, FoundFile>): void {
    for (const [id, file] of this.#files) {
      if (!file.isFinished || file.acknowledged.position < file.mark.position) continue;
      file.close();
      this.#files.delete(id);
      this.#due.delete(file);
      this.#waiting.delete(file);
    }
    for (const ignored of this.#ignored) {
      const found = known.get(ignored.split('@')[0] ?? '');
      if (found === undefined || `${found.id}@${found.born}` !== ignored) this.#ignored.delete(ignored);
    }
  }

  /**
   * A tool may copy a log and then cut it short (`copytruncate`). The copy has nothing new while the log has what it has; once
   * the log was cut, reading goes on in the copy.
   */
  #isCopy(found: FoundFile, now: number): boolean {
    const log = [...this.#files.values()].find(
      ({ original, leftAt, isGone }) => original === found.original && leftAt === null && !isGone,
    );
    if (log === undefined || found.size === 0) return false;
    if (found.born > 0 && log.born > 0 && found.born < log.born) return false;
    const bytes = this.#with(found, (copy) => readAt(copy, 0, COMPARED)) ?? Buffer.alloc(0);
    const own = this.#trying(log.path, () => {
      const descriptor = log.open();
      if (descriptor === null) return null;
      const isSame = goesOnFrom(descriptor, log.head, log.mark);
      if (!isSame) this.#replace(log, now);
      return isSame ? readAt(descriptor, 0, COMPARED) : null;
    });
    if (own === null || bytes.length === 0 || bytes.length > own.length) return false;
    return own.subarray(0, bytes.length).equals(bytes);
  }

  #matches(found: FoundFile, head: TailedFile['head'], mark: Mark): boolean {
    if (found.size < mark.position) return false;
    return this.#with(found, (descriptor) => goesOnFrom(descriptor, head, mark)) ?? false;
  }

  #endOf(found: FoundFile): Mark {
    const before = this.#with(found, (descriptor) => {
      const bytes = Math.min(BEFORE_BYTES, found.size);
      return readAt(descriptor, found.size - bytes, bytes);
    });
    return { position: found.size, before: before ?? Buffer.alloc(0) };
  }

  #with<T>({ path, id }: FoundFile, use: (descriptor: number) => T): T | null {
    return this.#trying(path, () => {
      const file = openFile(path, id);
      if (file === null) return null;
      try {
        return use(file.descriptor);
      } finally {
        closeSync(file.descriptor);
      }
    });
  }

  /** What cannot be read now is tried again at the next look, and said once. */
  #trying<T>(path: string, act: () => T): T | null {
    try {
      const result = act();
      this.#failing.delete(path);
      return result;
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      if (code === '') throw error;
      if (!this.#failing.has(path)) this.#options.say(`${path} cannot be read: ${message}`);
      this.#failing.add(path);
      return null;
    }
  }

  /** Paths of files that could not be read the last time. */
  readonly #failing = new Set<string>();
}
