import { BinaryReader } from '@bufbuild/protobuf/wire';
import { expect, test } from 'vitest';
import { readFamilies } from '../../../src/programs/exposition/read-families.ts';
import { writeRequest } from '../../../src/programs/metrics-adapter/remote-write/write-request.ts';
import { writtenSeries } from '../../../src/programs/metrics-adapter/remote-write/written-series.ts';

test('series have sorted labels, a name without quotes, and a job of the pod', () => {
  const page = '{"a.b",process="web",empty="",a="1"} 2\nc 3\nd{job="mine"} 4\n';
  const { families } = readFamilies(Buffer.from(page), 'text');
  expect(writtenSeries(families, { name: 'adapter', pod: 'shop' })).toEqual([
    {
      labels: [
        ['__name__', 'a_b'],
        ['a', '1'],
        ['job', 'shop/web'],
        ['process', 'web'],
      ],
      value: 2,
    },
    {
      labels: [
        ['__name__', 'c'],
        ['job', 'shop/adapter'],
      ],
      value: 3,
    },
    {
      labels: [
        ['__name__', 'd'],
        ['job', 'mine'],
      ],
      value: 4,
    },
  ]);
});

/** The fields of a message, as they come: numbers of 64 bits in hexadecimal, messages as they are. */
const fieldsOf = (bytes: Uint8Array): readonly (readonly [number, unknown])[] => {
  const reader = new BinaryReader(bytes);
  const fields: (readonly [number, unknown])[] = [];
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (type === 2) fields.push([number, reader.bytes()]);
    else fields.push([number, type === 1 ? BigInt(reader.fixed64()).toString(16) : Number(reader.int64())]);
  }
  return fields;
};

const text = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString();

test('a request has the messages of remote write 1.0, and a mark for a series that has ended', () => {
  const labels = [['__name__', 'up']] as const;
  const request = writeRequest(
    [
      { labels, value: 1.5 },
      { labels, value: null },
    ],
    1_700_000_000_123,
  );
  const read = fieldsOf(request).map(([number, series]) => [
    number,
    fieldsOf(series as Uint8Array).map(([part, inner]) => [
      part,
      fieldsOf(inner as Uint8Array).map(([field, value]) => [
        field,
        value instanceof Uint8Array ? text(value) : value,
      ]),
    ]),
  ]);
  const label = [
    1,
    [
      [1, '__name__'],
      [2, 'up'],
    ],
  ];
  const sample = (value: string) => [
    2,
    [
      [1, value],
      [2, 1_700_000_000_123],
    ],
  ];
  expect(read).toEqual([
    [1, [label, sample('3ff8000000000000')]],
    [1, [label, sample('7ff0000000000002')]],
  ]);
});
