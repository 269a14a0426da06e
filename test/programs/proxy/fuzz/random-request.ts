import type { Random } from '../../../support/random.ts';

/** What no server behind a proxy may ever be asked for: it stands only within bodies and headers. */
export const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: shop.test\r\n\r\n';

const TARGETS = (path: string): readonly string[] => [
  ...[
    path,
    path,
    path,
    `${path}?a=%00`,
    `http://shop.test${path}`,
    `HTTP://SHOP.TEST:80${path}`,
    `//${path}`,
  ],
  ...[
    '*',
    'shop.test:80',
    '',
    `${path} `,
    `${path}\t`,
    `\\${path}`,
    `${path}#a`,
    `${path}/../x`,
    'ftp://a/b',
  ],
  `${path}\u00ff`,
  `/${'a'.repeat(70_000)}`,
];

const METHODS = [
  'GET',
  'GET',
  'POST',
  'POST',
  'PUT',
  'HEAD',
  'OPTIONS',
  'DELETE',
  'get',
  'G\u0001T',
  'PRI',
  '',
  'CONNECT',
];
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/11',
  'http/1.1',
  '',
];
const LINE_ENDS = ['\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n'];

const FRAMINGS: readonly (readonly string[])[] = [
  ...[
    [],
    ['Content-Length: 5'],
    ['Content-Length: 5'],
    ['Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked'],
  ],
  ...[
    ['Content-Length: 5', 'Content-Length: 5'],
    ['Content-Length: 5', 'Content-Length: 6'],
    ['Content-Length: 5, 5'],
  ],
  ...[['Content-Length: +5'], ['Content-Length: 0x5'], ['Content-Length: 5 5'], ['Content-Length: -1']],
  ...[['Content-Length: 99999999999999999999'], ['Content-Length : 5'], ['Content-Length:\u000b5']],
  ...[
    ['Transfer-Encoding: chunked', 'Content-Length: 5'],
    ['Content-Length: 5', 'Transfer-Encoding: chunked'],
  ],
  ...[
    ['Transfer-Encoding: xchunked'],
    ['Transfer-Encoding: chunked, identity'],
    ['Transfer-Encoding: identity'],
  ],
  ...[['Transfer-Encoding : chunked'], ['Transfer-Encoding:\u000bchunked'], ['Transfer-Encoding: "chunked"']],
  ...[['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], ['Transfer-Encoding: gzip, chunked']],
  ...[
    ['Transfer-Encoding:', ' chunked'],
    ['X: y', ' Transfer-Encoding: chunked'],
    ['X: y\rTransfer-Encoding: chunked'],
  ],
  ...[['X: y\nTransfer-Encoding: chunked'], ['Transfer_Encoding: chunked'], ['Transfer-Encoding: CHUNKED']],
];

const HEADERS: readonly string[] = [
  ...[
    'Host: shop.test',
    'Host: other.test',
    'Host: ',
    'Host : shop.test',
    'X-Folded: a',
    ' b',
    '\tc',
    ': nameless',
  ],
  ...['nocolon', 'X-Nul: a\u0000b', 'X-Bell: \u0007', 'X-High: \u00e9', 'X Space: 1', '(x): 1', 'X-Empty:'],
  ...['Connection: close', 'Connection: keep-alive', 'Connection: X-A, close', 'Connection: Host', 'X-A: 1'],
  ...[
    'Expect: 100-continue',
    'Expect: 200-ok',
    'Upgrade: websocket',
    'Upgrade: h2c',
    'TE: trailers, deflate',
  ],
  ...[
    'Trailer: Content-Length',
    'X-Forwarded-For: 1.2.3.4',
    'Keep-Alive: timeout=0',
    'Proxy-Connection: close',
  ],
  `X-Long: ${'a'.repeat(9_000)}`,
  `X-Longer: ${'a'.repeat(70_000)}`,
  `X-Inside: ${SMUGGLED.replaceAll('\r\n', ' ')}`,
];

const CHUNKS: readonly string[] = [
  ...[
    '5\r\nhello\r\n0\r\n\r\n',
    '5\r\nhello\r\n0\r\n\r\n',
    '05\r\nhello\r\n0\r\n\r\n',
    '5;a=b\r\nhello\r\n0\r\n\r\n',
  ],
  ...[
    '5 \r\nhello\r\n0\r\n\r\n',
    '+5\r\nhello\r\n0\r\n\r\n',
    '0x5\r\nhello\r\n0\r\n\r\n',
    '-5\r\nhello\r\n0\r\n\r\n',
  ],
  ...[
    '5\nhello\n0\n\n',
    '5\r\nhelloXX0\r\n\r\n',
    '5\r\nhello0\r\n\r\n',
    '6\r\nhello\r\n0\r\n\r\n',
    'g\r\nhello\r\n',
  ],
  ...[
    'ffffffffffffffff\r\nhello',
    '10000000000000005\r\nhello\r\n0\r\n\r\n',
    '5\r\nhello\r\n0\r\nX: y\r\n\r\n',
  ],
  ...[
    '5\r\nhello\r\n0\r\n\r\r\n',
    '5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n',
    '5\r\r\nhello\r\n0\r\n\r\n',
    '',
  ],
  `5;${'a'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`,
  `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`,
];

const BODIES = ['hello', 'hello', 'hell', '', 'hello world', SMUGGLED];

/** What a client sends on one connection, in pieces: some requests, most of them wrong in one way or several. */
export const randomRequests = (random: Random, path: string): readonly string[] => {
  const text = Array.from({ length: 1 + random.upTo(2) }, () => randomRequest(random, path)).join('');
  return inPieces(random, spoiled(random, text));
};

const RIGHT: readonly string[] = [
  'Host: shop.test\r\n\r\n',
  'Host: shop.test\r\nContent-Length: 5\r\n\r\nhello',
  `Host: shop.test\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  'Host: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  `Host: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n`,
];

const randomRequest = (random: Random, path: string): string => {
  if (random.chance(0.4)) return `${random.pick(['GET', 'POST'])} ${path} HTTP/1.1\r\n${random.pick(RIGHT)}`;
  const end = random.chance(0.7) ? '\r\n' : random.pick(LINE_ENDS);
  const first = `${random.pick(METHODS)} ${random.pick(TARGETS(path))} ${random.pick(VERSIONS)}`;
  const framing = random.pick(FRAMINGS);
  const others = Array.from({ length: random.upTo(3) }, () => random.pick(HEADERS));
  const headers = random.chance(0.9) ? ['Host: shop.test', ...others, ...framing] : [...framing, ...others];
  const isChunked = framing.some((line) => /chunked/i.test(line));
  const body = isChunked ? random.pick(CHUNKS) : framing.length > 0 ? random.pick(BODIES) : '';
  return `${[first, ...headers].join(end)}${end}${end}${body}`;
};

/** A byte that changes, goes or comes. */
const spoiled = (random: Random, text: string): string => {
  if (!random.chance(0.2)) return text;
  // Without the length before it, a body is another request.
  const honest = text.replaceAll('/smuggled', '/honestly');
  const at = random.upTo(text.length);
  const other = String.fromCharCode(random.upTo(255));
  return honest.slice(0, at) + random.pick(['', other, other + other]) + honest.slice(at + random.upTo(1));
};

const inPieces = (random: Random, text: string): readonly string[] => {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = random.chance(0.5) ? text.length : 1 + random.upTo(40);
    // A long header byte by byte takes as long as a thousand requests.
    const until = pieces.length > 30 ? text.length : at + size;
    pieces.push(text.slice(at, until));
    at = until;
  }
  return pieces;
};
