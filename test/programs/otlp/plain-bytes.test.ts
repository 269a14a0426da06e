import { toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode, plainBytes, requestName } from '../../../src/programs/otlp/codec.ts';
import { jsonOf } from '../../../src/programs/otlp/json/json-of-bytes.ts';
import { isPlain } from '../../../src/programs/otlp/wire/plain-bytes.ts';
import { writeBytes } from '../../../src/programs/otlp/wire/write-bytes.ts';
import { Random } from '../../support/random.ts';
import { official } from './official.ts';
import { otherwiseWritten } from './otherwise-written.ts';
import { randomMessage } from './random-message.ts';

const SIGNALS = [
  ['traces', 'Trace'],
  ['metrics', 'Metrics'],
  ['logs', 'Logs'],
] as const;

/** What a body says, or why it is refused. */
const saidBy = (body: Promise<unknown>): Promise<unknown> =>
  body.catch((error: Error) => `${error.name}: ${error.message}`);

describe.each(SIGNALS)('%s', (signal, service) => {
  const schema = official(service, 'Request');
  const bodies = randomMessage(schema).map((message) => Buffer.from(toBinary(schema, message)));
  const otherwise = fc
    .tuple(bodies, fc.integer())
    .map(([body, seed]) => otherwiseWritten(schema, body, new Random(seed)));

  const plainThenRead = async (body: Buffer): Promise<unknown> => {
    const plain = await plainBytes(signal, body, 'protobuf');
    expect(isPlain(requestName(signal), plain)).toBe(true);
    return decode(signal, plain, 'protobuf');
  };

  test('what the official library writes is plain, and stays as it is', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        expect(await plainBytes(signal, body, 'protobuf')).toBe(body);
      }),
      { numRuns: 60 },
    );
  });

  test('other bytes that say the same become plain, and say the same', async () => {
    let notPlain = 0;
    await fc.assert(
      fc.asyncProperty(bodies, fc.integer(), async (body, seed) => {
        const other = otherwiseWritten(schema, body, new Random(seed));
        const wanted = await decode(signal, body, 'protobuf');
        expect(await decode(signal, other, 'protobuf')).toEqual(wanted);
        expect(await plainThenRead(other)).toEqual(wanted);
        if (!isPlain(requestName(signal), other)) notPlain += 1;
      }),
      { numRuns: 60 },
    );
    expect(notPlain).toBeGreaterThan(0);
  });

  test('a body that was cut or changed is taken or refused, as the reader does', async () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 });
    const share = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(bodies, otherwise), share, changes, async (whole, kept, changed) => {
        const body = Buffer.from(whole.subarray(0, Math.ceil(whole.length * kept)));
        for (const [place, byte] of changed) if (body.length > 0) body[place % body.length] = byte;
        expect(await saidBy(plainThenRead(body))).toEqual(await saidBy(decode(signal, body, 'protobuf')));
      }),
      { numRuns: 150 },
    );
  });

  test('any JSON becomes plain', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const request = await decode(signal, body, 'protobuf');
        const plain = await plainBytes(signal, await encode(signal, request as never, 'json'), 'json');
        expect(isPlain(requestName(signal), plain)).toBe(true);
        expect(await decode(signal, plain, 'protobuf')).toEqual(request);
      }),
      { numRuns: 40 },
    );
  });

  test('plain bytes as JSON say the same', async () => {
    await fc.assert(
      fc.asyncProperty(otherwise, async (body) => {
        const plain = await plainBytes(signal, body, 'protobuf');
        const json = jsonOf(requestName(signal), plain);
        expect(json.includes('\n')).toBe(false);
        expect(await decode(signal, json, 'json')).toEqual(await decode(signal, plain, 'protobuf'));
      }),
      { numRuns: 60 },
    );
  });
});

test('a text that is no UTF-8 becomes one', async () => {
  const fields = { traceId: '', spanId: '', name: 'caf!', startTimeUnixNano: '0', endTimeUnixNano: '0' };
  const body = await encode('traces', { resourceSpans: [{ scopeSpans: [{ spans: [fields] }] }] }, 'protobuf');
  body[body.indexOf('!')] = 0xe9;
  const plain = await plainBytes('traces', body, 'protobuf');
  expect(plain.includes('caf\uFFFD')).toBe(true);
});

/** Two messages a level. */
const nested = (levels: number): object =>
  levels === 0 ? {} : { arrayValue: { values: [nested(levels - 1)] } };

const nestedBytes = (levels: number): string =>
  Buffer.from(writeBytes('AnyValue', nested(levels))).toString('hex');

const ID = '00112233445566778899aabbccddeeff';

test.each([
  ['an id', 'Span', `0a10${ID}`, true],
  ['no id', 'Span', '0a00', true],
  ['an id that is too short', 'Span', `0a0f${ID.slice(2)}`, false],
  ['an id of a span that is too long', 'Span', `1209${ID.slice(0, 18)}`, false],
  ['an id twice', 'Span', `0a10${ID}0a10${ID}`, false],
  ['a list in two parts', 'Span', '4a002a014a4a00', false],
  ['a list', 'Span', '4a004a002a014a', true],
  ['a number in place of a text', 'Span', '2801', false],
  ['a text that ends too late', 'Span', '2a0541', false],
  ['a text that is no UTF-8', 'Span', '2a01ff', false],
  ['a text that is UTF-8', 'Span', '2a02c3a9', true],
  ['a field that it does not have', 'Span', 'a00107', true],
  ['a field with a number that takes three bytes', 'Resource', '828001022807', false],
  ['a group', 'Span', 'a301a401', false],
  ['a length of five bytes', 'Span', '2a818080800041', false],
  ['a list of numbers', 'HistogramDataPoint', `3208${'00'.repeat(8)}`, true],
  ['a list of numbers that ends within one', 'HistogramDataPoint', `3207${'00'.repeat(7)}`, false],
  [
    'a list of numbers in two parts',
    'HistogramDataPoint',
    `3208${'00'.repeat(8)}3208${'00'.repeat(8)}`,
    false,
  ],
  ['a list of numbers one by one', 'HistogramDataPoint', `31${'00'.repeat(8)}`, false],
  ['a list of varints', 'ExponentialHistogramDataPointBuckets', '1203018001', true],
  ['a list of varints that ends within one', 'ExponentialHistogramDataPointBuckets', '12020180', false],
  ['messages that nest', 'AnyValue', nestedBytes(50), true],
  ['messages that nest too deeply', 'AnyValue', nestedBytes(51), false],
] as const)('%s is plain, or not', (_, name, bytes, wanted) => {
  expect(isPlain(name, Buffer.from(bytes, 'hex'))).toBe(wanted);
});

test('what JSON cannot have is written as protobuf says', () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, 5e-324, -0];
  const texts = ['\0\u001f', '"\\', 'é\u2028\u{1F600}', '\u007f'];
  const message = {
    values: [
      ...values.map((doubleValue) => ({ doubleValue })),
      ...texts.map((stringValue) => ({ stringValue })),
    ],
  };
  const json = jsonOf('ArrayValue', Buffer.from(writeBytes('ArrayValue', message)));
  expect(JSON.parse(String(json))).toEqual({
    values: [
      ...['NaN', 'Infinity', '-Infinity', 1e21, 5e-324, 0].map((doubleValue) => ({ doubleValue })),
      ...texts.map((stringValue) => ({ stringValue })),
    ],
  });
});
