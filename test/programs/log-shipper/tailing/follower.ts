import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { EntryMaker } from '../../../../src/programs/log-shipper/lines/entry-maker.ts';
import { LineBatch } from '../../../../src/programs/log-shipper/lines/line-batch.ts';
import { LineReader } from '../../../../src/programs/log-shipper/lines/line-reader.ts';
import type { FilesFrom, ReadingOptions } from '../../../../src/programs/log-shipper/options.ts';
import { entriesOf, type LogEntry } from '../../../../src/programs/log-shipper/outputs/output.ts';
import type { Positions } from '../../../../src/programs/log-shipper/positions/position-file.ts';
import { findFiles } from '../../../../src/programs/log-shipper/tailing/find-files.ts';
import type { LogPlace } from '../../../../src/programs/log-shipper/tailing/found-file.ts';
import { Tail } from '../../../../src/programs/log-shipper/tailing/tail.ts';
import { volumePlace } from '../../../../src/programs/log-shipper/tailing/volume-place.ts';

export const PLAIN: ReadingOptions = {
  maxLineBytes: 1024 * 1024,
  multiline: null,
  parse: { kind: 'none' },
  redact: [],
};

interface FollowerOptions {
  readonly from?: Partial<FilesFrom>;
  readonly reading?: Partial<ReadingOptions>;
  readonly readFrom?: 'beginning' | 'end';
  readonly positions?: Positions | null;
  readonly mostOpen?: number;
  readonly room?: { readonly events: number; readonly bytes: number };
}

/** A folder that does not outlive the test. */
export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tail-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Follows the files of a folder on a clock of its own, and acknowledges what it reads. */
export class Follower {
  readonly entries: LogEntry[] = [];
  readonly said: string[] = [];
  readonly tail: Tail;
  readonly #lines: LineBatch;
  readonly #place: LogPlace;
  readonly #room: { readonly events: number; readonly bytes: number };
  now = 0;

  constructor(folder: string, options: FollowerOptions = {}) {
    const { from, reading = {}, readFrom = 'beginning', positions = null, mostOpen = 100 } = options;
    this.#room = options.room ?? { events: 10_000, bytes: 1024 * 1024 };
    const files = { kind: 'files', folder, include: ['**/*.log'], exclude: [], ...from } as const;
    this.#place = volumePlace(files, { 'service.name': 'web' });
    const all = { ...PLAIN, ...reading };
    this.#lines = new LineBatch(new EntryMaker(all, () => 0), null);
    this.tail = new Tail(
      {
        ...{ readFrom, positions, mostOpen, rotateWait: 5_000, maxLineBytes: all.maxLineBytes },
        eventTimeout: all.multiline?.timeout ?? null,
        say: (line) => this.said.push(line),
      },
      new LineReader(all),
    );
    onTestFinished(() => this.tail.close());
  }

  /** Looks which files there are, and reads none. */
  look(): this {
    this.tail.look(findFiles(this.#place).files, this.now);
    return this;
  }

  /** Reads one portion. False: there is nothing more now. */
  step(): boolean {
    const portion = this.tail.next({ ...this.#room, isEmpty: true }, this.now);
    if (portion === null) return false;
    this.#lines.clear();
    this.#lines.add(portion);
    this.entries.push(...entriesOf(this.#lines));
    portion.passed.file.acknowledge(portion.passed.mark);
    return true;
  }

  /** Reads what there is without looking for other files. */
  read(): this {
    while (this.step());
    return this;
  }

  /** Looks and reads until nothing is new. */
  follow(): this {
    this.look().read();
    return this.look().read();
  }

  wait(milliseconds: number): this {
    this.now += milliseconds;
    return this;
  }

  get bodies(): readonly string[] {
    return this.entries.map(({ body }) => body);
  }
}

/** `a 0`, `a 1`, … */
export const lines = (name: string, count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${name} ${from + at}`);

export const text = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
