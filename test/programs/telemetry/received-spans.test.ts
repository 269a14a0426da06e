import { toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode, plainBytes } from '../../../src/programs/otlp/codec.ts';
import type { KeyValue, OtlpSpan, TracesRequest } from '../../../src/programs/otlp/messages.ts';
import { onlySpans } from '../../../src/programs/telemetry/received/only-spans.ts';
import { receivedSpans } from '../../../src/programs/telemetry/received/received-spans.ts';
import { Owners } from '../../../src/programs/telemetry/store/owners.ts';
import { unpack } from '../../../src/programs/telemetry/store/packed.ts';
import { Random } from '../../support/random.ts';
import { official } from '../otlp/official.ts';
import { otherwiseWritten } from '../otlp/otherwise-written.ts';
import { randomMessage } from '../otlp/random-message.ts';
import { attribute, traces } from './requests.ts';

const SCHEMA = official('Trace', 'Request');

/** Requests, in any bytes that say the same. */
const requests = fc
  .tuple(randomMessage(SCHEMA), fc.integer())
  .map(([message, seed]) => otherwiseWritten(SCHEMA, toBinary(SCHEMA, message), new Random(seed)));

const NO_ID = /^0*$/;

const headOf = (span: OtlpSpan) => ({
  traceId: NO_ID.test(span.traceId) ? '' : span.traceId,
  hasSpanId: !NO_ID.test(span.spanId),
  hasParent: !NO_ID.test(span.parentSpanId ?? ''),
  kind: span.kind ?? 0,
  start: Number(span.startTimeUnixNano) / 1e6,
  end: Number(span.endTimeUnixNano) / 1e6,
  isError: span.status?.code === 2,
});

const headsIn = (request: TracesRequest) =>
  request.resourceSpans.map(({ scopeSpans }) => scopeSpans.map(({ spans }) => spans.map(headOf)));

test('the head of a span says the same as the whole span', async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (body) => {
      const request = await plainBytes('traces', body, 'protobuf');
      const found = receivedSpans(request, new Owners()).map(({ spans }) =>
        spans.map(({ traceId, hasSpanId, hasParent, kind, start, end, isError }) => ({
          ...{ traceId: unpack(traceId).toString('hex'), hasSpanId, hasParent, kind, start, end, isError },
        })),
      );
      expect(found).toEqual(headsIn(await decode('traces', request, 'protobuf')).flat());
    }),
    { numRuns: 80 },
  );
});

test('a request without some of its spans says the same of the others', async () => {
  await fc.assert(
    fc.asyncProperty(requests, fc.integer(), async (body, seed) => {
      const request = await plainBytes('traces', body, 'protobuf');
      const random = new Random(seed);
      const all = receivedSpans(request, new Owners()).flatMap(({ spans }) => spans);
      const places = all.map(({ place }) => place.from);
      const wanted = new Set(places.filter(() => random.chance(0.5)));
      const before = await decode('traces', request, 'protobuf');
      let index = 0;
      const kept = {
        resourceSpans: before.resourceSpans.map((whole) => ({
          ...whole,
          scopeSpans: whole.scopeSpans.map((scoped) => ({
            ...scoped,
            spans: scoped.spans.filter(() => wanted.has(places[index++] ?? -1)),
          })),
        })),
      };
      const after = onlySpans(request, (from) => wanted.has(from));
      expect(await decode('traces', after, 'protobuf')).toEqual(kept);
    }),
    { numRuns: 80 },
  );
});

const serviceFrom = async (attributes: readonly KeyValue[]): Promise<string | undefined> => {
  const [{ scopeSpans } = { scopeSpans: [] }] = traces({}).resourceSpans;
  const body = await encode(
    'traces',
    { resourceSpans: [{ resource: { attributes }, scopeSpans }] },
    'protobuf',
  );
  return receivedSpans(body, new Owners())[0]?.owner.service;
};

test('a service has the name that its resource says first', async () => {
  expect(await serviceFrom([attribute('a', 'b'), attribute('service.name', 'café')])).toBe('café');
  expect(await serviceFrom([attribute('service.name', 'one'), attribute('service.name', 'two')])).toBe('one');
  expect(await serviceFrom([{ key: 'service.name', value: { intValue: 7 } }])).toBe('unknown_service');
  expect(await serviceFrom([{ key: 'service.name', value: {} }])).toBe('unknown_service');
  expect(await serviceFrom([])).toBe('unknown_service');
});
