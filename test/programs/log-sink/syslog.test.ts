import { createSocket } from 'node:dgram';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadFrame, SyslogFraming } from '../../../src/programs/log-sink/syslog/framing.ts';
import { readSyslog } from '../../../src/programs/log-sink/syslog/message.ts';
import { eventually } from '../../support/deadline.ts';
import { sinkHere, TestClient } from './support.ts';

const counted = (message: string): string => `${Buffer.byteLength(message)} ${message}`;

describe('the frames of syslog over TCP', () => {
  it('are cut right, wherever the stream is cut', () => {
    const message = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `<14>1 - - - - - - ${text}`);
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.integer({ min: 1, max: 30 })), (messages, cuts) => {
        const stream = Buffer.from(messages.map(counted).join(''));
        const framing = new SyslogFraming();
        const found: string[] = [];
        let at = 0;
        for (const size of [...cuts, stream.length]) {
          found.push(...framing.push(stream.subarray(at, at + size)).map(String));
          at += size;
        }
        expect(found).toEqual(messages.map((each) => Buffer.from(each).toString()));
        expect(framing.end()).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  it('may end in a line feed, and the last one in nothing', () => {
    const framing = new SyslogFraming();
    expect(framing.push(Buffer.from('<14>one\n\n<14>two\n12 <14>3\n3 more<14>fo')).map(String)).toEqual([
      ...['<14>one', '<14>two', '<14>3\n3 more'],
    ]);
    expect(String(framing.end())).toBe('<14>fo');
  });

  it.each(['99999999 x', '1048577 x', '12345678', '1x3 y'])('are refused with %j', (text) => {
    expect(() => new SyslogFraming().push(Buffer.from(text))).toThrow(BadFrame);
  });

  it('are refused without an end', () => {
    expect(() => new SyslogFraming().push(Buffer.from(`<14>${'x'.repeat(1024 * 1024)}`))).toThrow(BadFrame);
  });
});

describe('a message of syslog', () => {
  const read = (text: string) => readSyslog(Buffer.from(text), 5);

  it('of RFC 5424 has its time, severity, structured data and text', () => {
    const data = '[a@1 process="web" path="a\\"b\\]\\\\"][b]';
    expect(read(`<165>1 2026-01-02T03:04:05.678Z host app 12 ID ${data} \uFEFFäh`)).toEqual({
      ...{ time: Date.UTC(2026, 0, 2, 3, 4, 5, 678), severity: 10, body: 'äh' },
      fields: { hostname: 'host', app: 'app', procid: '12', msgid: 'ID', process: 'web', path: 'a"b]\\' },
    });
    expect(read('<11>1 - - - - - -')).toEqual({ time: 5, severity: 17, body: '', fields: {} });
  });

  it('of RFC 3164 has what it has', () => {
    expect(read('<34>Oct 11 22:14:15 host su[5]: failed')).toEqual({
      ...{ time: 5, severity: 18, body: 'failed', fields: { hostname: 'host', app: 'su', procid: '5' } },
    });
    expect(read('<14>just text')).toMatchObject({ severity: 9, body: 'just text' });
  });

  it('without a priority is none', () => {
    expect([read('POST / HTTP/1.1'), read('<999>x'), read('')]).toEqual([null, null, null]);
  });
});

describe('the port for syslog', () => {
  it('takes messages over TCP, in pieces', async () => {
    const sink = await sinkHere();
    const client = new TestClient(sink.ports.syslog);
    const stream = counted('<11>1 2026-01-02T03:04:05Z h web - - - one') + counted('<14>1 - - api - - - two');
    await client.send(stream.slice(0, 20));
    await client.send(stream.slice(20));
    expect(await sink.received(2)).toMatchObject([
      { by: 'syslog', body: 'one', level: 'error', process: 'web', time: '2026-01-02T03:04:05.000Z' },
      { body: 'two', level: 'info', process: 'api' },
    ]);
  });

  it('takes a datagram each over UDP', async () => {
    const sink = await sinkHere();
    const socket = createSocket('udp4');
    socket.send('<14>1 - - web - - - one', sink.ports.udp, '127.0.0.1');
    socket.send('nothing', sink.ports.udp, '127.0.0.1', () => socket.close());
    expect(await sink.received(1)).toMatchObject([{ by: 'syslog', body: 'one' }]);
    await eventually('a refusal', () => sink.intake.counts.all['syslog']?.refused === 1);
  });

  it.each(['POST / HTTP/1.1\r\n\r\n<14>x\n', '<14>one\nnone\n<14>two\n', '9999999 x'])(
    'closes a connection that says %j',
    async (text) => {
      const sink = await sinkHere();
      const client = new TestClient(sink.ports.syslog);
      await client.send(text);
      await client.closed();
      expect(sink.intake.counts.all['syslog']).toMatchObject({ lines: 0, refused: 1 });
    },
  );
});
