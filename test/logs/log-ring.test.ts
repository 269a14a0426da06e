import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogView } from '../../src/control/pod-client.ts';
import { LogRing } from '../../src/logs/log-ring.ts';
import { RingView } from '../../src/logs/ring-view.ts';

const ALL = 1_000_000;

const ringsOf = (...processes: string[]) => {
  const numbers = { next: 1 };
  return processes.map((process) => new LogRing(process, numbers));
};

const oneRing = (): { ring: LogRing; view: LogView } => {
  const ring = new LogRing('app', { next: 1 });
  return { ring, view: new RingView(() => [ring]) };
};

const stdout = (text: string, partial = false) =>
  ({ stream: 'stdout', bytes: Buffer.from(text), partial }) as const;
const textsOf = (lines: readonly { line: Buffer }[]) => lines.map(({ line }) => line.toString());
const newest = (view: LogView, count: number) => textsOf(view.before(view.end, count));

describe('LogRing', () => {
  it('gives the newest lines, oldest first, across blocks', () => {
    const { ring, view } = oneRing();
    ring.push(stdout('one\ntwo\n'));
    ring.push({ stream: 'stderr', bytes: Buffer.from('three\n'), partial: false });
    ring.push(stdout('fo', true));
    expect(
      view.before(view.end, 3).map(({ stream, line, partial }) => [stream, line.toString(), partial]),
    ).toEqual([
      ['stdout', 'two', false],
      ['stderr', 'three', false],
      ['stdout', 'fo', true],
    ]);
    expect(newest(view, 100)).toEqual(['one', 'two', 'three', 'fo']);
    expect(newest(view, 0)).toEqual([]);
    expect(view.count).toBe(4);
  });

  it('puts a whole line in the place of its beginning, with a number of its own', () => {
    const { ring, view } = oneRing();
    ring.push(stdout('one\n'));
    ring.pushUnfinished('stdout', Buffer.from('Na'));
    ring.push({ stream: 'stderr', bytes: Buffer.from('other\n'), partial: false });
    const [, begun] = view.after(0, ALL);
    expect(begun).toMatchObject({ partial: true });
    expect(view.count).toBe(3);
    ring.pushUnfinished('stdout', Buffer.from('Name: '));
    expect(newest(view, 10)).toEqual(['one', 'other', 'Name: ']);
    ring.push(stdout('Name: Ann\n'));
    expect(newest(view, 10)).toEqual(['one', 'other', 'Name: Ann']);
    expect(textsOf(view.after((begun?.seq ?? 0) + 1, ALL))).toEqual(['other', 'Name: Ann']);
    expect(view.count).toBe(3);
  });

  it('keeps a beginning that ended as it was', () => {
    const { ring, view } = oneRing();
    ring.pushUnfinished('stdout', Buffer.from('Name: '));
    ring.keepUnfinished('stdout');
    ring.push(stdout('two\n'));
    expect(newest(view, 10)).toEqual(['Name: ', 'two']);
  });

  it('keeps empty lines', () => {
    const { ring, view } = oneRing();
    ring.push(stdout('\n\na\n'));
    expect(newest(view, 10)).toEqual(['', '', 'a']);
  });

  it('is empty before the first output', () => {
    const { view } = oneRing();
    expect([view.first, view.end, view.count, view.after(0, ALL)]).toEqual([0, 0, 0, []]);
  });

  it('keeps the newest 10,000 of lines that came one by one', () => {
    const { ring, view } = oneRing();
    for (let line = 0; line < 35_000; line++) ring.push(stdout(`${line}\n`));
    const lines = newest(view, ALL);
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([10_000, '25000', '34999']);
  });

  it('keeps no more than 2 MiB', () => {
    const { ring, view } = oneRing();
    const block = `${'x'.repeat(1023)}\n`.repeat(64);
    for (let blocks = 0; blocks < 1_000; blocks++) ring.push(stdout(block));
    expect(view.before(view.end, ALL)).toHaveLength(2 * 1024);
  });

  it('copies what it takes, and gives lines that stay as they are when it uses its memory again', () => {
    const { ring, view } = oneRing();
    const memory = Buffer.alloc(64 * 1024);
    for (let round = 0; round < 100; round++) {
      memory.fill(`${round % 10}`.repeat(99).concat('\n'), 0, 65_500);
      ring.push({ stream: 'stdout', bytes: memory.subarray(0, 65_500), partial: false });
    }
    const lines = view.after(0, ALL);
    const texts = textsOf(lines);
    for (let round = 0; round < 100; round++) ring.push(stdout(`${'x'.repeat(99)}\n`.repeat(655)));
    expect(textsOf(lines)).toEqual(texts);
    expect(new Set(texts.map((text) => text.replace(/^(\d)\1{98}$/, 'whole')))).toEqual(new Set(['whole']));
    expect(newest(view, 1)).toEqual(['x'.repeat(99)]);
  });

  it('uses the same memory again in a flood, and keeps lines whole', () => {
    const { ring, view } = oneRing();
    const used = new Set<ArrayBufferLike>();
    const line = `${'x'.repeat(99)}\n`;
    const memory = Buffer.from(line.repeat(2_621));
    for (let round = 0; round < 200; round++) {
      ring.push(stdout(line));
      ring.push({ stream: 'stdout', bytes: memory, partial: false });
      for (const { bytes } of ring.blocksFrom(0)) used.add(bytes.buffer);
    }
    expect(used.size).toBeLessThan(15);
    expect(new Set(textsOf(view.after(0, ALL)))).toEqual(new Set([line.trimEnd()]));
  });

  it('counts the lines that were dropped between two looks', () => {
    const { ring, view } = oneRing();
    ring.push(stdout('first\n'));
    const before = view.count;
    for (let line = 0; line < 35_000; line++) ring.push(stdout(`${line}\n`));
    expect(view.count - before).toBe(35_000);
    expect(view.count - before).toBe(35_000);
  });

  it('counts the lines before a number, also those that were dropped or replaced', () => {
    const { ring, view } = oneRing();
    ring.push(stdout('first\n'));
    expect(view.countBefore(view.end)).toBe(1);
    ring.pushUnfinished('stdout', Buffer.from('Na'));
    ring.push({ stream: 'stderr', bytes: Buffer.from('a\nb\n'), partial: false });
    expect(view.countBefore(view.end)).toBe(4);
    ring.push(stdout('Name: Ann\n'));
    const [line] = view.before(view.end, 1);
    expect([view.countBefore(line?.seq ?? 0), view.count]).toEqual([3, 4]);
    for (let more = 0; more < 35_000; more++) ring.push(stdout('more\n'));
    expect([view.countBefore(view.first), view.count]).toEqual([25_004, 35_004]);
  });

  it('knows a line by the same number when older ones have been dropped', () => {
    const { ring, view } = oneRing();
    for (let line = 0; line < 10_000; line++) ring.push(stdout(`${line}\n`));
    const [line] = view.before(view.end, 1);
    for (let more = 0; more < 5_000; more++) ring.push(stdout('more\n'));
    expect(textsOf(view.after(line?.seq ?? 0, 1))).toEqual(['9999']);
  });

  it('gives every line of a block that is full of newlines a number of its own', () => {
    const { ring, view } = oneRing();
    ring.push(stdout('\n'.repeat(200_000)));
    ring.push(stdout('last\n'));
    const seqs = view.after(0, ALL).map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(200_001);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  });

  it('merges the output of all processes in the order it came', () => {
    const [api, db, idle] = ringsOf('api', 'db', 'idle') as [LogRing, LogRing, LogRing];
    const view = new RingView(() => [api, db, idle]);
    api.push(stdout('a1\na2\n'));
    db.push(stdout('d1\n'));
    api.push(stdout('a3\n'));
    expect(textsOf(view.after(view.first, ALL))).toEqual(['a1', 'a2', 'd1', 'a3']);
    expect(newest(view, 2)).toEqual(['d1', 'a3']);
    expect(view.after(0, ALL).map(({ process }) => process)).toEqual(['api', 'api', 'db', 'api']);
  });

  it('gives the same lines forwards, backwards and in windows of any size', () => {
    const pushes = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 4 })), { maxLength: 30 });
    fc.assert(
      fc.property(pushes, fc.integer({ min: 1, max: 7 }), (list, size) => {
        const rings = ringsOf('a', 'b', 'c');
        const view = new RingView(() => rings);
        for (const [at, lines] of list) rings[at]?.push(stdout('line\n'.repeat(lines)));
        const all = view.after(0, ALL).map(({ seq }) => seq);
        expect(all).toHaveLength(view.count);
        expect(all.map((seq) => view.countBefore(seq))).toEqual(all.map((_, at) => at));
        expect(all.map((seq) => view.countBefore(seq + 0.5))).toEqual(all.map((_, at) => at + 1));
        expect(view.before(view.end, ALL).map(({ seq }) => seq)).toEqual(all);
        expect([...windows(view, size)]).toEqual(all);
      }),
    );
  });
});

function* windows(view: LogView, size: number): Generator<number> {
  let from = view.first;
  for (let page = view.after(from, size); page.length > 0; page = view.after(from, size)) {
    yield* page.map(({ seq }) => seq);
    from = (page.at(-1)?.seq ?? 0) + 1;
  }
}
