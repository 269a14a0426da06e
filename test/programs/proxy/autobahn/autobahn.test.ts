import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { withDeadline } from '../../../support/deadline.ts';
import { proxyOptions } from '../support/proxy-options.ts';
import { ProxyProcess } from '../support/proxy-process.ts';
import type { Case } from './case.ts';
import { CASES } from './cases.ts';
import { close } from './frames.ts';
import { UTF8_CASES } from './utf8-cases.ts';

/**
 * The cases of sections 1 to 7 of Autobahn's test suite (https://github.com/crossbario/autobahn-testsuite), sent to an echo
 * server, and to the same one through a proxy, over HTTP/1.1 and over HTTP/2 (RFC 8441): the answers are the same bytes.
 */
let server: Server;
let proxy: ProxyProcess;
let session: ClientHttp2Session;
let port: number;

beforeAll(async () => {
  server = createServer();
  const echo = new WebSocketServer({ server, perMessageDeflate: false });
  echo.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on('error', () => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo);
  proxy = await ProxyProcess.start(proxyOptions(port));
  session = connect(`http://127.0.0.1:${proxy.port}`);
  await once(session, 'remoteSettings');
});

afterAll(async () => {
  session.destroy();
  await proxy.stop();
  server.closeAllConnections();
  server.close();
});

const HANDSHAKE = { 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };

const overHttp1 = async (to: number): Promise<Duplex> => {
  const headers = { ...HANDSHAKE, connection: 'Upgrade', upgrade: 'websocket' };
  const asked = request({ port: to, host: '127.0.0.1', headers });
  asked.end();
  const [, socket] = (await once(asked, 'upgrade')) as [unknown, Duplex];
  return socket;
};

const overHttp2 = async (): Promise<Duplex> => {
  const stream = session.request({
    ...{ ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/', ':scheme': 'http' },
    ...{ ':authority': `127.0.0.1:${proxy.port}`, 'sec-websocket-version': '13' },
  });
  const [{ ':status': status }] = (await once(stream, 'response')) as [{ ':status': number }];
  if (status !== 200) throw new Error(`the proxy answers ${status}`);
  return stream;
};

/** All that comes back until the server ends the connection. */
const play = async ({ id, writes }: Case, stream: Duplex): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A server that has seen enough resets what is still on its way.
  stream.on('error', () => undefined);
  const ended = Promise.race([once(stream, 'end'), once(stream, 'close')]);
  for (const write of [...writes, close(1_000)]) stream.write(write);
  await withDeadline(`the end of ${id}`, ended);
  stream.destroy();
  return Buffer.concat(chunks);
};

/** The code in the last frame, which is short. */
const codeIn = (answer: Buffer, ends: number | null): number | null => {
  if (ends === null) return answer.at(-2) === 0x88 && answer.at(-1) === 0 ? null : -1;
  const at = answer.lastIndexOf(0x88);
  return answer.readUInt16BE(at + 2);
};

test.each([...CASES, ...UTF8_CASES].map((one) => [`${one.id}: ${one.does}`, one] as const))(
  '%s',
  async (_, one) => {
    const direct = await play(one, await overHttp1(port));
    expect(codeIn(direct, one.ends)).toBe(one.ends);
    expect(await play(one, await overHttp1(proxy.port))).toEqual(direct);
    expect(await play(one, await overHttp2())).toEqual(direct);
  },
);
