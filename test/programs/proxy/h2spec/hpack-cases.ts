import { type Case, connectionError } from './case.ts';
import { bytes, CODES, encode, GET, headers } from './frames.ts';

const block = encode(GET);

const afterRequest = (hex: string): Buffer => headers(1, Buffer.concat([block, bytes(hex)]));
const beforeRequest = (hex: string): Buffer => headers(1, Buffer.concat([bytes(hex), block]));

/** `x-test` with Huffman coding, as a literal without indexing. */
const NAME = '00 85 f2b24a84ff';

/** The section `hpack` of h2spec. */
export const HPACK_CASES: readonly Case[] = (
  [
    ['2.3.3', 'an index that is not in the tables', afterRequest('c6')],
    ['2.3.3', 'a name whose index is not in the tables', afterRequest('7f 07 00')],
    ['4.2', 'a table size after the fields', afterRequest('21')],
    ['5.2', 'Huffman coding with more than 7 bits of padding', afterRequest(`${NAME} 84 49509fff`)],
    ['5.2', 'Huffman coding that is padded with zeros', afterRequest(`${NAME} 83 495090`)],
    ['5.2', 'Huffman coding with the end symbol', afterRequest(`${NAME} 87 4951fffffffa7f`)],
    ['6.1', 'index 0', afterRequest('80')],
    ['6.3', 'a table larger than allowed', beforeRequest('3f e2 1f')],
  ] as const
).map(([section, does, frame]) => ({
  section,
  does,
  run: (peer) => peer.send(frame),
  expects: connectionError(CODES.compression),
}));
