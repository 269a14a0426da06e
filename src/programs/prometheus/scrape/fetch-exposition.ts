import { type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { after } from '../../../time/timers.ts';
import { parseAddress } from '../../address.ts';
import { ExpositionParser } from '../../exposition/exposition-parser.ts';
import { ACCEPTED, formatOf } from '../../exposition/media-type.ts';
import type { Mistake, Sample } from '../../exposition/sample.ts';
import type { ScrapeTarget } from '../options.ts';

/** What a target has answered. */
export interface Scraped {
  readonly samples: readonly Sample[];
  /** Lines that mean nothing. */
  readonly mistakes: number;
  readonly namedMistakes: readonly Mistake[];
}

/** An exposition with 10,000 series has 1.5 MB. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Gets and reads the metrics of a target; rejects with a message if it does not answer in time, or with anything else. */
export const fetchExposition = (
  { address, path }: ScrapeTarget,
  within: number,
  mostSamples: number,
): Promise<Scraped> =>
  new Promise((resolve, reject) => {
    const at = parseAddress(address, 1);
    if (at === null) return reject(new Error(`'${address}' is no host:port`));
    // A server closes an idle connection after 5 s, often at the moment of the next scrape: each has its own.
    const asking = request({ ...at, path, agent: false, headers: HEADERS });
    const stop = after(within, () => asking.destroy(new Error(`no answer within ${within / 1000} s`)));
    const fail = (error: Error): void => {
      stop();
      asking.destroy();
      reject(error);
    };
    asking.on('error', fail);
    asking.on('response', (response) => {
      readExposition(response, mostSamples).then((scraped) => {
        stop();
        resolve(scraped);
      }, fail);
    });
    asking.end();
  });

const HEADERS = {
  accept: ACCEPTED,
  'accept-encoding': 'gzip',
  'user-agent': 'sidecarctl',
  connection: 'close',
};

const readExposition = async (response: IncomingMessage, mostSamples: number): Promise<Scraped> => {
  const { statusCode, statusMessage, headers } = response;
  if (statusCode !== 200) throw new Error(`it answered with ${statusCode} ${statusMessage ?? ''}`.trim());
  const samples: Sample[] = [];
  const parser = new ExpositionParser(formatOf(headers['content-type'] ?? null), {
    onSample: (sample) => {
      if (samples.length >= mostSamples) throw new Error(`it has more than ${mostSamples} series`);
      samples.push(sample);
    },
  });
  const read = (source: AsyncIterable<Buffer>): Promise<void> => readInto(parser, source);
  if (headers['content-encoding'] === 'gzip') await pipeline(response, createGunzip(), read);
  else await pipeline(response, read);
  parser.end();
  const { mistakes, namedMistakes } = parser;
  return { samples, mistakes, namedMistakes };
};

const readInto = async (parser: ExpositionParser, source: AsyncIterable<Buffer>): Promise<void> => {
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new Error(`its answer has more than ${MOST_BYTES / 1024 / 1024} MiB`);
    parser.write(piece);
  }
};
