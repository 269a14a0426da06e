import { type DescMessage, equals, fromBinary, ScalarType, toBinary, toJson } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decode,
  decodeResponse,
  encode,
  encodeResponse,
  encodeStatus,
} from '../../../src/programs/otlp/codec.ts';
import { MalformedBody } from '../../../src/programs/otlp/malformed-body.ts';
import type { TracesRequest } from '../../../src/programs/otlp/messages.ts';
import { MESSAGES } from '../../../src/programs/otlp/wire/messages.ts';
import { official } from './official.ts';
import { randomMessage } from './random-message.ts';

const SIGNALS = [
  ['traces', 'Trace'],
  ['metrics', 'Metrics'],
  ['logs', 'Logs'],
] as const;

const IDS = new Set(['traceId', 'spanId', 'parentSpanId']);

/** OTLP's JSON differs from protobuf's in its ids. */
const withHexIds = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withHexIds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      IDS.has(key) ? Buffer.from(String(inner), 'base64').toString('hex') : withHexIds(inner),
    ]),
  );
};

const typeName = (field: DescMessage['fields'][number]): string => {
  if (field.message !== undefined) return nameOf(field.message);
  if (field.enum !== undefined) return 'enum';
  if (IDS.has(field.localName)) return field.localName === 'traceId' ? 'traceId' : 'spanId';
  return ScalarType[(field as { readonly scalar: ScalarType }).scalar].toLowerCase();
};

const nameOf = ({ typeName: full }: DescMessage): string =>
  full
    .split('.')
    .filter((part) => /^[A-Z]/.test(part))
    .join('');

const described = (schema: DescMessage, found: Record<string, object>): Record<string, object> => {
  if (found[nameOf(schema)] !== undefined) return found;
  found[nameOf(schema)] = Object.fromEntries(
    schema.fields.map((field) => [
      field.localName,
      [field.number, `${typeName(field)}${field.fieldKind === 'list' ? '[]' : ''}`],
    ]),
  );
  for (const { message } of schema.fields) if (message !== undefined) described(message, found);
  return found;
};

test('the tables of messages are those of opentelemetry-proto', () => {
  const found: Record<string, object> = {};
  for (const [, service] of SIGNALS)
    for (const part of ['Request', 'Response'] as const) described(official(service, part), found);
  expect(MESSAGES).toEqual(found);
});

describe.each(SIGNALS)('%s', (signal, service) => {
  const schema = official(service, 'Request');

  test('any request of the official library is read, and written so that it reads the same', async () => {
    await fc.assert(
      fc.asyncProperty(randomMessage(schema), async (message) => {
        const request = await decode(signal, toBinary(schema, message), 'protobuf');
        const written = await encode(signal, request as never, 'protobuf');
        expect(equals(schema, fromBinary(schema, written), message)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('a request says the same as JSON and as protobuf', async () => {
    await fc.assert(
      fc.asyncProperty(randomMessage(schema), async (message) => {
        const fromBytes = await decode(signal, toBinary(schema, message), 'protobuf');
        const json = withHexIds(toJson(schema, message, { enumAsInteger: true }));
        expect(await decode(signal, Buffer.from(JSON.stringify(json)), 'json')).toEqual(fromBytes);
        const written = await encode(signal, fromBytes as never, 'json');
        expect(await decode(signal, written, 'json')).toEqual(fromBytes);
      }),
      { numRuns: 40 },
    );
  });

  test('a body that was cut or changed is read or refused, and nothing else happens', async () => {
    const bytes = randomMessage(schema).map((message) => Buffer.from(toBinary(schema, message)));
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        changes,
        async (whole, share, changed) => {
          const body = Buffer.from(whole.subarray(0, Math.ceil(whole.length * share)));
          for (const [place, byte] of changed) if (body.length > 0) body[place % body.length] = byte;
          await decode(signal, body, 'protobuf').catch((error) =>
            expect(error).toBeInstanceOf(MalformedBody),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  test('a body of any bytes or any JSON is read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map((text) => Buffer.from(text)),
        ),
        async (body) => {
          for (const encoding of ['protobuf', 'json'] as const)
            await decode(signal, body, encoding).catch((error) =>
              expect(error).toBeInstanceOf(MalformedBody),
            );
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each(['protobuf', 'json'] as const)(
    'an answer in %s says how much was not taken',
    async (encoding) => {
      const partial = { rejected: 3, message: 'three of them have no id' };
      expect(await decodeResponse(signal, await encodeResponse(signal, partial, encoding), encoding)).toEqual(
        partial,
      );
      expect(await decodeResponse(signal, await encodeResponse(signal, null, encoding), encoding)).toBeNull();
    },
  );
});

const span = (fields: object): Buffer =>
  Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{}, fields] }] }] }));

test.each([
  [{ traceId: 'abc' }, 'traceId: it is no hexadecimal number of 32 digits'],
  [{ spanId: 7 }, 'spanId: it is no hexadecimal number of 16 digits'],
  [{ name: 7 }, 'name: it is no text'],
  [{ kind: 'SPAN_KIND_SERVER' }, 'kind: it is no integer from -2147483648 to 2147483647'],
  [{ startTimeUnixNano: '-1' }, 'startTimeUnixNano: it is no positive integer of 64 bits'],
  [{ startTimeUnixNano: 1.5 }, 'startTimeUnixNano: it is no positive integer of 64 bits'],
  [{ attributes: {} }, 'attributes: it is no list'],
  [
    { attributes: [{ key: 'a', value: { intValue: '9223372036854775808' } }] },
    'attributes[0].value.intValue: it is no integer of 64 bits',
  ],
  [
    { attributes: [{ key: 'a', value: { doubleValue: 'much' } }] },
    'attributes[0].value.doubleValue: it is no number',
  ],
  [
    { attributes: [{ key: 'a', value: { bytesValue: '*' } }] },
    'attributes[0].value.bytesValue: it is no base64',
  ],
  [
    { attributes: [{ key: 'a', value: { boolValue: 1 } }] },
    'attributes[0].value.boolValue: it is neither true nor false',
  ],
  [{ status: [] }, 'status: it is no object'],
])('JSON that is wrong is refused with its field: %j', async (fields, message) => {
  await expect(decode('traces', span(fields), 'json')).rejects.toThrow(
    `resourceSpans[0].scopeSpans[0].spans[1].${message}`,
  );
});

test('protobuf that is wrong is refused with its field', async () => {
  const whole: TracesRequest = {
    resourceSpans: [{ scopeSpans: [{ spans: [{ ...SPAN, traceId: 'ab'.repeat(16) }] }] }],
  };
  const bytes = await encode('traces', whole, 'protobuf');
  const at = bytes.indexOf(Buffer.from('ab'.repeat(16), 'hex'));
  bytes[at - 1] = 15;
  await expect(decode('traces', bytes, 'protobuf')).rejects.toThrow(
    'resourceSpans[0].scopeSpans[0].spans[0].traceId: it has 15 bytes in place of 16',
  );
});

const SPAN = { traceId: '', spanId: '', name: '', startTimeUnixNano: '0', endTimeUnixNano: '0' };

test('what is sent without its text, number or list has an empty one', async () => {
  const empty = { resourceSpans: [{ scopeSpans: [{ spans: [{ events: [{}] }] }] }] };
  const spans = [{ ...SPAN, events: [{ timeUnixNano: '0', name: '' }] }];
  const bytes = await encode('traces', empty as never, 'protobuf');
  expect(await decode('traces', bytes, 'protobuf')).toEqual({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
});

test('a value that nests without end is refused', async () => {
  const deep = (depth: number): object => (depth === 0 ? {} : { arrayValue: { values: [deep(depth - 1)] } });
  const logs = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: deep(200) }] }] }] };
  for (const encoding of ['json', 'protobuf'] as const) {
    const body = await encode('logs', logs as never, encoding);
    await expect(decode('logs', body, encoding)).rejects.toThrow('it nests more than 100 messages');
  }
});

test('unknown fields of JSON are ignored, and null is no value', async () => {
  const body = Buffer.from(
    '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":null,"later":{"a":1}}]}],"resource":null}]}',
  );
  expect(await decode('logs', body, 'json')).toEqual({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{}] }] }],
  });
});

test('a refusal is a google.rpc.Status', async () => {
  expect(await encodeStatus('no', 'protobuf')).toEqual(Buffer.from([0x12, 2, 0x6e, 0x6f]));
  expect(JSON.parse(String(await encodeStatus('no', 'json')))).toEqual({ message: 'no' });
});
