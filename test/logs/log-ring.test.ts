import { describe, expect, it } from 'vitest';
import { LogRing } from '../../src/logs/log-ring.ts';

const stdout = (text: string, partial = false) =>
  ({ stream: 'stdout', bytes: Buffer.from(text), partial }) as const;
const textsOf = (ring: LogRing, count: number) =>
  ring.before(Infinity, count).map(({ line }) => line.toString());

describe('LogRing', () => {
  it('gives the newest lines, oldest first, across blocks', () => {
    const ring = new LogRing();
    ring.push(stdout('one\ntwo\n'));
    ring.push({ stream: 'stderr', bytes: Buffer.from('three\n'), partial: false });
    ring.push(stdout('fo', true));
    expect(
      ring.before(Infinity, 3).map(({ stream, line, partial }) => [stream, line.toString(), partial]),
    ).toEqual([
      ['stdout', 'two', false],
      ['stderr', 'three', false],
      ['stdout', 'fo', true],
    ]);
    expect(textsOf(ring, 100)).toEqual(['one', 'two', 'three', 'fo']);
    expect(textsOf(ring, 0)).toEqual([]);
  });

  it('keeps empty lines', () => {
    const ring = new LogRing();
    ring.push(stdout('\n\na\n'));
    expect(textsOf(ring, 10)).toEqual(['', '', 'a']);
  });

  it('keeps the newest 10,000 of lines that came one by one', () => {
    const ring = new LogRing();
    for (let line = 0; line < 35_000; line++) ring.push(stdout(`${line}\n`));
    const lines = textsOf(ring, 1_000_000);
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([10_000, '25000', '34999']);
  });

  it('keeps no more than 8 MiB', () => {
    const ring = new LogRing();
    const block = Buffer.from(`${'x'.repeat(1023)}\n`.repeat(64));
    for (let blocks = 0; blocks < 1_000; blocks++)
      ring.push({ stream: 'stdout', bytes: block, partial: false });
    expect(ring.before(Infinity, 1_000_000)).toHaveLength(8 * 1024);
  });

  it('knows a line by a number that it keeps when older ones are dropped', () => {
    const ring = new LogRing();
    ring.push(stdout('one\ntwo\n'));
    ring.push(stdout('three\n'));
    const [, two] = ring.before(ring.end, 10);
    expect(ring.after(two?.seq ?? 0, 10).map(({ line }) => line.toString())).toEqual(['two', 'three']);
    expect(ring.before(two?.seq ?? 0, 10).map(({ line }) => line.toString())).toEqual(['one']);
    for (let line = 0; line < 20_000; line++) ring.push(stdout(`${line}\n`));
    expect(ring.after(0, 1)[0]).toMatchObject({ seq: ring.first, line: Buffer.from('10000') });
    expect(ring.count).toBe(20_003);
    expect(ring.after(ring.end, 10)).toEqual([]);
  });
});
