import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/programs/otlp/codec.ts';
import { eventually } from '../../support/deadline.ts';
import { sinkHere, TestClient } from './support.ts';

describe('lines as NDJSON', () => {
  it('are kept with what they say of time, level and process', async () => {
    const sink = await sinkHere();
    const body = [
      { timestamp: '2026-01-02T03:04:05.678Z', message: 'one', severity: 13, process: 'web', status: 200 },
      { time: 1_767_323_045, msg: 'two', level: 'ERROR', 'service.name': 'api' },
      { answer: 42 },
    ];
    const text = body.map((each) => JSON.stringify(each)).join('\n');
    expect((await sink.post('/', `${text}\n`)).status).toBe(204);
    expect((await sink.lines()).lines).toMatchObject([
      {
        ...{ line: 1, time: '2026-01-02T03:04:05.678Z', by: 'http', level: 'warn', severity: 13 },
        ...{ process: 'web', body: 'one', fields: { process: 'web', status: 200 } },
      },
      { line: 2, time: '2026-01-02T03:04:05.000Z', level: 'error', process: 'api', body: 'two' },
      { line: 3, level: null, process: null, body: '{"answer":42}', fields: {} },
    ]);
  });

  it('may be one JSON list', async () => {
    const sink = await sinkHere();
    await sink.post('/', JSON.stringify([{ message: 'a' }, { message: 'b' }]));
    expect((await sink.lines()).lines.map(({ body }) => body)).toEqual(['a', 'b']);
  });

  it.each([
    ['{"message":"a"}\nno', 'Line 2 is not JSON'],
    ['{"message":"a"}\n[1]', 'Line 2 is not an object'],
    ['[1]', '[0] is not an object'],
  ])('are refused as a whole when one is wrong: %j', async (body, message) => {
    const sink = await sinkHere();
    const { status, text } = await sink.post('/', body);
    expect([status, JSON.parse(text).error]).toEqual([400, expect.stringContaining(message)]);
    expect((await sink.lines()).lines).toEqual([]);
    expect(sink.intake.counts.all['http']).toMatchObject({ refused: 1 });
  });
});

describe("Loki's push API", () => {
  it('brings lines with labels and metadata', async () => {
    const sink = await sinkHere();
    const values = [
      ['1767323045678000000', 'one', { severity: '17', path: '/a' }],
      ['1767323045679000000', 'two'],
    ];
    const streams = [{ stream: { service_name: 'web' }, values }];
    expect((await sink.post('/loki/api/v1/push', JSON.stringify({ streams }))).status).toBe(204);
    expect((await sink.lines()).lines).toMatchObject([
      {
        ...{ time: '2026-01-02T03:04:05.678Z', by: 'loki', level: 'error', process: 'web', body: 'one' },
        fields: { service_name: 'web', path: '/a' },
      },
      { time: '2026-01-02T03:04:05.679Z', level: null, body: 'two' },
    ]);
  });

  it.each([
    ['{}', 'streams is not a list'],
    ['{"streams":[{"stream":{"a":1},"values":[]}]}', 'streams[0].stream.a is not a string'],
    ['{"streams":[{"stream":{},"values":[[1,"x"]]}]}', 'streams[0].values[0][0] is not a string'],
    [
      '{"streams":[{"stream":{},"values":[["1x","x"]]}]}',
      'streams[0].values[0][0] is not a number of nanoseconds',
    ],
    ['{"streams":[{"stream":{},"values":[["1",2]]}]}', 'streams[0].values[0][1] is not a string'],
  ])('refuses %s and names the field', async (body, message) => {
    const { status, text } = await (await sinkHere()).post('/loki/api/v1/push', body);
    expect([status, JSON.parse(text).error]).toEqual([400, expect.stringContaining(message)]);
  });

  it('says that it takes no protobuf', async () => {
    const sink = await sinkHere();
    const { status } = await sink.post('/loki/api/v1/push', 'x', {
      'content-type': 'application/x-protobuf',
    });
    expect(status).toBe(415);
  });
});

describe("Elasticsearch's bulk API", () => {
  it('answers for each item, and takes those that are right', async () => {
    const sink = await sinkHere();
    const body = [
      '{"create":{"_index":"logs"}}\n{"@timestamp":"2026-01-02T03:04:05Z","message":"one","log.level":"warn","process.name":"web"}',
      '{"index":{}}\nno\n',
      '{"delete":{"_id":"1"}}',
      '{"index":{}}\n{"message":"two"}',
    ];
    const { status, text, headers } = await sink.post('/app/_bulk', `${body.join('\n')}\n`);
    const { errors, items } = JSON.parse(text);
    expect([status, errors, headers.get('x-elastic-product')]).toEqual([200, true, 'Elasticsearch']);
    expect(items).toMatchObject([
      { create: { _index: 'logs', status: 201 } },
      { index: { _index: 'app', status: 400, error: { type: 'document_parsing_exception' } } },
      { delete: { status: 400 } },
      { index: { status: 201 } },
    ]);
    expect((await sink.lines()).lines).toMatchObject([
      { by: 'elasticsearch', body: 'one', level: 'warn', process: 'web' },
      { body: 'two' },
    ]);
    expect(sink.intake.counts.all['elasticsearch']).toMatchObject({ lines: 2, refused: 2 });
  });

  it.each([
    ['{"index":{}}\n{}', 'newline'],
    ['no\n{}\n', 'Line 1 is not JSON'],
    ['{"index":{}}\n{}\n', 'index._index is missing'],
    ['{"put":{}}\n{}\n', 'Line 1 is not an action'],
  ])('refuses %j', async (body, message) => {
    const { status, text } = await (await sinkHere()).post('/_bulk', body);
    expect([status, JSON.parse(text).error]).toEqual([400, expect.stringContaining(message)]);
  });

  it('says that it is Elasticsearch, as its clients want to know', async () => {
    const { url } = await sinkHere();
    const response = await fetch(url);
    expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch');
    expect(await response.json()).toMatchObject({ version: { number: expect.stringMatching(/^8\./) } });
    expect((await fetch(`${url}/_cat/health`)).status).toBe(200);
  });
});

describe('OTLP', () => {
  const request = {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] },
        scopeLogs: [
          {
            scope: { name: 'lib' },
            logRecords: [
              {
                ...{ timeUnixNano: '1767323045678000000', severityNumber: 17, body: { stringValue: 'one' } },
                attributes: [{ key: 'a', value: { arrayValue: { values: [{ intValue: '5' }] } } }],
                ...{ traceId: '0123456789abcdef0123456789abcdef', spanId: '0123456789abcdef' },
              },
              {
                severityText: 'warn',
                body: { kvlistValue: { values: [{ key: 'b', value: { boolValue: true } }] } },
              },
            ],
          },
        ],
      },
    ],
  };

  it.each(['protobuf', 'json'] as const)('brings records as %s', async (encoding) => {
    const sink = await sinkHere();
    const body = await encode('logs', request, encoding);
    const type = encoding === 'json' ? 'application/json' : 'application/x-protobuf';
    const { status } = await sink.post('/v1/logs', gzipSync(body), {
      'content-type': type,
      'content-encoding': 'gzip',
    });
    expect(status).toBe(200);
    expect((await sink.lines()).lines).toMatchObject([
      {
        ...{ time: '2026-01-02T03:04:05.678Z', by: 'otlp', level: 'error', process: 'web', body: 'one' },
        fields: {
          ...{ 'service.name': 'web', scope: 'lib', a: [5] },
          ...{ trace_id: '0123456789abcdef0123456789abcdef', span_id: '0123456789abcdef' },
        },
      },
      { level: 'warn', body: '{"b":true}' },
    ]);
  });

  it('refuses what is no record, and names the field', async () => {
    const sink = await sinkHere();
    const { status, text } = await sink.post('/v1/logs', '{"resourceLogs":[{"scopeLogs":5}]}', {
      'content-type': 'application/json',
    });
    expect([status, text]).toEqual([400, expect.stringContaining('resourceLogs[0].scopeLogs')]);
    expect(sink.intake.counts.all['otlp']).toMatchObject({ refused: 1 });
  });
});

describe('a body', () => {
  it.each(['gzip', 'deflate'])('may be compressed with %s, and must be what it says', async (encoding) => {
    const sink = await sinkHere();
    const { deflateSync } = await import('node:zlib');
    const line = Buffer.from('{"message":"a"}');
    const body = encoding === 'gzip' ? gzipSync(line) : deflateSync(line);
    const headers = { 'content-encoding': encoding };
    expect((await sink.post('/', body, headers)).status).toBe(204);
    expect((await sink.post('/', line, headers)).status).toBe(400);
    expect((await sink.post('/', line, { 'content-encoding': 'br' })).status).toBe(415);
  });

  it('that is too large is refused, also if only once it is decompressed', async () => {
    const sink = await sinkHere();
    expect((await sink.post('/', new Uint8Array(16 * 1024 * 1024 + 1))).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(33 * 1024 * 1024));
    expect((await sink.post('/', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
    // Without a length that says so at once.
    const chunked = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(sink.url, { method: 'POST' }, ({ statusCode }) => resolve(statusCode)).on(
        'error',
        reject,
      );
      for (let part = 0; part < 17; part += 1) sent.write(Buffer.alloc(1024 * 1024));
      sent.end();
    });
    expect(chunked).toBe(413);
    expect((await sink.post('/', '{"message":"after"}')).status).toBe(204);
  });

  it('that comes while others take all the room has to wait', async () => {
    const sink = await sinkHere();
    const clients = Array.from({ length: 5 }, () => new TestClient(sink.ports.http));
    const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${16 * 1024 * 1024}\r\n\r\n`;
    for (const client of clients) await client.send(head);
    // Fifteen of sixteen megabytes of each: 4 of them are 60 of the 64 that there are.
    for (const client of clients.slice(0, 4)) await client.send(Buffer.alloc(15 * 1024 * 1024));
    await clients[4]?.send(Buffer.alloc(12 * 1024 * 1024));
    const statuses = () => clients.map(({ received }) => received.toString('latin1', 9, 12));
    await eventually('an answer of 429', () => statuses().includes('429'));
    for (const client of clients) client.socket.destroy();
    await eventually('room', async () => (await sink.post('/', '{"message":"after"}')).status === 204);
  });
});

describe('the port for HTTP', () => {
  it('does not take what is switched off', async () => {
    const sink = await sinkHere({ accepts: ['http'] });
    for (const path of ['/loki/api/v1/push', '/_bulk', '/v1/logs']) {
      const { status, text } = await sink.post(path, '{}');
      expect([status, JSON.parse(text).error]).toEqual([404, expect.stringMatching(/listen\.\w+ is false/)]);
    }
    expect((await (await sinkHere({ accepts: ['loki'] })).post('/', '{}')).status).toBe(404);
  });

  it('serves no page of another site', async () => {
    const sink = await sinkHere();
    const statusOf = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request(`${sink.url}/lines`, { headers }, ({ statusCode }) => resolve(statusCode))
          .on('error', reject)
          .end();
      });
    expect(await statusOf({ host: 'rebound.example.com' })).toBe(403);
    expect(await statusOf({ origin: 'https://example.com' })).toBe(403);
    expect(await statusOf({ host: 'localhost:1' })).toBe(200);
  });

  it('says what it has where it has nothing', async () => {
    const { url, post } = await sinkHere();
    expect(await (await fetch(`${url}/nothing`)).json()).toMatchObject({
      status: 404,
      error: expect.stringContaining('GET /lines'),
    });
    expect((await post('/lines', 'x')).status).toBe(404);
    expect((await fetch(`${url}/_bulk`)).status).toBe(405);
  });
});
