import {
  acked,
  type Case,
  closed,
  connectionError,
  dataOf,
  frameOf,
  isAnswered,
  pong,
  pongOrClosed,
  serverSettings,
  streamError,
} from './case.ts';
import {
  bytes,
  CODES,
  continuation,
  data,
  dummies,
  encode,
  type Field,
  FLAGS,
  frame,
  GET,
  get,
  goaway,
  headers,
  POST,
  PREFACE,
  ping,
  post,
  priority,
  reset,
  SETTINGS,
  settings,
  TYPES,
  windowUpdate,
} from './frames.ts';
import type { Peer } from './peer.ts';

const { protocol, streamClosed, frameSize, flowControl, compression, refusedStream, cancel } = CODES;
const MOST = 2 ** 31 - 1;
const block = encode(GET);

const sends =
  (...frames: readonly Buffer[]) =>
  (peer: Peer): void =>
    peer.send(...frames);

/** Sends the rest when the first request has been answered. */
const sendsAfterAnswer =
  (...frames: readonly Buffer[]) =>
  async (peer: Peer): Promise<void> => {
    peer.send(get());
    await peer.receives('an answer', isAnswered);
    peer.send(...frames);
  };

/** Sends the rest when the settings count. */
const sendsWith =
  (setting: number, value: number, ...frames: readonly Buffer[]) =>
  async (peer: Peer): Promise<void> => {
    peer.send(settings([setting, value]));
    await peer.hasAcked(2);
    peer.send(...frames);
  };

const request = (...fields: readonly Field[]): Buffer => headers(1, encode(fields));
const open = (fields: readonly Field[] = GET): Buffer =>
  headers(1, encode(fields), { isLast: false, isWhole: false });
const openGet = headers(1, block, { isWhole: false });

/** The section `http2` of h2spec. */
export const HTTP2_CASES: readonly Case[] = [
  {
    section: '3.5',
    does: 'the preface',
    isRaw: true,
    run: sends(PREFACE, settings()),
    expects: serverSettings,
  },
  {
    section: '3.5',
    does: 'a preface that is none',
    isRaw: true,
    run: sends(Buffer.from('INVALID CONNECTION PREFACE\r\n\r\n')),
    expects: connectionError(protocol),
  },

  {
    section: '4.1',
    does: 'a frame of unknown type',
    run: sends(frame(22, 0, 0, Buffer.alloc(8)), ping()),
    expects: pong(),
  },
  { section: '4.1', does: 'a flag that is not defined', run: sends(ping(undefined, 22)), expects: pong() },
  {
    section: '4.1',
    does: 'the reserved bit',
    run: sends(frame(TYPES.ping, 0, 2 ** 31, Buffer.alloc(8))),
    expects: pong(),
  },

  {
    section: '4.2',
    does: 'DATA of 2^14 bytes',
    run: sends(post(), data(1, true, Buffer.alloc(16_384))),
    expects: {
      words: 'a response',
      isMet: ({ frames }) => frames.some(({ type }) => type === TYPES.headers),
    },
  },
  {
    section: '4.2',
    does: 'DATA that is larger',
    run: sends(post(), data(1, true, Buffer.alloc(16_385))),
    expects: streamError(frameSize),
  },
  {
    section: '4.2',
    does: 'HEADERS that are larger',
    run: sends(headers(1, Buffer.concat([block, dummies(5)]))),
    expects: connectionError(frameSize),
  },

  {
    section: '4.3',
    does: 'a block that ends too early',
    run: sends(frame(TYPES.headers, 5, 1, bytes('40'))),
    expects: connectionError(compression),
  },
  {
    section: '4.3',
    does: 'PRIORITY within a block',
    run: sends(open(), priority(1), continuation(1, true, dummies(1))),
    expects: connectionError(protocol),
  },
  {
    section: '4.3',
    does: 'HEADERS of another stream within a block',
    run: sends(open(), get(3), continuation(1, true, dummies(1))),
    expects: connectionError(protocol),
  },

  {
    section: '5.1',
    does: 'DATA on an idle stream',
    run: sends(data(1)),
    expects: streamError(protocol, streamClosed),
  },
  {
    section: '5.1',
    does: 'RST_STREAM on an idle stream',
    run: sends(reset(1, cancel)),
    expects: connectionError(protocol),
  },
  {
    section: '5.1',
    does: 'WINDOW_UPDATE on an idle stream',
    run: sends(windowUpdate(1, 100)),
    expects: connectionError(protocol),
  },
  {
    section: '5.1',
    does: 'CONTINUATION on an idle stream',
    run: sends(continuation(1, true, block)),
    expects: connectionError(protocol),
  },
  {
    section: '5.1',
    does: 'DATA after the end of the request',
    run: sends(get(), data(1)),
    expects: streamError(streamClosed),
  },
  {
    section: '5.1',
    does: 'HEADERS after the end of the request',
    run: sends(get(), get()),
    expects: streamError(streamClosed),
  },
  {
    section: '5.1',
    does: 'CONTINUATION after the end of the request',
    run: sends(get(), continuation(1, true, block)),
    expects: streamError(streamClosed, protocol),
  },
  {
    section: '5.1',
    does: 'DATA after RST_STREAM',
    run: sends(get(1, false), reset(1, cancel), data(1)),
    expects: streamError(streamClosed),
  },
  {
    section: '5.1',
    does: 'HEADERS after RST_STREAM',
    run: sends(get(1, false), reset(1, cancel), get()),
    expects: streamError(streamClosed),
  },
  {
    section: '5.1',
    does: 'CONTINUATION after RST_STREAM',
    run: sends(get(1, false), reset(1, cancel), continuation(1, true, dummies(1))),
    expects: streamError(streamClosed, protocol),
  },
  {
    section: '5.1',
    does: 'DATA on a closed stream',
    run: sendsAfterAnswer(data(1)),
    expects: streamError(streamClosed),
  },
  {
    section: '5.1',
    does: 'HEADERS on a closed stream',
    run: sendsAfterAnswer(get()),
    expects: connectionError(streamClosed),
  },
  {
    section: '5.1',
    does: 'CONTINUATION on a closed stream',
    run: sendsAfterAnswer(continuation(1, true, dummies(1))),
    expects: connectionError(streamClosed, protocol),
  },

  { section: '5.1.1', does: 'an even stream', run: sends(get(2)), expects: connectionError(protocol) },
  {
    section: '5.1.1',
    does: 'a stream below the one before',
    run: sends(get(5), get(3)),
    expects: connectionError(protocol),
  },
  {
    section: '5.1.2',
    does: 'more streams than allowed',
    run: sendsWith(SETTINGS.window, 0, ...Array.from({ length: 251 }, (_, index) => get(2 * index + 1))),
    expects: streamError(protocol, refusedStream),
  },
  {
    section: '5.3.1',
    does: 'HEADERS that depend on themselves',
    run: sends(headers(1, block, { priority: [1, 255] })),
    expects: streamError(protocol),
  },
  {
    section: '5.3.1',
    does: 'PRIORITY that depends on itself',
    run: sends(priority(1, 1)),
    expects: streamError(protocol),
  },
  {
    section: '5.4.1',
    does: 'a PING that is wrong, for the end',
    run: sends(ping(undefined, 0, 3)),
    expects: closed,
  },
  {
    section: '5.4.1',
    does: 'a PING that is wrong, for GOAWAY',
    run: sends(ping(undefined, 0, 3)),
    expects: frameOf(TYPES.goaway, protocol),
  },
  {
    section: '5.5',
    does: 'an extension',
    run: sends(frame(TYPES.unknown, 0, 0, Buffer.alloc(8)), ping()),
    expects: pong(),
  },
  {
    section: '5.5',
    does: 'an extension within a block',
    run: sends(openGet, frame(TYPES.unknown, 0, 0, Buffer.alloc(8))),
    expects: connectionError(protocol),
  },

  { section: '6.1', does: 'DATA on stream 0', run: sends(data(0)), expects: connectionError(protocol) },
  {
    section: '6.1',
    does: 'DATA on a stream that is not open',
    run: sends(headers(1, encode(POST)), data(1)),
    expects: streamError(streamClosed),
  },
  {
    section: '6.1',
    does: 'DATA with more padding than bytes',
    run: sends(
      post(1, ['content-length', '4']),
      frame(TYPES.data, FLAGS.endStream | FLAGS.padded, 1, bytes('06 54 65 73 74')),
    ),
    expects: connectionError(protocol),
  },
  {
    section: '6.2',
    does: 'PRIORITY before the end of HEADERS',
    run: sends(open(), priority(1), continuation(1, true, dummies(1))),
    expects: connectionError(protocol),
  },
  {
    section: '6.2',
    does: 'another request before the end of HEADERS',
    run: sends(open(), get(3), continuation(1, true, dummies(1))),
    expects: connectionError(protocol),
  },
  { section: '6.2', does: 'HEADERS on stream 0', run: sends(get(0)), expects: connectionError(protocol) },
  {
    section: '6.2',
    does: 'HEADERS with more padding than bytes',
    run: sends(
      frame(
        TYPES.headers,
        FLAGS.endStream | FLAGS.endHeaders | FLAGS.padded,
        1,
        Buffer.concat([Buffer.from([block.length + 2]), block]),
      ),
    ),
    expects: streamError(protocol),
  },
  {
    section: '6.3',
    does: 'PRIORITY on stream 0',
    run: sends(priority(0)),
    expects: connectionError(protocol),
  },
  {
    section: '6.3',
    does: 'PRIORITY of 4 bytes',
    run: sends(get(), frame(TYPES.priority, 0, 1, bytes('80 00 00 01'))),
    expects: streamError(frameSize),
  },
  {
    section: '6.4',
    does: 'RST_STREAM on stream 0',
    run: sends(reset(0, cancel)),
    expects: connectionError(protocol),
  },
  {
    section: '6.4',
    does: 'RST_STREAM on an idle stream',
    run: sends(reset(1, cancel)),
    expects: connectionError(protocol),
  },
  {
    section: '6.4',
    does: 'RST_STREAM of 3 bytes',
    run: sends(get(1, false), frame(TYPES.reset, 0, 1, Buffer.alloc(3))),
    expects: streamError(frameSize),
  },
  {
    section: '6.5',
    does: 'SETTINGS with ACK and content',
    run: sends(frame(TYPES.settings, FLAGS.ack, 0, Buffer.alloc(1))),
    expects: connectionError(frameSize),
  },
  {
    section: '6.5',
    does: 'SETTINGS on a stream',
    run: sends(frame(TYPES.settings, 0, 1, bytes('0003 00000064'))),
    expects: connectionError(protocol),
  },
  {
    section: '6.5',
    does: 'SETTINGS of 3 bytes',
    run: sends(frame(TYPES.settings, 0, 0, bytes('00 03 00'))),
    expects: streamError(protocol, frameSize),
  },
  {
    section: '6.5.2',
    does: 'ENABLE_PUSH of 2',
    run: sends(settings([SETTINGS.push, 2])),
    expects: connectionError(protocol),
  },
  {
    section: '6.5.2',
    does: 'INITIAL_WINDOW_SIZE of 2^31',
    run: sends(settings([SETTINGS.window, 2 ** 31])),
    expects: connectionError(flowControl),
  },
  {
    section: '6.5.2',
    does: 'MAX_FRAME_SIZE of 16,383',
    run: sends(settings([SETTINGS.frameSize, 16_383])),
    expects: connectionError(protocol),
  },
  {
    section: '6.5.2',
    does: 'MAX_FRAME_SIZE of 2^24',
    run: sends(settings([SETTINGS.frameSize, 2 ** 24])),
    expects: connectionError(protocol),
  },
  { section: '6.5.2', does: 'an unknown setting', run: sends(settings([255, 1]), ping()), expects: pong() },
  {
    section: '6.5.3',
    does: 'a setting twice',
    run: async (peer) => {
      peer.send(settings([SETTINGS.window, 100], [SETTINGS.window, 1]));
      await peer.hasAcked(2);
      peer.send(get());
    },
    expects: dataOf(1),
  },
  {
    section: '6.5.3',
    does: 'SETTINGS without ACK',
    run: sends(settings([SETTINGS.push, 0])),
    expects: acked(2),
  },
  { section: '6.7', does: 'a PING', run: sends(ping('h2 spec!')), expects: pong('h2 spec!') },
  {
    section: '6.7',
    does: 'a PING with ACK',
    run: sends(ping('nobody’s'.slice(0, 6).padEnd(8), FLAGS.ack), ping('h2 spec!')),
    expects: pong('h2 spec!'),
  },
  {
    section: '6.7',
    does: 'a PING on a stream',
    run: sends(ping(undefined, 0, 1)),
    expects: connectionError(protocol),
  },
  {
    section: '6.7',
    does: 'a PING of 6 bytes',
    run: sends(ping('\0\0\0\0\0\0')),
    expects: connectionError(frameSize),
  },
  {
    section: '6.8',
    does: 'GOAWAY on a stream',
    run: sends(frame(TYPES.goaway, 0, 1, Buffer.alloc(8))),
    expects: connectionError(protocol),
  },
  {
    section: '6.9',
    does: 'WINDOW_UPDATE of 0',
    run: sends(windowUpdate(0, 0)),
    expects: connectionError(protocol),
  },
  {
    section: '6.9',
    does: 'WINDOW_UPDATE of 0 on a stream',
    run: sends(get(1, false), windowUpdate(1, 0)),
    expects: streamError(protocol),
  },
  {
    section: '6.9',
    does: 'WINDOW_UPDATE of 3 bytes',
    run: sends(frame(TYPES.window, 0, 0, bytes('00 00 01'))),
    expects: connectionError(frameSize),
  },
  { section: '6.9.1', does: 'a window of 1', run: sendsWith(SETTINGS.window, 1, get()), expects: dataOf(1) },
  {
    section: '6.9.1',
    does: 'a window above 2^31-1',
    run: sends(windowUpdate(0, MOST), windowUpdate(0, MOST)),
    expects: frameOf(TYPES.goaway, flowControl),
  },
  {
    section: '6.9.1',
    does: 'a window of a stream above 2^31-1',
    run: sends(get(1, false), windowUpdate(1, MOST), windowUpdate(1, MOST)),
    expects: frameOf(TYPES.reset, flowControl),
  },
  {
    section: '6.9.2',
    does: 'a window that opens after the request',
    run: sendsWith(SETTINGS.window, 0, get(), settings([SETTINGS.window, 1])),
    expects: dataOf(1),
  },
  {
    section: '6.9.2',
    does: 'a window below zero',
    run: async (peer) => {
      await sendsWith(SETTINGS.window, 3, get())(peer);
      await peer.receives('DATA', ({ type }) => type === TYPES.data);
      await sendsWith(SETTINGS.window, 2)(peer);
      await peer.hasAcked(3);
      peer.send(windowUpdate(1, 2));
    },
    expects: dataOf(3, 1),
  },
  {
    section: '6.9.2',
    does: 'INITIAL_WINDOW_SIZE above 2^31-1',
    run: sends(settings([SETTINGS.window, 2 ** 31])),
    expects: connectionError(flowControl),
  },
  {
    section: '6.10',
    does: 'several CONTINUATIONs',
    run: sends(openGet, continuation(1, false, dummies(1)), continuation(1, true, dummies(1))),
    expects: {
      words: 'a response',
      isMet: ({ frames }) => frames.some(({ type }) => type === TYPES.headers),
    },
  },
  {
    section: '6.10',
    does: 'DATA after CONTINUATION',
    run: sends(open(POST), continuation(1, false, dummies(1)), data(1)),
    expects: connectionError(protocol),
  },
  {
    section: '6.10',
    does: 'CONTINUATION on stream 0',
    run: sends(openGet, continuation(0, true, dummies(1))),
    expects: connectionError(protocol),
  },
  {
    section: '6.10',
    does: 'CONTINUATION after the end of HEADERS',
    run: sends(get(), continuation(1, true, dummies(1))),
    expects: connectionError(protocol),
  },
  {
    section: '6.10',
    does: 'CONTINUATION after the last one',
    run: sends(openGet, continuation(1, true, dummies(1)), continuation(1, true, dummies(1))),
    expects: connectionError(protocol),
  },
  {
    section: '6.10',
    does: 'CONTINUATION after DATA',
    run: sends(open(POST), data(1), continuation(1, false, dummies(1)), continuation(0, true, dummies(1))),
    expects: connectionError(protocol),
  },

  {
    section: '7',
    does: 'GOAWAY with an unknown code',
    run: sends(goaway(255), ping('h2 spec!')),
    expects: pongOrClosed('h2 spec!'),
  },
  {
    section: '7',
    does: 'RST_STREAM with an unknown code',
    run: sends(post(), reset(1, 255), ping()),
    expects: pongOrClosed(),
  },

  {
    section: '8.1',
    does: 'trailers that do not end the request',
    run: sends(post(), data(1, false), headers(1, encode([['x-test', 'ok']]), { isLast: false })),
    expects: streamError(protocol),
  },
  {
    section: '8.1.2',
    does: 'a name in upper case',
    run: sends(request(...GET, ['X-TEST', 'ok'])),
    expects: streamError(protocol),
  },
  {
    section: '8.1.2.1',
    does: 'an unknown pseudo-header',
    run: sends(request(...GET, [':test', 'ok'])),
    expects: streamError(protocol),
  },
  {
    section: '8.1.2.1',
    does: 'a pseudo-header of responses',
    run: sends(request(...GET, [':status', '200'])),
    expects: streamError(protocol),
  },
  {
    section: '8.1.2.1',
    does: 'a pseudo-header among the trailers',
    run: sends(post(), data(1, false), headers(1, encode([[':method', 'POST']]), { isLast: false })),
    expects: streamError(protocol),
  },
  {
    section: '8.1.2.1',
    does: 'a pseudo-header after another header',
    run: sends(request(['x-test', 'ok'], ...GET)),
    expects: streamError(protocol),
  },
  {
    section: '8.1.2.2',
    does: 'connection',
    run: sends(request(...GET, ['connection', 'keep-alive'])),
    expects: streamError(protocol),
  },
  {
    section: '8.1.2.2',
    does: 'te with more than trailers',
    run: sends(request(...GET, ['te', 'trailers, deflate'])),
    expects: streamError(protocol),
  },
  {
    section: '8.1.2.3',
    does: 'an empty :path',
    run: sends(request(...GET.filter(([name]) => name !== ':path'), [':path', ''])),
    expects: streamError(protocol),
  },
  ...[':method', ':scheme', ':path'].map((name) => ({
    section: '8.1.2.3',
    does: `no ${name}`,
    run: sends(request(...GET.filter(([other]) => other !== name))),
    expects: streamError(protocol),
  })),
  ...GET.slice(0, 3).map((field) => ({
    section: '8.1.2.3',
    does: `${field[0]} twice`,
    run: sends(request(...GET, field)),
    expects: streamError(protocol),
  })),
  {
    section: '8.1.2.6',
    does: 'more DATA than content-length',
    run: sends(post(1, ['content-length', '1']), data(1)),
    expects: streamError(protocol),
  },
  {
    section: '8.1.2.6',
    does: 'more DATA than content-length in two frames',
    run: sends(post(1, ['content-length', '1']), data(1, false), data(1)),
    expects: streamError(protocol),
  },
  {
    section: '8.2',
    does: 'PUSH_PROMISE',
    run: sends(
      get(1, false),
      frame(TYPES.push, FLAGS.endHeaders, 1, Buffer.concat([bytes('00000003'), block])),
    ),
    expects: connectionError(protocol),
  },
];
