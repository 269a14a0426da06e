import type { IncomingMessage } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { after } from '../../time/timers.ts';
import { API_VERSION, ATTACH_PROTOCOL, type ServedPod } from '../protocol.ts';
import { answerWith } from './answer-with.ts';

const PATH = new RegExp(
  `^/v${API_VERSION}/processes/([a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63})?)/(attach|terminal)$`,
);
const SWITCHED = `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${ATTACH_PROTOCOL}\r\n\r\n`;
/** Number of past lines that a client sees first. */
const TAIL = 10;
/** A client that has not read so many bytes is cut off: the process does not wait for it. */
const MOST_UNREAD_BYTES = 8 * 1024 * 1024;
const BETWEEN_TRIES: Milliseconds = 20;

/** Connects a client to the streams of a process, or to its terminal over all launches. */
export const attachClient = (
  pod: ServedPod,
  { url = '', headers }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void => {
  socket.on('error', () => undefined);
  const [, process, what] = PATH.exec(url) ?? [];
  if (process === undefined || headers.upgrade !== ATTACH_PROTOCOL)
    return answerWith(socket, '404 Not Found', `there is no upgrade of ${url.slice(0, 200)}`);
  if (what === 'terminal') return void passTerminal(pod, process, socket, head);
  passStreams(pod, process, socket, head);
};

/** The client's bytes go to the stdin, and the output comes as it is. */
const passStreams = (pod: ServedPod, process: string, socket: Duplex, head: Buffer): void => {
  const attachment = pod.connect(process, (bytes) => write(socket, bytes));
  if (typeof attachment === 'string') return answerWith(socket, '409 Conflict', attachment);
  socket.write(SWITCHED);
  write(socket, newestLines(pod, process));
  socket.on('close', () => attachment.detach());
  socket.on('end', () => socket.end());
  void attachment.ended.then(() => socket.end());
  passOn(socket, head, attachment.send);
};

const passTerminal = async (pod: ServedPod, process: string, socket: Duplex, head: Buffer): Promise<void> => {
  const opened = await pod.client.openTerminal(process);
  if (!opened.ok) return answerWith(socket, '409 Conflict', opened.message);
  socket.write(SWITCHED);
  if (head.length > 0) socket.unshift(head);
  pipeline(socket, opened.value, socket, () => undefined);
};

const newestLines = ({ client }: ServedPod, process: string): Buffer => {
  const lines = client.log(process).before(Number.POSITIVE_INFINITY, TAIL);
  return Buffer.concat(
    lines.flatMap(({ line, partial }) => (partial ? [line] : [line, Buffer.from('\r\n')])),
  );
};

const write = (socket: Duplex, bytes: Buffer): void => {
  if (!socket.writable) return;
  socket.write(bytes);
  if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy();
};

/** Takes no more of the client's bytes while the process does not read. */
const passOn = (socket: Duplex, head: Buffer, send: (bytes: Buffer) => boolean): void => {
  const pass = (bytes: Buffer): void => {
    if (socket.destroyed || send(bytes)) return void socket.resume();
    socket.pause();
    after(BETWEEN_TRIES, () => pass(bytes), { ref: false });
  };
  socket.on('data', pass);
  if (head.length > 0) pass(head);
};
