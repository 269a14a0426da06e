import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Of the stream of a tunnel whose other side was reset (RFC 8441, section 5). */
const CANCEL = 8;

type Resettable = Duplex & {
  /** Of a stream of HTTP/2. */
  readonly close?: (code: number) => void;
  /** Of a connection with TLS: Node keeps the one below it here, and can reset only that. */
  readonly _parent?: Socket | null;
} & Partial<Pick<Socket, 'resetAndDestroy'>>;

/** Ends a stream so that its peer can tell that something is missing. */
export const reset = (stream: Duplex): void => {
  const { close, _parent: below, resetAndDestroy } = stream as Resettable;
  if (stream.destroyed) return;
  if (close !== undefined) close.call(stream, CANCEL);
  else if (below != null) resetConnection(stream, below);
  else if (resetAndDestroy !== undefined) resetConnection(stream, stream as Socket);
  else stream.destroy();
};

/** Node cannot reset a connection while it ends it: it would fail, and leave the descriptor open. */
const resetConnection = (stream: Duplex, connection: Socket): void => {
  const isEnding = stream.writableEnded && !stream.writableFinished;
  if (!isEnding) connection.resetAndDestroy();
  // Nobody knows when what waits to be written will be.
  else if (stream.writableLength > 0) stream.destroy();
  else stream.once('finish', () => reset(stream));
};
