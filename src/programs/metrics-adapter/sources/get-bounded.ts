import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { after } from '../../../time/timers.ts';
import { clientFor } from '../../client-for.ts';

export interface Got {
  readonly body: Buffer;
  readonly type: string | null;
}

/** An exposition with 10,000 series has 1.5 MB. */
const MOST_BYTES = 32 * 1024 * 1024;
const ANSWERS_WITHIN = 10_000;

/** Gets a URL; rejects with a clause if there is no whole answer in time. */
export const getBounded = (url: string, accept: string): Promise<Got> =>
  new Promise((resolve, reject) => {
    const asking = clientFor(url).request(url, {
      // A server closes an idle connection after 5 s, often at the moment of the next request: each has its own.
      agent: false,
      headers: { accept, 'accept-encoding': 'gzip', 'user-agent': 'sidecarctl', connection: 'close' },
    });
    const cancel = after(ANSWERS_WITHIN, () => asking.destroy(new Error('it does not answer within 10 s')));
    const fail = (error: Error): void => {
      cancel();
      asking.destroy();
      reject(error);
    };
    asking.on('error', fail);
    asking.on('response', (response) => {
      bodyOf(response).then((body) => {
        cancel();
        resolve({ body, type: response.headers['content-type'] ?? null });
      }, fail);
    });
    asking.end();
  });

const bodyOf = async (response: IncomingMessage): Promise<Buffer> => {
  if (response.statusCode !== 200) throw new Error(`it answers with ${response.statusCode}`);
  const parts: Buffer[] = [];
  const read = async (source: AsyncIterable<Buffer>): Promise<void> => {
    let bytes = 0;
    for await (const part of source) {
      bytes += part.length;
      if (bytes > MOST_BYTES) throw new Error(`its answer has more than ${MOST_BYTES / 1024 / 1024} MiB`);
      parts.push(part);
    }
  };
  if (response.headers['content-encoding'] === 'gzip') await pipeline(response, createGunzip(), read);
  else await pipeline(response, read);
  return Buffer.concat(parts);
};
