import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip as gunzipLater, inflate as inflateLater } from 'node:zlib';
import { Refusal } from '../refusal.ts';

/** As it comes over the wire. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Once it is decompressed: a body of 32 KiB can become 32 MiB. */
const MOST_DECOMPRESSED = 32 * 1024 * 1024;

/** Of all requests at the same time. */
const MOST_AT_ONCE = 64 * 1024 * 1024;

const gunzip = promisify(gunzipLater);
const inflate = promisify(inflateLater);

let held = 0;

/**
 * Reads a body and gives it to `use`; what it takes in memory is counted until that is done.
 *
 * @throws Refusal for a body that is too large (413), that cannot be decompressed (400 or 415), or that comes while others
 * take all the memory there is for them (429).
 */
export const withBody = async <Result>(
  request: IncomingMessage,
  use: (body: Buffer) => Promise<Result>,
): Promise<Result> => {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!ENCODINGS.includes(encoding))
    throw new Refusal(415, `Content-Encoding ${encoding} is not one of these: ${ENCODINGS.join(', ')}.`);
  const reserved = new Reserved();
  try {
    const raw = await collected(request, reserved);
    return await use(await decompressed(raw, encoding, reserved));
  } finally {
    // The rest of a body that is refused is dropped, so that the client reads the answer and the connection goes on.
    request.resume();
    reserved.release();
  }
};

const ENCODINGS = ['identity', 'gzip', 'deflate'];

/** Memory that one request has. */
class Reserved {
  #bytes = 0;

  take(bytes: number): void {
    if (held + bytes > MOST_AT_ONCE)
      throw new Refusal(429, 'Too many large bodies at the same time. Try again later.');
    held += bytes;
    this.#bytes += bytes;
  }

  release(): void {
    held -= this.#bytes;
    this.#bytes = 0;
  }
}

const collected = async (request: IncomingMessage, reserved: Reserved): Promise<Buffer> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) throw tooLarge('', MOST_BYTES);
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw tooLarge('', MOST_BYTES);
    reserved.take(part.length);
    parts.push(part);
  }
  return Buffer.concat(parts);
};

const tooLarge = (when: string, limit: number): Refusal =>
  new Refusal(413, `The body is larger than ${limit} bytes${when}.`);

const decompressed = async (raw: Buffer, encoding: string, reserved: Reserved): Promise<Buffer> => {
  if (encoding === 'identity') return raw;
  const limit = { maxOutputLength: MOST_DECOMPRESSED };
  try {
    const body = await (encoding === 'gzip' ? gunzip(raw, limit) : inflate(raw, limit));
    reserved.take(body.length);
    return body;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(' once it is decompressed', MOST_DECOMPRESSED);
    throw new Refusal(400, `The body is not ${encoding}: ${(error as Error).message}.`);
  }
};
