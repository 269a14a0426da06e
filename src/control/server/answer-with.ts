import type { Duplex } from 'node:stream';

/** Answers on a connection that no answer of Node's server belongs to, and ends it. */
export const answerWith = (socket: Duplex, status: string, message: string): void => {
  const body = `${JSON.stringify({ ok: false, message })}\n`;
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nconnection: close\r\n\r\n${body}`);
};
