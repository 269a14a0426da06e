import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { RawHeaders } from '../upstream.ts';

/** A request's body on its way to an endpoint. */
export interface BodySender {
  /** Takes no more of the body, and leaves the stream to whoever has given it. */
  readonly stop: () => void;
}

const LINE_END = '\r\n';

/** Sends a body that is known, behind the head. */
export const sendBuffer = (
  socket: Socket,
  head: string,
  body: Buffer,
  isChunked: boolean,
  end: string,
): void => {
  socket.cork();
  socket.write(head, 'latin1');
  if (isChunked) writeChunk(socket, body);
  else if (body.length > 0) socket.write(body);
  if (isChunked) socket.write(end, 'latin1');
  socket.uncork();
};

const writeChunk = (socket: Socket, bytes: Buffer): boolean => {
  // A chunk without bytes would end the body.
  if (bytes.length === 0) return true;
  socket.write(`${bytes.length.toString(16)}${LINE_END}`, 'latin1');
  socket.write(bytes);
  return socket.write(LINE_END, 'latin1');
};

/** The end of a chunked body, with its trailers. */
export const lastChunk = (trailers: RawHeaders): string => {
  let text = `0${LINE_END}`;
  for (let at = 0; at < trailers.length; at += 2) text += `${trailers[at]}: ${trailers[at + 1]}${LINE_END}`;
  return `${text}${LINE_END}`;
};

/** Sends a stream as it comes, and no faster than the endpoint takes it. */
export const sendStream = (
  socket: Socket,
  body: Readable,
  { isChunked, end, onSent }: { isChunked: boolean; end: () => string; onSent: () => void },
): BodySender => {
  const onData = (bytes: Buffer): void => {
    let isTaken: boolean;
    if (isChunked) {
      socket.cork();
      isTaken = writeChunk(socket, bytes);
      socket.uncork();
    } else {
      isTaken = socket.write(bytes);
    }
    if (!isTaken) body.pause();
  };
  const onDrain = (): void => void body.resume();
  const onEnd = (): void => {
    stop();
    if (isChunked) socket.write(end(), 'latin1');
    onSent();
  };
  const stop = (): void => {
    body.off('data', onData).off('end', onEnd);
    socket.off('drain', onDrain);
  };
  socket.on('drain', onDrain);
  body.on('data', onData).on('end', onEnd);
  // A listener alone does not make a stream flow again that was paused.
  body.resume();
  return { stop };
};
