import { after, now, sleep } from '../../../time/timers.ts';
import type { LineBatch } from '../lines/line-batch.ts';
import type { BatchOptions, RetryOptions } from '../options.ts';
import { entriesOf, type Output } from '../outputs/output.ts';
import type { PositionFile } from '../positions/position-file.ts';
import type { Passed, Tail } from '../tailing/tail.ts';
import { type Collected, collect, dueIn, NOTHING, roomIn } from './batch.ts';
import type { DeadLetters } from './dead-letters.ts';
import { LaneStats } from './lane-stats.ts';
import { afterAttempt } from './retry.ts';

interface LaneOptions {
  readonly output: Output;
  readonly tail: Tail;
  readonly positions: PositionFile;
  readonly deadLetters: DeadLetters;
  readonly newLines: () => LineBatch;
  readonly batch: BatchOptions;
  readonly retry: RetryOptions;
  readonly say: (line: string) => void;
  /** Something about it has changed that a status tells. */
  readonly onChange: () => void;
}

interface Batch {
  readonly lines: LineBatch;
  /** Bytes of files that they take. */
  readonly bytes: number;
  readonly passed: readonly Passed[];
}

/** Milliseconds for which lines are read before others have their turn. */
const READS_FOR = 10;

/** Milliseconds after which a disk is tried again that has taken no positions or dead letters. */
const DISK_AGAIN = 1_000;

/**
 * The way from files to one destination. One batch is on its way, and one is collected meanwhile: whatever the destination does,
 * no more is kept in memory, and the files are what waits.
 */
export class Lane {
  readonly stats: LaneStats;
  readonly #options: LaneOptions;
  readonly #ending = new AbortController();
  /** Those that are collected, and the memory of a batch that was sent. */
  #lines: LineBatch;
  #spare: LineBatch | null = null;
  #passed = new Map<Passed['file'], Passed>();
  #collected: Collected = NOTHING;
  /** There was more than a batch. */
  #isFull = false;
  #isSending = false;
  /** Nothing is read any more. */
  #isStopped = false;
  /** What there is goes at once. */
  #isHurrying = false;
  #isQueued = false;
  #hasBegun = false;
  #cancel: () => void = () => undefined;
  #onIdle: () => void = () => undefined;
  #sent: Promise<void> = Promise.resolve();

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#lines = options.newLines();
    this.stats = new LaneStats(options.output.name, options.say);
  }

  get name(): string {
    return this.#options.output.name;
  }

  get tail(): Tail {
    return this.#options.tail;
  }

  /**
   * Notes which files there are before anything is sent: a later start must know that it is not the first one. What the disk
   * refuses here, it is asked for again with the first batch.
   */
  async begin(): Promise<void> {
    const { positions, tail } = this.#options;
    await positions.save(tail.positions).catch((error: NodeJS.ErrnoException) => {
      if (error.code === undefined) throw error;
      this.stats.diskRefused('positions', error.message, now());
    });
    this.#hasBegun = true;
    this.wake();
  }

  /** There may be more to read. */
  wake(): void {
    if (this.#isQueued || this.#isStopped || !this.#hasBegun) return;
    this.#isQueued = true;
    setImmediate(() => {
      this.#isQueued = false;
      this.#go();
    });
  }

  /**
   * Sends what there is, and then what is unfinished: nobody will end it. Resolves when everything was delivered, or when the
   * time is over.
   */
  async drain(limit: number): Promise<void> {
    this.#isHurrying = true;
    const isOver = new AbortController();
    const cancel = after(limit, () => isOver.abort());
    await this.#untilIdle(isOver.signal);
    this.#options.tail.end();
    await this.#untilIdle(isOver.signal);
    cancel();
  }

  #untilIdle(isOver: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (isOver.aborted) resolve();
    isOver.addEventListener('abort', () => resolve());
    this.#onIdle = resolve;
    this.wake();
    return promise;
  }

  /** Ends the attempt that is on its way, and lets go of everything. What was not acknowledged is read again. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    this.#ending.abort();
    await this.#sent;
    this.#options.tail.close();
    await this.#options.output.close();
  }

  #go(): void {
    if (this.#isStopped) return;
    this.#cancel();
    this.#collect();
    this.#sendIfDue();
    this.#arrange();
  }

  #collect(): void {
    const { tail, batch } = this.#options;
    const until = now() + READS_FOR;
    while (!this.#isFull && now() < until) {
      const at = now();
      const room = roomIn(this.#collected, batch);
      if (room.events === 0 || room.bytes === 0) break;
      const portion = tail.next({ ...room, isEmpty: this.#lines.length === 0 }, at);
      if (portion === null) break;
      const count = this.#lines.add(portion);
      this.#collected = collect(this.#collected, count, portion.bytes.length, at);
      this.#passed.set(portion.passed.file, portion.passed);
      this.#isFull = portion.isFull && this.#lines.length > 0;
      this.stats.read(count, portion.bytes.length);
    }
  }

  #sendIfDue(): void {
    if (this.#isSending) return;
    const isDue =
      this.#isFull || this.#isHurrying || dueIn(this.#collected, this.#options.batch, now()) === 0;
    if (this.#lines.length > 0 ? !isDue : this.#passed.size === 0) return;
    const batch = {
      lines: this.#lines,
      bytes: this.#collected.bytes,
      passed: [...this.#passed.values()],
    };
    this.#lines = this.#spare ?? this.#options.newLines();
    this.#passed = new Map();
    this.#collected = NOTHING;
    this.#isFull = false;
    this.#isSending = true;
    this.#sent = this.#send(batch).finally(() => {
      this.#isSending = false;
      batch.lines.clear();
      this.#spare = batch.lines;
      this.wake();
    });
    this.wake();
  }

  /** Decides when to go on: at once, in some time, or when something wakes it. */
  #arrange(): void {
    const { tail, batch } = this.#options;
    const at = now();
    const nextDue = this.#isFull ? null : tail.nextDue;
    if (nextDue === 0) return this.wake();
    if (this.#isHurrying && !this.#isSending && this.#lines.length === 0 && this.#passed.size === 0)
      return this.#onIdle();
    const waits = [
      this.#isSending ? null : dueIn(this.#collected, batch, at),
      nextDue === null ? null : nextDue - at,
    ].filter((wait) => wait !== null);
    if (waits.length > 0) this.#cancel = after(Math.max(1, Math.min(...waits)), () => this.#go());
  }

  /** Returns when the batch was delivered, however long that takes, or at the end. */
  async #send(batch: Batch): Promise<void> {
    const { retry, onChange } = this.#options;
    for (let failures = 0; !this.#ending.signal.aborted; failures += 1) {
      const next = afterAttempt(await this.#attempt(batch), failures, retry, Math.random());
      if (next.kind === 'advance') return this.#advance(batch, batch.lines.length);
      if (next.kind === 'bury') return this.#bury(batch, next.entries, next.why);
      if (this.#ending.signal.aborted) return;
      this.stats.failed(next.why, next.milliseconds, now());
      onChange();
      await sleep(next.milliseconds, this.#ending.signal);
    }
  }

  #attempt({ lines }: Batch): ReturnType<Output['deliver']> | { readonly kind: 'taken' } {
    // Bytes without an entry, such as holes: only the position moves.
    return lines.length === 0 ? { kind: 'taken' } : this.#options.output.deliver(lines, this.#ending.signal);
  }

  async #bury(batch: Batch, which: readonly number[] | 'all', why: string): Promise<void> {
    const { deadLetters, output, onChange } = this.#options;
    const entries = entriesOf(which === 'all' ? batch.lines : batch.lines.only(which));
    const isKept = await this.#onDisk('dead letters', () =>
      deadLetters.add(output.name, entries, why, Date.now()),
    );
    if (!isKept) return;
    this.stats.buried(entries.length, why, deadLetters.path, now());
    onChange();
    await this.#advance(batch, batch.lines.length - entries.length);
  }

  async #advance({ passed, bytes }: Batch, sent: number): Promise<void> {
    const { positions, tail, onChange } = this.#options;
    for (const { file, mark } of passed) file.acknowledge(mark);
    this.stats.sent(sent, bytes, now());
    await this.#onDisk('positions', () => positions.save(tail.positions));
    onChange();
  }

  /** Tries until the disk takes it: a batch more would be one that is sent twice after a crash. False: this is the end. */
  async #onDisk(what: string, write: () => Promise<void>): Promise<boolean> {
    for (;;) {
      try {
        await write();
        this.stats.diskTook(what);
        return true;
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === undefined) throw error;
        this.stats.diskRefused(what, message, now());
        this.#options.onChange();
        if (this.#ending.signal.aborted) return false;
        await sleep(DISK_AGAIN, this.#ending.signal);
      }
    }
  }
}
