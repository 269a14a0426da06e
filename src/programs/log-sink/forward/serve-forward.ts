import { createServer, type Server, type Socket } from 'node:net';
import type { HostAndPort } from '../../address.ts';
import type { Intake } from '../intake.ts';

const MOST_CONNECTIONS = 1_000;

/** A message is not longer than this. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Takes messages of Fluentd's forward protocol. Resolves once it listens. */
export const serveForward = (at: HostAndPort, intake: Intake): Promise<Server> => {
  const server = createServer({ noDelay: true }, (socket) => void receive(socket, intake));
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => resolve(server));
  });
};

const receive = async (socket: Socket, intake: Intake): Promise<void> => {
  socket.on('error', () => undefined);
  const [{ forwardDecoder, readForward }, { encode }] = await libraries();
  const meter = new Meter();
  try {
    for await (const message of forwardDecoder().decodeStream(metered(socket, meter))) {
      meter.bytes = 0;
      const { lines, chunk } = await readForward(message);
      await intake.take(lines, 'forward');
      if (chunk !== null) socket.write(encode({ ack: chunk }));
    }
  } catch (error) {
    // Where the next message begins cannot be told. A client that has gone is no mistake of its own.
    if (!isEnd(error)) intake.counts.refuse('forward', (error as Error).message);
  } finally {
    socket.destroy();
  }
};

const libraries = () => Promise.all([import('./read-message.ts'), import('@msgpack/msgpack')]);

/** Bytes since the end of the last message. */
class Meter {
  bytes = 0;
}

async function* metered(socket: Socket, meter: Meter): AsyncIterable<Buffer> {
  for await (const part of socket as AsyncIterable<Buffer>) {
    meter.bytes += part.length;
    if (meter.bytes > MOST_BYTES) throw new Error(`A message is longer than ${MOST_BYTES} bytes.`);
    yield part;
  }
}

/** Codes of a connection that has ended, for whatever reason. */
const ENDS = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

const isEnd = (error: unknown): boolean => ENDS.has((error as NodeJS.ErrnoException).code ?? '');
