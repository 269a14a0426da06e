import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a peer does after a request: sends bytes, waits a turn, ends the connection, or resets it. */
export type Step = Buffer | 'wait' | 'end' | 'reset';

const TYPES = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7 };
const ACK = 1;
const PREFACE_BYTES = 24;

export const END_STREAM = 1;
const END_HEADERS = 4;

const frame = (
  type: keyof typeof TYPES,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = TYPES[type];
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};

const numbers = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
};

/** `:status: 200`, and with a length `content-length` as a literal (RFC 7541, 6.2.2). */
export const head = (stream: number, flags = 0, length?: string): Buffer => {
  const field =
    length === undefined
      ? Buffer.alloc(0)
      : Buffer.concat([Buffer.from([0x0f, 0x0d, length.length]), Buffer.from(length)]);
  return frame('headers', flags | END_HEADERS, stream, Buffer.concat([Buffer.from([0x88]), field]));
};

export const data = (stream: number, flags = 0): Buffer => frame('data', flags, stream, Buffer.from('part'));

export const reset = (stream: number, code: number): Buffer => frame('reset', 0, stream, numbers(code));

export const goaway = (last: number, code: number): Buffer => frame('goaway', 0, 0, numbers(last, code));

/** A server of HTTP/2 that does nothing but what a test says, also what no library would do. Returns its port. */
export const startRawPeer = async (
  script: (stream: number) => readonly Step[],
  { answersPings = true } = {},
): Promise<number> => {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write(frame('settings', 0, 0));
    read(socket, (type, flags, stream, payload) => {
      if (type === TYPES.settings && flags === 0) socket.write(frame('settings', ACK, 0));
      if (type === TYPES.ping && answersPings) socket.write(frame('ping', ACK, 0, payload));
      if (type === TYPES.headers) void play(script(stream), socket);
    });
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};

const read = (
  socket: Socket,
  onFrame: (type: number, flags: number, stream: number, payload: Buffer) => void,
): void => {
  let left: Buffer = Buffer.alloc(0);
  let skip = PREFACE_BYTES;
  socket.on('data', (bytes) => {
    left = Buffer.concat([left, bytes]);
    if (left.length < skip) return;
    left = left.subarray(skip);
    skip = 0;
    while (left.length >= 9 && left.length >= 9 + left.readUIntBE(0, 3)) {
      const end = 9 + left.readUIntBE(0, 3);
      const [type = 0, flags = 0] = [left[3], left[4]];
      onFrame(type, flags, left.readUInt32BE(5), left.subarray(9, end));
      left = left.subarray(end);
    }
  });
};

const play = async (steps: readonly Step[], socket: Socket): Promise<void> => {
  for (const step of steps) {
    if (step === 'wait') await new Promise((resolve) => setTimeout(resolve, 20));
    else if (step === 'end') socket.end();
    else if (step === 'reset') socket.resetAndDestroy();
    else socket.write(step);
  }
};
