/** Frames of HTTP/2 (RFC 9113) and header blocks (RFC 7541) as bytes, right or wrong. */
export const TYPES = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
  unknown: 22,
} as const;

export const FLAGS = { ack: 1, endStream: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

export const CODES = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
} as const;

export const SETTINGS = {
  tableSize: 1,
  push: 2,
  streams: 3,
  window: 4,
  frameSize: 5,
  listSize: 6,
} as const;

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export const frame = (
  type: number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export const settings = (...pairs: readonly (readonly [id: number, value: number])[]): Buffer =>
  frame(
    TYPES.settings,
    0,
    0,
    Buffer.concat(
      pairs.map(([id, value]) => Buffer.concat([Buffer.from([id >> 8, id & 255]), number(value)])),
    ),
  );

export const ping = (content = '\0\0\0\0\0\0\0\0', flags = 0, stream = 0): Buffer =>
  frame(TYPES.ping, flags, stream, Buffer.from(content));

export const windowUpdate = (stream: number, increment: number): Buffer =>
  frame(TYPES.window, 0, stream, number(increment));

export const reset = (stream: number, code: number): Buffer => frame(TYPES.reset, 0, stream, number(code));

export const goaway = (code: number, text = ''): Buffer =>
  frame(TYPES.goaway, 0, 0, Buffer.concat([number(0), number(code), Buffer.from(text)]));

const weight = (dependsOn: number, value: number, isExclusive = false): Buffer =>
  Buffer.concat([number(dependsOn + (isExclusive ? 2 ** 31 : 0)), Buffer.from([value])]);

export const priority = (stream: number, dependsOn = 0, value = 255, isExclusive = false): Buffer =>
  frame(TYPES.priority, 0, stream, weight(dependsOn, value, isExclusive));

export const data = (stream: number, isLast = true, content: Buffer | string = 'test'): Buffer =>
  frame(TYPES.data, isLast ? FLAGS.endStream : 0, stream, Buffer.from(content));

export const paddedData = (stream: number, content: string, padding: number): Buffer =>
  frame(
    TYPES.data,
    FLAGS.endStream | FLAGS.padded,
    stream,
    Buffer.concat([Buffer.from([padding]), Buffer.from(content), Buffer.alloc(padding)]),
  );

export interface HeadersOptions {
  readonly isLast?: boolean;
  readonly isWhole?: boolean;
  readonly padding?: number;
  /** The stream that it depends on, and the weight. */
  readonly priority?: readonly [dependsOn: number, weight: number];
}

export const headers = (
  stream: number,
  block: Buffer,
  { isLast = true, isWhole = true, padding = 0, priority: dependency }: HeadersOptions = {},
): Buffer => {
  const flags =
    (isLast ? FLAGS.endStream : 0) |
    (isWhole ? FLAGS.endHeaders : 0) |
    (padding > 0 ? FLAGS.padded : 0) |
    (dependency === undefined ? 0 : FLAGS.priority);
  const parts = [
    padding > 0 ? Buffer.from([padding]) : Buffer.alloc(0),
    dependency === undefined ? Buffer.alloc(0) : weight(...dependency),
    block,
    Buffer.alloc(padding),
  ];
  return frame(TYPES.headers, flags, stream, Buffer.concat(parts));
};

export const continuation = (stream: number, isWhole: boolean, block: Buffer): Buffer =>
  frame(TYPES.continuation, isWhole ? FLAGS.endHeaders : 0, stream, block);

export type Field = readonly [name: string, value: string];

/** Literals without indexing and Huffman coding (RFC 7541, 6.2.2): the same bytes wherever they stand. */
export const encode = (fields: readonly Field[]): Buffer =>
  Buffer.concat(fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), text(name), text(value)])));

const text = (value: string): Buffer => Buffer.concat([length(value.length), Buffer.from(value, 'latin1')]);

/** An integer with a prefix of 7 bits (RFC 7541, 5.1). */
const length = (value: number): Buffer => {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
  return Buffer.from([...bytes, rest]);
};

export const GET: readonly Field[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'localhost'],
];

export const POST: readonly Field[] = [[':method', 'POST'], ...GET.slice(1)];

export const get = (stream = 1, isLast = true): Buffer => headers(stream, encode(GET), { isLast });
export const post = (stream = 1, ...more: readonly Field[]): Buffer =>
  headers(stream, encode([...POST, ...more]), { isLast: false });

/** Header fields of so many times 4 kB. */
export const dummies = (count: number): Buffer =>
  encode(Array.from({ length: count }, (_, index) => [`x-dummy${index}`, 'x'.repeat(4_000)]));

export const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
