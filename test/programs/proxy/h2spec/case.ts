import { FLAGS, TYPES } from './frames.ts';
import type { Peer, Received } from './peer.ts';

/** What must come after the frames of a case, as soon as it is there. */
export interface Expectation {
  readonly words: string;
  readonly isMet: (peer: Peer) => boolean;
}

export interface Case {
  /** Section of RFC 7540, or for header compression of RFC 7541. */
  readonly section: string;
  readonly does: string;
  /** After the handshake, unless `isRaw`. */
  readonly run: (peer: Peer) => void | Promise<void>;
  readonly expects: Expectation;
  readonly isRaw?: boolean;
}

const codeIn = ({ type, payload }: Received): number => payload.readUInt32BE(type === TYPES.goaway ? 4 : 0);

/** As h2spec counts: a connection that is closed is an error of any kind. */
const error = (words: string, types: readonly number[], codes: readonly number[]): Expectation => ({
  words: `${words} ${codes.join(' or ')}`,
  isMet: ({ isClosed, frames }) =>
    isClosed || frames.some((frame) => types.includes(frame.type) && codes.includes(codeIn(frame))),
});

export const connectionError = (...codes: readonly number[]): Expectation =>
  error('a connection error', [TYPES.goaway], codes);

export const streamError = (...codes: readonly number[]): Expectation =>
  error('a stream error', [TYPES.goaway, TYPES.reset], codes);

/** GOAWAY or RST_STREAM themselves, and not only the end of the connection. */
export const frameOf = (type: number, code: number): Expectation => ({
  words: `frame ${type} with ${code}`,
  isMet: ({ frames }) => frames.some((frame) => frame.type === type && codeIn(frame) === code),
});

export const closed: Expectation = { words: 'the end of the connection', isMet: ({ isClosed }) => isClosed };

const received = (words: string, matches: (frame: Received) => boolean): Expectation => ({
  words,
  isMet: ({ frames }) => frames.some(matches),
});

export const answer = (stream = 1): Expectation =>
  received(`a response on ${stream}`, (frame) => frame.type === TYPES.headers && frame.stream === stream);

export const pong = (content = '\0\0\0\0\0\0\0\0'): Expectation =>
  received(
    `PING with ACK and ${JSON.stringify(content)}`,
    ({ type, flags, payload }) =>
      type === TYPES.ping && flags === FLAGS.ack && payload.toString() === content,
  );

export const pongOrClosed = (content = '\0\0\0\0\0\0\0\0'): Expectation => ({
  words: `${pong(content).words}, or the end`,
  isMet: (peer) => peer.isClosed || pong(content).isMet(peer),
});

export const serverSettings: Expectation = {
  words: 'SETTINGS first',
  isMet: ({ frames: [first] }) => first?.type === TYPES.settings && first.flags === 0,
};

export const acked = (count: number): Expectation => ({
  words: 'SETTINGS with ACK',
  isMet: ({ acks }) => acks >= count,
});

/** The number of the last DATA frame so far has this length. */
export const dataOf = (...lengths: readonly number[]): Expectation => ({
  words: `DATA of ${lengths.join(', then ')}`,
  isMet: ({ frames }) => {
    const found = frames.filter(({ type }) => type === TYPES.data).map(({ payload }) => payload.length);
    return lengths.every((length, index) => found[index] === length);
  },
});

export const anyData: Expectation = received('DATA', ({ type }) => type === TYPES.data);

/** The stream has been answered to its end. */
export const isAnswered = ({ type, flags }: Received): boolean =>
  (type === TYPES.data || type === TYPES.headers) && (flags & FLAGS.endStream) !== 0;
