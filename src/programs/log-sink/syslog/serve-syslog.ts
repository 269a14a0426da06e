import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import type { HostAndPort } from '../../address.ts';
import type { Intake } from '../intake.ts';
import type { ReceivedLine } from '../received-line.ts';
import { Refusal } from '../refusal.ts';
import { BadFrame, SyslogFraming } from './framing.ts';
import { readSyslog } from './message.ts';

const MOST_CONNECTIONS = 1_000;

/** Datagrams that wait while the file is written; more are refused, as UDP loses what is not read. */
const MOST_WAITING = 10_000;

/** Takes messages over TCP. Resolves once it listens. */
export const serveSyslogTcp = (at: HostAndPort, intake: Intake): Promise<Server> => {
  const server = createServer((socket) => void receive(socket, intake));
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => resolve(server));
  });
};

/** It reads on when what has come is taken. */
const receive = async (socket: Socket, intake: Intake): Promise<void> => {
  const framing = new SyslogFraming();
  try {
    for await (const bytes of socket as AsyncIterable<Buffer>) await take(framing.push(bytes), intake);
    const rest = framing.end();
    if (rest !== null) await take([rest], intake);
  } catch (error) {
    // A client that goes in the middle of a message is no mistake of anybody's.
    if (error instanceof BadFrame || error instanceof Refusal) intake.counts.refuse('syslog', error.message);
  } finally {
    socket.destroy();
  }
};

const take = async (messages: readonly Buffer[], intake: Intake): Promise<void> => {
  if (messages.length === 0) return;
  const now = Date.now();
  const lines: ReceivedLine[] = [];
  for (const message of messages) {
    const line = readSyslog(message, now);
    if (line !== null) lines.push(line);
    // What comes next may be another protocol's: a page in a browser can send requests of HTTP to any port.
    else throw new BadFrame('A message has no priority, such as <14>.');
  }
  await intake.take(lines, 'syslog');
};

/** Takes one message a datagram. */
export const serveSyslogUdp = (at: HostAndPort, intake: Intake): Promise<UdpSocket> => {
  const socket = createSocket(at.host.includes(':') ? 'udp6' : 'udp4');
  let waiting = 0;
  socket.on('message', (message) => {
    if (waiting >= MOST_WAITING)
      return intake.counts.refuse('syslog', 'Datagrams come faster than they are written.');
    waiting += 1;
    take([message], intake)
      .catch((error: Error) => intake.counts.refuse('syslog', error.message))
      .finally(() => {
        waiting -= 1;
      });
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(at.port, at.host, () => resolve(socket));
  });
};
