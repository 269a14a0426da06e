import type { IncomingMessage } from 'node:http';

/** The longest request has a text for the stdin of a process: an argument of 128 KiB, each byte in JSON up to six. */
export const BODY_LIMIT = 1024 * 1024;

/** Reads a request's body; resolves with null if it is longer than the limit. The rest is thrown away. */
export const readBody = async (request: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};
