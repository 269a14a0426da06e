import { array, assert as check, constantFrom, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryMaker } from '../../../src/programs/log-shipper/lines/entry-maker.ts';
import { LineBatch } from '../../../src/programs/log-shipper/lines/line-batch.ts';
import { LineReader } from '../../../src/programs/log-shipper/lines/line-reader.ts';
import { splitLines } from '../../../src/programs/log-shipper/lines/split-lines.ts';
import type { ReadingOptions } from '../../../src/programs/log-shipper/options.ts';
import { entriesOf } from '../../../src/programs/log-shipper/outputs/output.ts';
import { PLAIN } from './tailing/follower.ts';

const source = { fields: {} };

const read = (
  text: string | Uint8Array,
  options: Partial<ReadingOptions> = {},
  more: { readonly isLastLine?: boolean; readonly isLastEvent?: boolean; readonly continues?: boolean } = {},
  room = { events: 1_000, bytes: 1_000_000, isEmpty: true },
) => {
  const all = { ...PLAIN, ...options };
  const block = {
    bytes: Buffer.from(text),
    continues: false,
    isLastLine: false,
    isLastEvent: false,
    ...more,
  };
  const taken = new LineReader(all).read(block, room);
  const { bytes, isFull } = taken;
  const lines = new LineBatch(new EntryMaker(all, () => 0), null);
  lines.add({ ...taken, source, offset: 100, time: 7, bytes: block.bytes.subarray(0, bytes) });
  const entries = entriesOf(lines);
  return { bodies: entries.map(({ body }) => body), entries, bytes, isFull };
};

describe('lines', () => {
  it('end at a newline, and what has none waits', () => {
    expect(read('a\nb\r\n\nc')).toMatchObject({ bodies: ['a', 'b', ''], bytes: 6, isFull: false });
    expect(read('a\nc', {}, { isLastLine: true })).toMatchObject({ bodies: ['a', 'c'], bytes: 3 });
  });

  it('know where they begin', () => {
    expect(read('ä\nb\n').entries.map(({ offset, time }) => [offset, time])).toEqual([
      [100, 7],
      [103, 7],
    ]);
  });

  it('of any bytes become whole again, whatever the longest one may be', () => {
    const text = array(constantFrom('a', 'ä', '😀', '\n', 'xyz'), { maxLength: 60 }).map((all) =>
      all.join(''),
    );
    check(
      property(text, integer({ min: 4, max: 12 }), (content, maxLineBytes) => {
        const bytes = Buffer.from(content);
        const {
          places,
          bytes: taken,
          cut,
        } = splitLines(bytes, { maxLineBytes, maxLines: 1e9, isLast: true });
        let whole = '';
        for (let at = 0; at < places.length; at += 2) {
          const piece = bytes.toString('utf8', places[at], places[at + 1]);
          expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(maxLineBytes);
          whole += cut.has(at / 2) || places[at + 1] === bytes.length ? piece : `${piece}\n`;
        }
        expect([taken, whole]).toEqual([bytes.length, content]);
      }),
      { seed: 16, numRuns: 500 },
    );
  });

  it('that are not UTF-8 are decoded as far as they can be', () => {
    expect(read(Buffer.from([0xff, 0x61, 0x0a])).bodies).toEqual(['\uFFFDa']);
  });

  it('go into a batch as long as there is room, and a first one always does', () => {
    const room = { events: 2, bytes: 1_000, isEmpty: true };
    expect(read('a\nb\nc\n', {}, {}, room)).toMatchObject({ bodies: ['a', 'b'], bytes: 4, isFull: true });
    const few = { events: 9, bytes: 3, isEmpty: true };
    expect(read('aaaa\nb\n', {}, {}, few)).toMatchObject({ bodies: ['aaaa'], bytes: 5, isFull: true });
    const none = { events: 9, bytes: 3, isEmpty: false };
    expect(read('aaaa\nb\n', {}, {}, none)).toMatchObject({ bodies: [], bytes: 0, isFull: true });
  });

  it('that go on with a piece that was sent are marked, and not parsed', () => {
    const parse = { kind: 'json' } as const;
    expect(read('{"a":1}\n{"a":2}\n', { parse }, { continues: true }).entries).toMatchObject([
      { body: '{"a":1}', parsed: { 'log.split': true } },
      { body: '{"a":2}', parsed: { a: 2 } },
    ]);
  });
});

describe('events of several lines', () => {
  const multiline = { start: { source: '^\\S', flags: '' }, timeout: 1_000 };

  it('go on until the next one begins, and the last one until its time is over', () => {
    const text = 'Error: a\n  at b\n  at c\nnext\n  at d\n';
    expect(read(text, { multiline })).toMatchObject({ bodies: ['Error: a\n  at b\n  at c'], bytes: 23 });
    expect(read(text, { multiline }, { isLastEvent: true })).toMatchObject({
      ...{ bodies: ['Error: a\n  at b\n  at c', 'next\n  at d'], bytes: text.length },
    });
  });

  it('begin with what stands before the first one', () => {
    expect(read('  x\nA\n', { multiline }, { isLastEvent: true }).bodies).toEqual(['  x', 'A']);
  });

  it('are cut when they are longer than a line may be', () => {
    const long = { multiline, maxLineBytes: 10 };
    expect(read('A\n bcd\n efg\n h\nB\n', long, { isLastEvent: true }).bodies).toEqual([
      ...['A\n bcd', ' efg\n h', 'B'],
    ]);
  });

  it('go into a batch one by one', () => {
    const room = { events: 1, bytes: 1_000, isEmpty: true };
    const text = 'A\n b\nC\n d\nE\n';
    expect(read(text, { multiline }, {}, room)).toMatchObject({ bodies: ['A\n b'], bytes: 5, isFull: true });
  });
});

it('what is to be redacted is so in the line and in what it has escaped', () => {
  const options = { parse: { kind: 'json' }, redact: [{ source: 'k-\\d+', flags: '' }] } as const;
  const [entry] = read('{"msg":"k-1","key":"\\u006b-22","n":1}\n', options).entries;
  expect(entry).toMatchObject({ body: '[redacted]', parsed: { key: '[redacted]', n: 1 } });
});

it('any line can be parsed', () => {
  const maker = new EntryMaker({ ...PLAIN, parse: { kind: 'auto' } }, () => 0);
  const place = { source, offset: 0, time: 0, isPiece: false };
  const beginning = constantFrom(
    '{',
    '<34>1 ',
    'a=',
    'a="',
    '::1 - - [',
    '::1 - - [30/Nov/2026:06:00:00 +0000] "',
    '',
  );
  check(
    property(beginning, string({ unit: 'binary' }), (start, rest) => {
      expect(maker.entry(`${start}${rest}`, place)).toMatchObject({ source, offset: 0 });
    }),
    { seed: 7, numRuns: 1_000 },
  );
});
