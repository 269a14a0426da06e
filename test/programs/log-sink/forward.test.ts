import { gzipSync } from 'node:zlib';
import { decodeMulti, Encoder, ExtData, encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { sinkHere, TestClient } from './support.ts';

const eventTime = (seconds: number, nanoseconds: number): ExtData => {
  const data = Buffer.alloc(8);
  data.writeUInt32BE(seconds);
  data.writeUInt32BE(nanoseconds, 4);
  return new ExtData(0, data);
};

const AT = eventTime(1_767_323_045, 678_000_000);
const events = (...logs: readonly string[]) => logs.map((log) => [AT, { log, level: 'warn' }]);
const packed = (...logs: readonly string[]): Buffer =>
  Buffer.concat(events(...logs).map((each) => new Encoder().encode(each)));

describe("Fluentd's forward protocol", () => {
  it.each([
    ['Message', ['app', AT, { log: 'one', level: 'warn' }, { chunk: 'c1' }]],
    ['Forward', ['app', events('one'), { chunk: 'c1' }]],
    ['PackedForward', ['app', packed('one'), { chunk: 'c1', size: 1 }]],
    ['CompressedPackedForward', ['app', gzipSync(packed('one')), { chunk: 'c1', compressed: 'gzip' }]],
  ])('in the mode %s brings lines, and acknowledges them', async (_, message) => {
    const sink = await sinkHere();
    const client = new TestClient(sink.ports.forward);
    await client.send(encode(message));
    await eventually('an acknowledgement', () => client.received.length > 0);
    expect([...decodeMulti(client.received)]).toEqual([{ ack: 'c1' }]);
    expect((await sink.lines()).lines).toMatchObject([
      {
        ...{ by: 'forward', body: 'one', level: 'warn', time: '2026-01-02T03:04:05.678Z' },
        fields: { tag: 'app' },
      },
    ]);
  });

  it('needs no acknowledgement, and has many messages in a stream', async () => {
    const sink = await sinkHere();
    const client = new TestClient(sink.ports.forward);
    const bytes = Buffer.concat(
      ['one', 'two', 'three'].map((log) => encode(['app', 1_767_323_045, { log, process: 'web' }])),
    );
    await client.send(bytes.subarray(0, 25));
    await client.send(bytes.subarray(25));
    const lines = await sink.received(3);
    expect(lines.map(({ body, process }) => [body, process])).toEqual([
      ['one', 'web'],
      ['two', 'web'],
      ['three', 'web'],
    ]);
    expect(client.received).toHaveLength(0);
  });

  it.each([
    ['A message is not a list', 'POST / HTTP/1.1\r\n\r\n'],
    ['A message is not a list', encode({ a: 1 })],
    ['The tag of a message is not a string', encode([1, []])],
    ['The record of entry 0 is not an object', encode(['app', [[AT]]])],
    ['The time of entry 0 is not a number of seconds', encode(['app', [['x', {}]]])],
    ['larger than', encode(['app', gzipSync(Buffer.alloc(65 * 1024 * 1024)), { compressed: 'gzip' }])],
    ['incorrect header', encode(['app', Buffer.from('no gzip'), { compressed: 'gzip' }])],
    ['Max length exceeded: array length', Buffer.from([0xdd, 0x7f, 0xff, 0xff, 0xff])],
    ['Unrecognized type byte', Buffer.from([0xc1])],
  ])('closes a connection that says something else: %s', async (message, bytes) => {
    const sink = await sinkHere();
    const client = new TestClient(sink.ports.forward);
    await client.send(bytes);
    await client.closed();
    expect(sink.intake.counts.lastRefusal).toContain(message);
    expect(sink.intake.counts.all['forward']).toMatchObject({ lines: 0, refused: 1 });
  });

  it('does not acknowledge what it cannot write', async () => {
    const sink = await sinkHere({ file: '/dev/full' });
    const client = new TestClient(sink.ports.forward);
    await client.send(encode(['app', events('one'), { chunk: 'c1' }]));
    await client.closed();
    expect([client.received.length, sink.intake.counts.lastRefusal]).toEqual([
      0,
      expect.stringContaining('ENOSPC'),
    ]);
  });
});
