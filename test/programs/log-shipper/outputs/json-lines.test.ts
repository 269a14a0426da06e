import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryMaker } from '../../../../src/programs/log-shipper/lines/entry-maker.ts';
import { LineBatch } from '../../../../src/programs/log-shipper/lines/line-batch.ts';
import { LineReader } from '../../../../src/programs/log-shipper/lines/line-reader.ts';
import type { ParseOptions, ReadingOptions } from '../../../../src/programs/log-shipper/options.ts';
import { elasticsearchFormat } from '../../../../src/programs/log-shipper/outputs/http/elasticsearch-format.ts';
import { newNdjson } from '../../../../src/programs/log-shipper/outputs/json/ndjson.ts';
import type { LogBatch, LogSource } from '../../../../src/programs/log-shipper/outputs/output.ts';
import { newByteParser } from '../../../../src/programs/log-shipper/parse/bytes/new-byte-parser.ts';
import { PLAIN } from '../tailing/follower.ts';

const SOURCES: readonly LogSource[] = [
  { fields: { 'service.name': 'wéb"', file: '/logs/web.log' } },
  { fields: { 'url.path': 'taken', message: 'taken, too' } },
];

/** The file is read in blocks of so many bytes, as it grows. */
interface Content {
  readonly bytes: Buffer;
  readonly block: number;
  readonly source: LogSource;
  readonly offset: number;
}

/** Two batches of the same lines: one that may use bytes, and one that makes an object of every line. */
const batchesOf = ({ bytes, block, source, offset }: Content, reading: ReadingOptions) => {
  const entries = new EntryMaker(reading, () => 0);
  const both = [new LineBatch(entries, newByteParser(reading)), new LineBatch(entries, null)] as const;
  const reader = new LineReader(reading);
  for (let [from, length] = [0, block]; from < bytes.length; ) {
    const part = bytes.subarray(from, from + length);
    const isLast = from + length >= bytes.length;
    const continues = from > 0 && bytes[from - 1] !== 0x0a;
    const room = { events: 5, bytes: 1_000, isEmpty: true };
    const taken = reader.read({ bytes: part, continues, isLastLine: isLast, isLastEvent: isLast }, room);
    const lines = { ...taken, source, time: 1.5e12 + from, offset: offset + from };
    for (const batch of both) batch.add({ ...lines, bytes: part.subarray(0, taken.bytes) });
    from += taken.bytes;
    length = taken.bytes === 0 ? length + block : block;
  }
  return both;
};

const ndjson = newNdjson();
const elasticsearch = elasticsearchFormat('logs');

const textsOf = async (batch: LogBatch): Promise<readonly string[]> => {
  const one = ndjson.encode(batch).toString('latin1');
  return [one, (await elasticsearch.encode(batch)).data.toString('latin1')];
};

const odd = fc.constantFrom<readonly (string | number)[]>(
  ...['a', 'ä', '😀', '"', '\\', '\n', '\n', '\r\n', '\r', '\0', '\t\b\f', '\u007f', '\u2028', ' '].map(
    (text) => [text],
  ),
  ...[[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0x1f]],
  ...['{"msg":1}', '<34>1 ', 'level=info ', '] "', ' [', '- ', 'x'.repeat(70)].map((text) => [text]),
);

const anyBytes = fc
  .array(odd, { maxLength: 60 })
  .map((parts) =>
    Buffer.concat(parts.flat().map((part) => Buffer.from(typeof part === 'string' ? part : [part]))),
  );

const part = (...usual: readonly string[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...usual) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '-', ' ', '"', '\\"', '\\\\', '] "', ' [', 'ä', '007', '1e3', 'HTTP/'),
    },
  );

/** Lines of a web server's log, and what is nearly one. */
const requests = fc
  .array(
    fc.tuple(
      part('127.0.0.1', '::1', 'example.test'),
      part(' - - [', ' - ann [', ' - a b ['),
      part(
        '30/Nov/2026:06:00:00 +0000',
        '30/Nov/2026:06:00:01 -0130',
        '99/Foo/2026:06:00:00 +0000',
        '\uFEFF30/Nov/2026:06:00:00 +0000',
      ),
      part('] "'),
      part(
        'GET / HTTP/1.1',
        'POST /a?b=c HTTP/2.0',
        'GET /a?b?c HTTP/1.1 HTTP/1.0',
        'GET HTTP/1.1',
        '\\x16\\x03',
        '-',
      ),
      part('" '),
      part('200', '404', '503', '099', '20', '2e2'),
      part(' 12', ' -', ' 0', ' 12345678901234567890', ' 1.5'),
      part(' "-" "curl/8"', ' "http://a.test/\\"b" "a b"', '', ' "-"', ' "-" "', ' "x"  "y"'),
      part('\n', '\r\n', ' "extra"\n'),
    ),
    { maxLength: 8 },
  )
  .map((lines) => Buffer.from(lines.flat().join('')));

const NAMES = [
  ...[
    'message',
    'msg',
    'time',
    'timestamp',
    '@timestamp',
    'ts',
    'level',
    'severity',
    'lvl',
    'offset',
    'file',
  ],
  ...['url.path', 'service.name', 'log.level', 'a', 'é', '', '1', '_id', '__proto__', 'a\\"b'],
];

/** Values as JSON.stringify writes them. */
const VALUES = [
  ...[
    '"text"',
    '"wéb 😀"',
    '"a\\"\\\\\\n"',
    '1',
    '0',
    '-1',
    '1.5',
    'true',
    'null',
    '{}',
    '[]',
    '[1,[2,{"a":"b"}]]',
  ],
  ...['1700000000', '1700000000123', '1699999999500', '1700000000.25', '"2026-11-30T06:00:00.123Z"'],
  ...['"INFO"', '30', '"warn"', '{"x":{"y":[{}]},"z":1}'],
];

/** Values as it does not write them, and what is none. */
const ODD_VALUES = [
  ...[
    '"\\/"',
    '"\\u0041"',
    '"\\ud800"',
    '"\\u000a"',
    '"a\tb"',
    '"open',
    '-0',
    '0.0',
    '1.50',
    '1e3',
    '1.5E3',
    '1E400',
  ],
  ...[
    '0.0000001',
    '12345678901234567',
    '123456789.12345678',
    '01',
    '-',
    '.5',
    '5.',
    'tru',
    '',
    ' 1',
    '[1, 2]',
    '[1,]',
  ],
  ...[
    '{"x":1,"x":2}',
    '{"2":1,"1":2}',
    '{"__proto__":1}',
    '{"x":1,}',
    '{"x"}',
    '{"x" :1}',
    '['.repeat(40),
    `${'['.repeat(40)}${']'.repeat(40)}`,
  ],
  ...[`"${'9'.repeat(80)}"`, '"2026-11-30 06:00:00\\t"', '"ïnfo"'],
];

/** Objects, one a line, and what is nearly one. */
const objects = fc
  .array(
    fc.tuple(
      fc
        .array(
          fc.tuple(fc.constantFrom(...NAMES), fc.oneof(fc.constantFrom(...VALUES), fc.json({ maxDepth: 3 }))),
          { maxLength: 8 },
        )
        .map((all) => all.map(([name, value]) => `"${name}":${value}`)),
      fc.constantFrom('\n', '\n', '\r\n', ' \n', '}\n', ''),
    ),
    { maxLength: 8 },
  )
  .map((lines) => Buffer.from(lines.map(([members, end]) => `{${members.join(',')}}${end}`).join('')));

const contents = fc.record({
  bytes: fc.oneof(anyBytes, requests, objects),
  block: fc.integer({ min: 1, max: 400 }),
  source: fc.constantFrom(...SOURCES),
  offset: fc.constantFrom(0, 9, 1e9 - 3, 2e9, 2 ** 40, 5e18 / 1e3),
});

const kinds = fc.constantFrom<ParseOptions['kind']>('none', 'combined', 'json', 'auto');

const readings = fc.tuple(kinds, fc.constantFrom(8, 50, 1_000), fc.boolean()).map(
  ([kind, maxLineBytes, isMultiline]): ReadingOptions => ({
    ...PLAIN,
    maxLineBytes,
    parse: { kind } as ParseOptions,
    multiline: isMultiline ? { start: { source: '^[a-z"1:]', flags: '' }, timeout: 1 } : null,
  }),
);

describe('lines as JSON', () => {
  it('are the same whether they are written from bytes or from objects', async () => {
    await fc.assert(
      fc.asyncProperty(contents, readings, async (content, reading) => {
        const [bytes, objects] = batchesOf(content, reading);
        const expected = await textsOf(objects);
        expect(await textsOf(bytes)).toEqual(expected);
        for (const text of expected) for (const line of text.split('\n').slice(0, -1)) JSON.parse(line);
      }),
      { seed: 16, numRuns: 1_000 },
    );
  });

  it('are the same for every member that an object may have', async () => {
    const all = [...VALUES, ...ODD_VALUES];
    const alone = NAMES.flatMap((name) =>
      all.flatMap((value) => [`"${name}":${value}`, `"b":1,"${name}":${value},"c":2`]),
    );
    const both = NAMES.flatMap((one) =>
      NAMES.flatMap((other) =>
        ['"INFO"', '1700000000999', 'null'].map(
          (value) => `"${one}":"text","b":1,"${other}":${value},"c":[]`,
        ),
      ),
    );
    const many = Array.from({ length: 70 }, (_, at) => `"n${at}":${at}`).join();
    const bytes = Buffer.from([...alone, ...both, many].map((members) => `{${members}}\n`).join(''));
    for (const source of SOURCES) {
      const content = { bytes, block: bytes.length, source, offset: 0 };
      const [own, expected] = batchesOf(content, { ...PLAIN, parse: { kind: 'json' } });
      expect(await textsOf(own)).toEqual(await textsOf(expected));
    }
  });

  it('are the same where only some of a batch are sent', async () => {
    await fc.assert(
      fc.asyncProperty(contents, readings, fc.nat(6), async (content, reading, step) => {
        const [bytes, objects] = batchesOf(content, reading);
        const some = Array.from({ length: objects.length }, (_, at) => at).filter((at) => at % 7 <= step);
        const whole = ndjson.encode(objects).toString().split('\n');
        const expected = some.map((at) => `${whole[at]}\n`).join('');
        expect(ndjson.encode(bytes.only(some)).toString()).toBe(expected);
      }),
      { seed: 17, numRuns: 300 },
    );
  });
});
