import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { decodeMultiStream, encode } from '@msgpack/msgpack';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SocketTarget } from '../../../../src/programs/log-shipper/outputs/options.ts';
import { SyslogFraming } from '../../../../src/programs/log-sink/syslog/framing.ts';
import { readSyslog } from '../../../../src/programs/log-sink/syslog/message.ts';
import { eventually } from '../../../support/deadline.ts';
import { isInstalled } from '../../../support/installed.ts';
import { receiveWithRsyslog } from '../../../support/rsyslog.ts';
import { deliver, entries, entry, opened, SOURCE } from './support.ts';

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => void sockets.add(socket.on('error', () => undefined)));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

const target = (port: number, changes: Partial<SocketTarget> = {}): SocketTarget => ({
  ...{ name: 'out', address: `127.0.0.1:${port}`, tls: null, timeout: 10_000 },
  ...changes,
});

const syslog = (port: number, changes: object = {}) =>
  opened({ kind: 'syslog', protocol: 'tcp', ...target(port), ...changes });

/** What a server gets over all connections, cut into messages by what RFC 6587 says. */
const collecting = (messages: string[]) => (socket: Socket) => {
  const framing = new SyslogFraming();
  socket.on('data', (data) => messages.push(...framing.push(data).map(String)));
};

const ODD = [
  entry(1, { severity: 17 }),
  entry(2, { body: 'two\nlines äöü "quoted" [x]' }),
  entry(3, { severity: 5, parsed: { status: 500, 'a "b"]': 'c "d"]\\', nested: { e: 1 }, none: null } }),
  entry(4, { source: { fields: { team: 'ä b' } }, body: '' }),
];

describe('lines for syslog over TCP', () => {
  it('are messages of RFC 5424, each with its length before it', async () => {
    const messages: string[] = [];
    const port = await listening(createServer(collecting(messages)));
    const output = await syslog(port);
    expect(await deliver(output, ODD)).toEqual({ kind: 'taken' });
    await eventually('four messages', () => messages.length === 4);
    expect(messages[0]).toMatch(
      /^<11>1 2026-01-02T03:04:05\.678Z \S+ web - - \[log@32473 service\.name="web" process="web" file="\/logs\/web\.log" offset="10"\] line 1$/,
    );
    const read = messages.map((message) => readSyslog(Buffer.from(message), 0));
    expect(read.map((line) => line?.body)).toEqual(ODD.map(({ body }) => body));
    expect(read.map((line) => line?.severity)).toEqual([17, 9, 5, 9]);
    expect(read[2]?.fields).toMatchObject({ status: '500', a__b__: 'c "d"]\\', nested: '{"e":1}' });
    expect(read[3]?.fields).toMatchObject({ team: 'ä b', offset: '40' });
  });

  it.skipIf(!isInstalled('rsyslogd'))('are what a real rsyslog reads', async () => {
    const rsyslog = await receiveWithRsyslog();
    const output = await syslog(rsyslog.port);
    const many = [...ODD.slice(0, 3), ...entries(1000)];
    expect(await deliver(output, many)).toEqual({ kind: 'taken' });
    await output.close();
    await rsyslog.stop();
    const received = readFileSync(rsyslog.messages, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(received.map(({ message }) => message)).toEqual(many.map(({ body }) => body));
    expect(received[0]).toMatchObject({
      ...{ severity: '3', facility: '1', app: 'web', version: '1', time: '2026-01-02T03:04:05.678Z' },
      data: '[log@32473 service.name="web" process="web" file="/logs/web.log" offset="10"]',
    });
  });

  it('come again when the server has gone, and over a new connection when it is back', async () => {
    const sockets: Socket[] = [];
    const messages: string[] = [];
    const port = await listening(
      createServer((socket) => {
        sockets.push(socket);
        collecting(messages)(socket);
      }),
    );
    const output = await syslog(port);
    expect(await deliver(output, entries(1))).toEqual({ kind: 'taken' });
    await eventually('the first message', () => messages.length === 1);
    sockets[0]?.resetAndDestroy();
    const batch = entries(2);
    await eventually('the batch to be taken', async () => (await deliver(output, batch)).kind === 'taken');
    await eventually('all messages', () => messages.length >= 3);
    expect(sockets).toHaveLength(2);
    const gone = await syslog(1);
    expect(await deliver(gone, batch)).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('wait no longer than the limit for a server that reads nothing', async () => {
    const port = await listening(createServer((socket) => void socket.pause()));
    const output = await syslog(port, { timeout: 200 });
    const large = [entry(1, { body: 'x'.repeat(20_000_000) })];
    expect(await deliver(output, large)).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('200 ms'),
    });
    // Ten seconds are the limit by default.
  }, 9_000);
});

describe('lines for syslog over UDP', () => {
  it('are a datagram each, and one that is too long for it is rejected', async () => {
    const messages: string[] = [];
    const socket = createSocket('udp4', (message) => void messages.push(String(message)));
    await new Promise<void>((resolve) => void socket.bind(0, '127.0.0.1', resolve));
    onTestFinished(() => void socket.close());
    const output = await syslog(socket.address().port, { protocol: 'udp' });
    const batch = [entry(1), entry(2, { body: 'x'.repeat(70_000) }), entry(3)];
    expect(await deliver(output, batch)).toEqual({
      ...{ kind: 'rejected', entries: [1] },
      why: 'a message is longer than a datagram, 65507 bytes',
    });
    await eventually('two datagrams', () => messages.length === 2);
    expect(messages.map((message) => message.split('] ')[1])).toEqual(['line 1', 'line 3']);
  });

  it('come again where nobody listens', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => void socket.bind(0, '127.0.0.1', resolve));
    const { port } = socket.address();
    await new Promise<void>((resolve) => void socket.close(resolve));
    const output = await syslog(port, { protocol: 'udp' });
    await eventually('a failure', async () => (await deliver(output, entries(3))).kind === 'retry');
  });
});

const forward = (port: number, changes: object = {}) =>
  opened({ kind: 'forward', tag: null, ...target(port), ...changes });

/** A server of the forward protocol that answers each message as it is told to. */
const forwardServer = async (
  messages: unknown[],
  answer: (chunk: string, count: number) => Uint8Array | null,
) =>
  listening(
    createServer(async (socket) => {
      try {
        for await (const message of decodeMultiStream(socket)) {
          messages.push(message);
          const { chunk } = (message as [string, unknown, { chunk: string }])[2];
          const said = answer(chunk, messages.length);
          if (said !== null) socket.write(said);
        }
      } catch {
        // The test has closed the connection.
      }
    }),
  );

describe("lines for Fluentd's forward protocol", () => {
  it('are a message a tag, and taken once each is acknowledged', async () => {
    const messages: unknown[] = [];
    const port = await forwardServer(messages, (chunk) => encode({ ack: chunk }));
    const other = { fields: { 'service.name': 'api' } };
    const batch = [
      entry(1, { time: 1_700_000_000_123.5, severity: 9, parsed: { status: 200 } }),
      entry(2, { source: other }),
      entry(3),
    ];
    expect(await deliver(await forward(port), batch)).toEqual({ kind: 'taken' });
    type Event = readonly [{ readonly data: Uint8Array }, object];
    const [web, api] = messages as readonly (readonly [string, readonly Event[], object])[];
    expect([web?.[0], api?.[0]]).toEqual(['web', 'api']);
    expect(web?.[1].map(([, record]) => record)).toEqual([
      { message: 'line 1', severity: 9, status: 200, offset: 10, ...SOURCE.fields },
      { message: 'line 3', offset: 30, ...SOURCE.fields },
    ]);
    expect(api?.[1].map(([, record]) => record)).toEqual([
      { message: 'line 2', offset: 20, 'service.name': 'api' },
    ]);
    const time = Buffer.from(web?.[1][0]?.[0].data ?? []);
    expect([time.readUInt32BE(0), time.readUInt32BE(4)]).toEqual([1_700_000_000, 123_500_000]);
    expect(web?.[2]).toEqual({ chunk: expect.any(String), size: 2 });
  });

  it('have the tag of the options, and use one connection', async () => {
    const messages: unknown[] = [];
    const port = await forwardServer(messages, (chunk) => encode({ ack: chunk }));
    const output = await forward(port, { tag: 'shop' });
    for (const batch of [entries(2), entries(3)])
      expect(await deliver(output, batch)).toEqual({ kind: 'taken' });
    expect(
      messages.map((message) =>
        (message as [string, unknown[]])
          .slice(0, 2)
          .map((each) => (typeof each === 'string' ? each : each.length)),
      ),
    ).toEqual([
      ['shop', 2],
      ['shop', 3],
    ]);
  });

  it('come again without an acknowledgement, but not those that have one', async () => {
    const messages: unknown[] = [];
    const port = await forwardServer(messages, (chunk, count) =>
      count === 2 ? encode({ ack: 'other' }) : encode({ ack: chunk }),
    );
    const other = { fields: { process: 'api' } };
    const output = await forward(port);
    const batch = [entry(1), entry(2, { source: other })];
    expect(await deliver(output, batch)).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('something else'),
    });
    expect(await deliver(output, batch)).toEqual({ kind: 'taken' });
    expect(messages.map((message) => (message as [string])[0])).toEqual(['web', 'api', 'api']);
  });

  it.each([
    ['nothing', () => null, '200 ms'],
    ['nonsense', () => Buffer.from([0xc1]), 'Unrecognized type byte'],
    [
      'a word without end',
      () => Buffer.concat([Buffer.from([0xdb, 0, 16, 0, 0]), Buffer.alloc(100_000)]),
      'too long',
    ],
  ])('come again after %s', async (_, answer, why) => {
    const output = await forward(await forwardServer([], answer), { timeout: 200 });
    expect(await deliver(output, entries(1))).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining(why),
    });
  });
});
