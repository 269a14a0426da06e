import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../../src/programs/log-shipper/outputs/output.ts';
import { bodyOf, deliver, entries, entry, opened, SOURCE, serve, target } from './support.ts';

/** What `POST /loki/api/v1/push` takes as JSON, as Loki's reference says it. */
const LOKI = new Ajv({ strictTuples: false }).compile({
  type: 'object',
  required: ['streams'],
  additionalProperties: false,
  properties: {
    streams: {
      type: 'array',
      items: {
        type: 'object',
        required: ['stream', 'values'],
        additionalProperties: false,
        properties: {
          stream: {
            type: 'object',
            minProperties: 1,
            propertyNames: { pattern: '^[a-zA-Z_:][a-zA-Z0-9_:]*$' },
            additionalProperties: { type: 'string' },
          },
          values: {
            type: 'array',
            items: {
              type: 'array',
              minItems: 2,
              maxItems: 3,
              items: [
                { type: 'string', pattern: '^\\d+$' },
                { type: 'string' },
                { type: 'object', additionalProperties: { type: 'string' } },
              ],
            },
          },
        },
      },
    },
  },
});

const received = async (answer: (body: string) => string, status = 200) => {
  const bodies: string[] = [];
  const url = await serve(async (request, response) => {
    const body = (await bodyOf(request)).toString();
    bodies.push(body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer(body));
  });
  return { url, bodies };
};

describe('lines for Loki', () => {
  it('are streams by source, and nothing that a line says is a label', async () => {
    const { url, bodies } = await received(() => '', 204);
    const output = await opened({ kind: 'loki', ...target(url) });
    const other = { fields: { team: 'a' } };
    const batch: readonly LogEntry[] = [
      entry(1, { time: 1_700_000_000_123.5 }),
      entry(2, { source: other, severity: 13, parsed: { status: 200, offset: 'x', path: '/a' } }),
      entry(3),
    ];
    expect(await deliver(output, batch)).toEqual({ kind: 'taken' });
    const body = JSON.parse(bodies[0] ?? '');
    expect(LOKI(body), JSON.stringify(LOKI.errors)).toBe(true);
    expect(body.streams).toEqual([
      {
        stream: { service_name: 'web', process: 'web', filename: '/logs/web.log' },
        values: [
          ['1700000000123500000', 'line 1', { offset: '10' }],
          ['1767323045678000000', 'line 3', { offset: '30' }],
        ],
      },
      {
        stream: { service_name: 'unknown_service' },
        values: [
          [
            ...['1767323045678000000', 'line 2'],
            { severity: '13', status: '200', path: '/a', team: 'a', offset: '20' },
          ],
        ],
      },
    ]);
  });
});

/** The parts of an answer that its reference requires. */
const bulkAnswer = (body: string, statusOf: (index: number) => number): string => {
  const documents = body.trimEnd().split('\n').length / 2;
  const items = Array.from({ length: documents }, (_, index) => {
    const status = statusOf(index);
    const error = status < 300 ? {} : { error: { type: 'some_exception', reason: `no ${index}` } };
    return { create: { _index: 'i', _id: String(index), status, ...error } };
  });
  const errors = items.some(({ create }) => create.status >= 300);
  return JSON.stringify({ took: 3, errors, items });
};

describe('lines for Elasticsearch', () => {
  const to = (url: string, index = 'logs-a-b') => opened({ kind: 'elasticsearch', ...target(url), index });

  it('are an action and a document each, in the words of its common schema', async () => {
    const { url, bodies } = await received((body) => bulkAnswer(body, () => 201));
    const source = { fields: { ...SOURCE.fields, stream: 'stderr' } };
    const parsed = { status: 500, message: 'm' };
    const output = await to(url);
    expect(await deliver(output, [entry(1, { source, severity: 17, parsed })])).toEqual({ kind: 'taken' });
    expect(bodies[0]?.endsWith('\n')).toBe(true);
    expect(
      bodies[0]
        ?.trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { create: { _index: 'logs-a-b' } },
      {
        ...{ '@timestamp': '2026-01-02T03:04:05.678Z', message: 'line 1', 'log.level': 'error' },
        ...{ status: 500, 'parsed.message': 'm', 'log.offset': 10, 'service.name': 'web' },
        ...{ 'process.name': 'web', 'log.file.path': '/logs/web.log', 'log.iostream': 'stderr' },
      },
    ]);
  });

  it('are sent again one by one where it is busy, and rejected where they are wrong', async () => {
    let requests = 0;
    const { url, bodies } = await received((body) => {
      requests += 1;
      return bulkAnswer(body, (index) => (requests > 1 ? 201 : ([201, 400, 429, 503, 201][index] ?? 201)));
    });
    const output = await to(url);
    const batch = entries(5);
    expect(await deliver(output, batch)).toEqual({
      kind: 'retry',
      why: 'an item has 400: some_exception: no 1',
    });
    const why = 'an item has 400: some_exception: no 1';
    expect(await deliver(output, batch)).toEqual({ kind: 'rejected', entries: [1], why });
    expect(bodies[1]?.match(/line \d/g)).toEqual(['line 2', 'line 3']);
  });

  it.each([
    '',
    'ok',
    '[]',
    '{"items":[]}',
    '{"errors":true,"items":[{"create":{}},{"create":{}}]}',
    '<html>',
  ])('are sent again after the nonsense %j', async (nonsense) => {
    const { url } = await received(() => nonsense);
    expect(await deliver(await to(url), entries(2))).toMatchObject({ kind: 'retry' });
  });
});
