import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EntryMaker } from '../../../../src/programs/log-shipper/lines/entry-maker.ts';
import { LineBatch } from '../../../../src/programs/log-shipper/lines/line-batch.ts';
import { LineReader } from '../../../../src/programs/log-shipper/lines/line-reader.ts';
import type { BatchOptions } from '../../../../src/programs/log-shipper/options.ts';
import {
  type Delivery,
  entriesOf,
  type LogBatch,
  type LogEntry,
  type Output,
} from '../../../../src/programs/log-shipper/outputs/output.ts';
import { newByteParser } from '../../../../src/programs/log-shipper/parse/bytes/new-byte-parser.ts';
import { DeadLetters } from '../../../../src/programs/log-shipper/pipeline/dead-letters.ts';
import { Lane } from '../../../../src/programs/log-shipper/pipeline/lane.ts';
import { PositionFile } from '../../../../src/programs/log-shipper/positions/position-file.ts';
import { findFiles } from '../../../../src/programs/log-shipper/tailing/find-files.ts';
import { Tail } from '../../../../src/programs/log-shipper/tailing/tail.ts';
import { volumePlace } from '../../../../src/programs/log-shipper/tailing/volume-place.ts';
import { now } from '../../../../src/time/timers.ts';
import { eventually } from '../../../support/deadline.ts';
import { lines, newFolder, PLAIN, text } from '../tailing/follower.ts';

// They set the clock of the programs forward, which other files of this worker have, too, with timers of their own.
vi.hoisted(() => vi.resetModules());

afterAll(() => vi.resetModules());

/** A destination that answers what it is told to, and takes everything otherwise. */
class FakeOutput implements Output {
  readonly name = 'fake';
  readonly batches: (readonly LogEntry[])[] = [];
  readonly answers: (Delivery | Promise<Delivery>)[] = [];
  attempts = 0;
  isClosed = false;

  async deliver(batch: LogBatch, signal: AbortSignal): Promise<Delivery> {
    this.attempts += 1;
    const aborted = new Promise<Delivery>((resolve) =>
      signal.addEventListener('abort', () => resolve({ kind: 'retry', why: 'aborted' })),
    );
    const answer = await Promise.race([this.answers.shift() ?? { kind: 'taken' as const }, aborted]);
    if (answer.kind === 'taken') this.batches.push(entriesOf(batch));
    return answer;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  get bodies(): readonly string[] {
    return this.batches.flat().map(({ body }) => body);
  }
}

interface Rig {
  readonly batch?: Partial<BatchOptions>;
  readonly folder?: string;
  readonly initialBackoff?: number;
}

const newRig = async ({ batch, folder = newFolder(), initialBackoff = 1 }: Rig = {}) => {
  const positionsPath = join(folder, 'state', 'fake.json');
  const positions = new PositionFile(positionsPath);
  const output = new FakeOutput();
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const tail = new Tail(
    {
      ...{ readFrom: 'beginning', rotateWait: 5_000, eventTimeout: null, maxLineBytes: PLAIN.maxLineBytes },
      ...{ positions: positions.load(), mostOpen: 100, say },
    },
    new LineReader(PLAIN),
  );
  const deadLetters = new DeadLetters(join(folder, 'state', 'dead.ndjson'));
  const lane = new Lane({
    newLines: () => new LineBatch(new EntryMaker(PLAIN, Date.now), newByteParser(PLAIN)),
    ...{ output, tail, positions, deadLetters, say, onChange: () => undefined },
    batch: { maxBytes: 1e6, maxEvents: 10, timeout: 10, ...batch },
    retry: { initialBackoff, maxBackoff: 30_000 },
  });
  const place = volumePlace({ kind: 'files', folder, include: ['*.log'], exclude: [] }, {});
  let clock = 0;
  const add = (all: readonly string[]): void => {
    appendFileSync(join(folder, 'a.log'), text(all));
    clock += 1;
    tail.look(findFiles(place).files, clock);
    lane.wake();
  };
  onTestFinished(() => lane.stop());
  await lane.begin();
  return { folder, output, said, tail, lane, add, positionsPath, deadLetters };
};

const delivered = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8')).files[0]?.position;

describe('a lane', () => {
  it('delivers lines in batches, and notes how far before it sends the next one', async () => {
    const { output, add, positionsPath } = await newRig();
    const first = Promise.withResolvers<Delivery>();
    output.answers.push(first.promise);
    add(lines('a', 25));
    await eventually('an attempt', () => output.attempts === 1);
    expect(JSON.parse(readFileSync(positionsPath, 'utf8')).files).toEqual([]);
    output.answers.push(new Promise(() => undefined));
    first.resolve({ kind: 'taken' });
    await eventually('another attempt', () => output.attempts === 2);
    expect(delivered(positionsPath)).toBe(40);
    expect(statSync(positionsPath).mode & 0o777).toBe(0o600);
    expect(output.batches.map(({ length }) => length)).toEqual([10]);
  });

  it('reads no more than another batch while a destination does not answer', async () => {
    const { output, add, lane, tail } = await newRig();
    output.answers.push(new Promise(() => undefined));
    add(lines('a', 10_000));
    await eventually('two batches', () => lane.stats.lines.read === 20);
    add(lines('b', 10_000));
    await new Promise((resolve) => setImmediate(resolve));
    expect(lane.stats.lines.read).toBe(20);
    expect(tail.lag).toBeGreaterThan(100_000);
  });

  it('sends the same batch again until it is taken, and tells so once', async () => {
    const { output, add, said, lane } = await newRig();
    output.answers.push(...Array.from({ length: 4 }, () => ({ kind: 'retry', why: 'no route' }) as const));
    add(lines('a', 10));
    await eventually('the lines', () => output.batches.length === 1);
    expect([output.attempts, output.bodies]).toEqual([5, lines('a', 10)]);
    expect(lane.stats.retries).toBe(4);
    await eventually('the end of it to be told', () => said.length === 2);
    expect(said[0]).toMatch(
      /^fake takes no lines: no route; they wait in their files, and it is tried again in \d/,
    );
    expect(said[1]).toBe('fake takes lines again, after 0 s');
    expect(lane.stats.trouble).toBe('');
  });

  it('asks a destination that is down for a minute ever more rarely, and keeps no more for it', async () => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'hrtime'],
    });
    onTestFinished(() => void vi.useRealTimers());
    const { output, add, said, lane } = await newRig({ initialBackoff: 500 });
    const until = now() + 60_000;
    const deliver = output.deliver.bind(output);
    output.deliver = (batch, signal) => {
      if (now() < until) output.answers.push({ kind: 'retry', why: 'connection refused' });
      return deliver(batch, signal);
    };
    /** Time passes, and what is asked of the disk is done. */
    const pass = async (): Promise<void> => {
      await vi.advanceTimersByTimeAsync(250);
      await new Promise((resolve) => setImmediate(resolve));
    };
    add(lines('a', 100));
    while (output.attempts === 0) await pass();
    // The clock of the machine is set back: no wait gets longer by that.
    vi.setSystemTime(new Date('2001-01-01'));
    while (now() < until) await pass();
    expect(lane.stats.lines).toEqual({ read: 20, sent: 0, dead: 0 });
    // Each wait is anything up to its limit, which doubles from 0.5 s to 30 s.
    expect(output.attempts).toBeGreaterThan(3);
    expect(output.attempts).toBeLessThan(60);
    while (output.batches.length < 10) await pass();
    expect(output.bodies).toEqual(lines('a', 100));
    expect(said.filter((line) => line.startsWith('fake takes no lines')).length).toBeLessThanOrEqual(3);
  });

  it('waits as long as the destination asks', async () => {
    const { output, add, lane } = await newRig();
    output.answers.push({ kind: 'retry', why: 'busy', after: 60_000 });
    add(['a']);
    await eventually('a refusal', () => lane.stats.retries === 1);
    expect(lane.stats.trouble).toBe('fake: busy');
    expect(output.attempts).toBe(1);
  });

  it('puts what is rejected into a file, and goes on', async () => {
    const { output, add, said, lane, deadLetters } = await newRig();
    output.answers.push({ kind: 'rejected', entries: [1], why: 'status 400' });
    add(lines('a', 3));
    await eventually('the end of the batch', () => lane.stats.batches === 1);
    expect(lane.stats.lines).toEqual({ read: 3, sent: 2, dead: 1 });
    const letter = JSON.parse(readFileSync(deadLetters.path, 'utf8'));
    expect(letter).toMatchObject({
      output: 'fake',
      why: 'status 400',
      entry: { message: 'a 1', file: 'a.log', offset: 4 },
    });
    expect(statSync(deadLetters.path).mode & 0o777).toBe(0o600);
    expect(said).toEqual([`fake refuses 1 line: status 400; see ${deadLetters.path} (1 in all)`]);
    output.answers.push({ kind: 'rejected', entries: 'all', why: 'status 413' });
    add(lines('b', 2));
    await eventually('the end of the next', () => lane.stats.batches === 2);
    expect(lane.stats.lines.dead).toBe(3);
    expect(readFileSync(deadLetters.path, 'utf8').trim().split('\n')).toHaveLength(3);
    // Once a minute.
    expect(said).toHaveLength(1);
  });

  it('sends nothing more while the disk takes no positions', async () => {
    const { folder, output, add, said, lane, positionsPath } = await newRig();
    rmSync(join(folder, 'state'), { recursive: true });
    writeFileSync(join(folder, 'state'), 'no folder');
    add(lines('a', 10));
    await eventually('trouble', () => lane.stats.trouble !== '');
    add(lines('b', 10));
    expect(output.batches).toHaveLength(1);
    expect(said[0]).toMatch(
      /^fake: cannot write positions: E.*; nothing more is sent until they can be written$/,
    );
    rmSync(join(folder, 'state'));
    mkdirSync(join(folder, 'state'));
    await eventually('the rest', () => output.batches.length === 2 && lane.stats.batches === 2);
    await eventually('the positions', () => delivered(positionsPath) === 80);
    expect(said).toContain('fake: positions can be written again');
  });

  it('drains: it sends what there is at once, and what has no newline', async () => {
    const { folder, output, add, lane } = await newRig({ batch: { timeout: 600_000, maxEvents: 1_000 } });
    add(lines('a', 3));
    appendFileSync(join(folder, 'a.log'), 'unfinished');
    await lane.drain(60_000);
    expect(output.bodies).toEqual([...lines('a', 3), 'unfinished']);
  });

  it('drains no longer than it may, and ends the attempt', async () => {
    const { output, add, lane } = await newRig();
    output.answers.push(new Promise(() => undefined));
    add(lines('a', 3));
    await lane.drain(50);
    await lane.stop();
    expect([output.attempts, output.batches.length, output.isClosed]).toEqual([1, 0, true]);
  });

  it('goes on where another one has stopped', async () => {
    const one = await newRig();
    one.add(lines('a', 12));
    await eventually('the lines', () => one.lane.stats.lines.sent === 12);
    await one.lane.stop();
    const other = await newRig({ folder: one.folder });
    other.add(lines('b', 2));
    await eventually('the rest', () => other.lane.stats.lines.sent === 2);
    expect(other.output.bodies).toEqual(lines('b', 2));
  });

  it('notes the place after a hole, which has no line', async () => {
    const { folder, output, lane, add, positionsPath } = await newRig();
    writeFileSync(join(folder, 'a.log'), `${'\0'.repeat(50)}\n`);
    add([]);
    await eventually('the position', () => delivered(positionsPath) === 51);
    expect([output.attempts, lane.stats.lines.read]).toEqual([0, 0]);
  });
});

it('dead letters are put aside when they are too many', async () => {
  const folder = newFolder();
  const letters = new DeadLetters(join(folder, 'dead.ndjson'), 100);
  const entry = {
    source: { fields: {} },
    offset: 0,
    time: 0,
    body: 'x'.repeat(80),
    severity: 0,
    parsed: null,
  };
  await letters.add('out', [entry], 'a', 0);
  await letters.add('out', [entry], 'b', 0);
  expect(readFileSync(letters.path, 'utf8')).toContain('"why":"b"');
  expect(readFileSync(`${letters.path}.1`, 'utf8')).toContain('"why":"a"');
});
