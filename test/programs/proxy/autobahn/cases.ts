import { type Case, numbered } from './case.ts';
import { chopped, close, fragments, frame, OP, ping, text } from './frames.ts';

const PROTOCOL_ERROR = 1_002;
const HELLO = 'Hello, world!';
const SIZES = [0, 125, 126, 127, 128, 65_535, 65_536];

const echoes = (section: string, opcode: number): readonly Case[] =>
  numbered(section, [
    ...SIZES.map((size) => [`${size} bytes`, [frame(opcode, '*'.repeat(size))]] as const),
    ['65,536 bytes in writes of 997', chopped([frame(opcode, '*'.repeat(65_536))], 997)],
  ]);

const pings = Array.from({ length: 10 }, (_, index) => ping(`payload-${index}`));

const PINGS: readonly Case[] = numbered('2', [
  ['a ping', [ping()]],
  ['a ping with text', [ping(HELLO)]],
  ['a ping with bytes that are no text', [ping(Buffer.from([0, 255, 254, 253, 252, 251, 0, 255]))]],
  ['a ping of 125 bytes', [ping(Buffer.alloc(125, 254))]],
  ['a ping of 126 bytes', [ping(Buffer.alloc(126, 254))], PROTOCOL_ERROR],
  ['a ping of 125 bytes in writes of 1', chopped([ping(Buffer.alloc(125, 254))], 1)],
  ['a pong that nobody asked for', [frame(OP.pong)]],
  ['a pong with text that nobody asked for', [frame(OP.pong, 'unsolicited pong payload')]],
  ['the same, and a ping', [frame(OP.pong, 'unsolicited pong payload'), ping('ping payload')]],
  ['ten pings', pings],
  ['ten pings in writes of 1', chopped(pings, 1)],
]);

const reservedAfterHello = (reserved: number): readonly Buffer[] => [
  text(HELLO),
  text(HELLO, { reserved }),
  ping(),
];

const RESERVED_BITS: readonly Case[] = numbered('3', [
  ['bit 1', [text(HELLO, { reserved: 1 })], PROTOCOL_ERROR],
  ['bit 2 after a message', reservedAfterHello(2), PROTOCOL_ERROR],
  ['bits 1 and 2 after a message', reservedAfterHello(3), PROTOCOL_ERROR],
  ['bit 3 after a message, in writes of 1', chopped(reservedAfterHello(4), 1), PROTOCOL_ERROR],
  ['bits 1 and 3 of bytes', [frame(OP.binary, Buffer.alloc(8, 255), { reserved: 5 })], PROTOCOL_ERROR],
  ['bits 2 and 3 of a ping', [frame(OP.ping, HELLO, { reserved: 6 })], PROTOCOL_ERROR],
  ['all bits of a close', [frame(OP.close, '', { reserved: 7 })], PROTOCOL_ERROR],
]);

const opcodes = (section: string, first: number): readonly Case[] =>
  numbered(
    section,
    [0, 1, 2, 3, 4].map((step) => {
      const opcode = first + step;
      const content = step === 1 || step >= 3 ? HELLO : '';
      const before = step < 2 ? [] : [text(HELLO)];
      const frames = [...before, frame(opcode, content), ...(step < 2 ? [] : [ping()])];
      return [`opcode ${opcode}`, step === 4 ? chopped(frames, 1) : frames, PROTOCOL_ERROR] as const;
    }),
  );

const continuation = (content: string, isLast: boolean): Buffer =>
  frame(OP.continuation, content, { isLast });
const start = (content: string): Buffer => text(content, { isLast: false });
const HALVES = fragments('fragment1', 'fragment2');
const PONGED = [start('fragment1'), ping('ping payload'), continuation('fragment2', true)];
const WITH_PINGS = [
  ...[start('fragment1'), continuation('fragment2', false), ping('pongme 1!')],
  ...[continuation('fragment3', false), continuation('fragment4', false), ping('pongme 2!')],
  continuation('fragment5', true),
];
const NO_START = [continuation('non-continuation payload', true), text(HELLO)];
const NO_START_OPEN = [continuation('non-continuation payload', false), text(HELLO)];
const TWICE = [continuation('fragment1', false), start('fragment2'), continuation('fragment3', true)];

const FRAGMENTATION: readonly Case[] = numbered('5', [
  [
    'a ping in two',
    [frame(OP.ping, 'fragment1', { isLast: false }), continuation('fragment2', true)],
    PROTOCOL_ERROR,
  ],
  [
    'a pong in two',
    [frame(OP.pong, 'fragment1', { isLast: false }), continuation('fragment2', true)],
    PROTOCOL_ERROR,
  ],
  ['a message in two', HALVES],
  ['a message in two, each written alone', HALVES],
  ['a message in two, in writes of 1', chopped(HALVES, 1)],
  ['a ping between the two', PONGED],
  ['a ping between the two, each written alone', PONGED],
  ['a ping between the two, in writes of 1', chopped(PONGED, 1)],
  ['a continuation of nothing', NO_START, PROTOCOL_ERROR],
  ['the same, each written alone', NO_START, PROTOCOL_ERROR],
  ['the same, in writes of 1', chopped(NO_START, 1), PROTOCOL_ERROR],
  ['a continuation of nothing that goes on', NO_START_OPEN, PROTOCOL_ERROR],
  ['the same, each written alone', NO_START_OPEN, PROTOCOL_ERROR],
  ['the same, in writes of 1', chopped(NO_START_OPEN, 1), PROTOCOL_ERROR],
  [
    'a continuation after the last',
    [...HALVES, continuation('fragment3', false), text('fragment4')],
    PROTOCOL_ERROR,
  ],
  ['continuations that start, twice', [...TWICE, ...TWICE], PROTOCOL_ERROR],
  [
    'continuations that end, twice',
    [continuation('fragment1', true), start('fragment2'), continuation('fragment3', true)],
    PROTOCOL_ERROR,
  ],
  ['a message within a message', [start('fragment1'), text('fragment2')], PROTOCOL_ERROR],
  ['five fragments and two pings', WITH_PINGS],
  ['five fragments and two pings, each written alone', WITH_PINGS],
]);

const INVALID = Buffer.from('cebae1bdb9cf83cebcceb5eda080656469746564', 'hex');

const CLOSING: readonly Case[] = [
  ...numbered('7.1', [
    ['a message, then a close', [text('Hello World!'), close(1_000)]],
    ['a close twice', [close(1_000), frame(OP.close)]],
    ['a close, then a ping', [close(1_000), ping()]],
    ['a close, then a message', [close(1_000), text('Hello World!')]],
    ['a close within a message', [start('fragment1'), close(1_000), continuation('fragment2', true)]],
    [
      '256 kB, a message, a close, a ping',
      [text('BAsd7&jh23'.repeat(26_215).slice(0, 262_144)), text('Hello World!'), close(1_000), ping()],
    ],
  ]),
  ...numbered('7.3', [
    ['a close without a code', [frame(OP.close)], null],
    ['a close of one byte', [frame(OP.close, 'a')], PROTOCOL_ERROR],
    ['a close with a code', [close(1_000)]],
    ['a close with a reason', [close(1_000, 'Hello World!')]],
    ['a close with the longest reason', [close(1_000, '*'.repeat(123))]],
    ['a close with a longer reason', [close(1_000, '*'.repeat(124))], PROTOCOL_ERROR],
  ]),
  ...numbered('7.5', [['a reason that is no UTF-8', [close(1_000, INVALID)], 1_007]]),
  ...numbered(
    '7.7',
    [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map(
      (code) => [`code ${code}`, [close(code)], code] as const,
    ),
  ),
  ...numbered(
    '7.9',
    [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999].map(
      (code) => [`code ${code}, which is none`, [close(code)], PROTOCOL_ERROR] as const,
    ),
  ),
  ...numbered(
    '7.13',
    [5_000, 65_535].map((code) => [`code ${code}`, [close(code)], PROTOCOL_ERROR] as const),
  ),
];

/** Sections 1 to 5 and 7 of Autobahn's test suite for servers. */
export const CASES: readonly Case[] = [
  ...echoes('1.1', OP.text),
  ...echoes('1.2', OP.binary),
  ...PINGS,
  ...RESERVED_BITS,
  ...opcodes('4.1', 3),
  ...opcodes('4.2', 11),
  ...FRAGMENTATION,
  ...CLOSING,
];
