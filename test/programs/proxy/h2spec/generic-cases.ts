import { acked, answer, anyData, type Case, isAnswered, pong, pongOrClosed, serverSettings } from './case.ts';
import {
  bytes,
  CODES,
  continuation,
  data,
  encode,
  GET,
  get,
  goaway,
  headers,
  PREFACE,
  paddedData,
  ping,
  post,
  priority,
  reset,
  SETTINGS,
  settings,
  windowUpdate,
} from './frames.ts';
import type { Peer } from './peer.ts';

const block = encode(GET);

const sends =
  (...frames: readonly Buffer[]) =>
  (peer: Peer): void =>
    peer.send(...frames);

const withFields = (hex: string): Buffer => headers(1, Buffer.concat([block, bytes(hex)]));

const HUFFMAN_AGENT = '87 b505b161cc5a93 84 9c48aca4';
const AGENT = '0a 757365722d6167656e74 06 683273706563';
const HUFFMAN_TEST = '85 f2b24a84ff 84 9c48aca4';
const TEST = '06 782d74657374 06 683273706563';

/** How a field can be encoded, and the bytes. */
const ENCODINGS = [
  ['an indexed field', 'be', `40 ${TEST}`],
  ['with indexing, a known name', `40 ${AGENT}`],
  ['with indexing, a known name, Huffman', `40 ${HUFFMAN_AGENT}`],
  ['with indexing, a new name', `40 ${TEST}`],
  ['with indexing, a new name, Huffman', `40 ${HUFFMAN_TEST}`],
  ['without indexing, a known name', `00 ${AGENT}`],
  ['without indexing, a known name, Huffman', `00 ${HUFFMAN_AGENT}`],
  ['without indexing, a new name', `00 ${TEST}`],
  ['without indexing, a new name, Huffman', `00 ${HUFFMAN_TEST}`],
  ['never indexed, a known name', `10 ${AGENT}`],
  ['never indexed, a known name, Huffman', `10 ${HUFFMAN_AGENT}`],
  ['never indexed, a new name', `10 ${TEST}`],
  ['never indexed, a new name, Huffman', `10 ${HUFFMAN_TEST}`],
] as const;

/** The section `generic` of h2spec: what is right must be answered. */
export const GENERIC_CASES: readonly Case[] = [
  {
    section: '1',
    does: 'the preface',
    isRaw: true,
    run: sends(PREFACE, settings()),
    expects: serverSettings,
  },
  { section: '2', does: 'PRIORITY on an idle stream', run: sends(priority(1), ping()), expects: pong() },
  {
    section: '2',
    does: 'WINDOW_UPDATE after the request',
    run: sends(settings([SETTINGS.window, 0]), get(), windowUpdate(1, 1)),
    expects: anyData,
  },
  {
    section: '2',
    does: 'PRIORITY after the request',
    run: sends(settings([SETTINGS.window, 0]), get(), priority(1), windowUpdate(1, 1)),
    expects: anyData,
  },
  {
    section: '2',
    does: 'RST_STREAM after the request',
    run: sends(get(), reset(1, CODES.cancel), ping()),
    expects: pongOrClosed(),
  },
  {
    section: '2',
    does: 'PRIORITY on a closed stream',
    run: async (peer) => {
      peer.send(get());
      await peer.receives('an answer', isAnswered);
      peer.send(priority(1), ping());
    },
    expects: pong(),
  },
  { section: '3.1', does: 'DATA', run: sends(post(), data(1)), expects: answer() },
  { section: '3.1', does: 'several DATA', run: sends(post(), data(1, false), data(1)), expects: answer() },
  {
    section: '3.1',
    does: 'DATA with padding',
    run: sends(post(), paddedData(1, 'test', 5)),
    expects: answer(),
  },
  { section: '3.2', does: 'HEADERS', run: sends(get()), expects: answer() },
  {
    section: '3.2',
    does: 'HEADERS with padding',
    run: sends(headers(1, block, { padding: 8 })),
    expects: answer(),
  },
  {
    section: '3.2',
    does: 'HEADERS with priority',
    run: sends(headers(1, block, { priority: [0, 255] })),
    expects: answer(),
  },
  { section: '3.3', does: 'PRIORITY of 1', run: sends(priority(1, 0, 0), get()), expects: answer() },
  { section: '3.3', does: 'PRIORITY of 256', run: sends(priority(1), get()), expects: answer() },
  {
    section: '3.3',
    does: 'PRIORITY with a dependency',
    run: sends(priority(3, 1, 0), get()),
    expects: answer(),
  },
  {
    section: '3.3',
    does: 'PRIORITY that is exclusive',
    run: sends(priority(1, 0, 0, true), get()),
    expects: answer(),
  },
  { section: '3.3', does: 'PRIORITY of a later stream', run: sends(priority(3), get()), expects: answer() },
  {
    section: '3.4',
    does: 'RST_STREAM',
    run: sends(get(1, false), reset(1, CODES.cancel), ping()),
    expects: pongOrClosed(),
  },
  {
    section: '3.5',
    does: 'SETTINGS',
    run: sends(
      settings(
        ...([
          [SETTINGS.tableSize, 4_096],
          [SETTINGS.push, 1],
          [SETTINGS.streams, 100],
          [SETTINGS.window, 65_535],
          [SETTINGS.frameSize, 16_384],
          [SETTINGS.listSize, 100],
        ] as const),
      ),
    ),
    expects: acked(2),
  },
  { section: '3.7', does: 'PING', run: sends(ping('h2 spec!')), expects: pong('h2 spec!') },
  {
    section: '3.8',
    does: 'GOAWAY',
    run: sends(goaway(CODES.none, 'h2spec'), ping()),
    expects: pongOrClosed(),
  },
  { section: '3.9', does: 'WINDOW_UPDATE', run: sends(windowUpdate(0, 1), ping()), expects: pong() },
  {
    section: '3.9',
    does: 'WINDOW_UPDATE on a stream',
    run: sends(get(), windowUpdate(1, 1)),
    expects: answer(),
  },
  {
    section: '3.10',
    does: 'CONTINUATION',
    run: sends(
      headers(1, block.subarray(0, 5), { isWhole: false }),
      continuation(1, true, block.subarray(5)),
    ),
    expects: answer(),
  },
  {
    section: '3.10',
    does: 'several CONTINUATIONs',
    run: sends(
      headers(1, block.subarray(0, 5), { isWhole: false }),
      continuation(1, false, block.subarray(5, 10)),
      continuation(1, true, block.subarray(10)),
    ),
    expects: answer(),
  },
  { section: '4', does: 'a GET', run: sends(get()), expects: answer() },
  {
    section: '4',
    does: 'a HEAD',
    run: sends(headers(1, encode([[':method', 'HEAD'], ...GET.slice(1)]))),
    expects: answer(),
  },
  { section: '4', does: 'a POST', run: sends(post(), data(1)), expects: answer() },
  {
    section: '4',
    does: 'a POST with trailers',
    run: sends(post(1, ['trailer', 'x-test']), data(1, false), headers(1, encode([['x-test', 'ok']]))),
    expects: answer(),
  },
  ...ENCODINGS.map(([does, last, first = '']) => ({
    section: '5',
    does,
    run: sends(withFields(`${first} ${last}`)),
    expects: answer(),
  })),
  {
    section: '5',
    does: 'a smaller table',
    run: sends(headers(1, Buffer.concat([bytes('3f61'), block]))),
    expects: answer(),
  },
  {
    section: '5',
    does: 'a smaller table twice',
    run: sends(headers(1, Buffer.concat([bytes('3f61 3fe11f'), block]))),
    expects: answer(),
  },
];
