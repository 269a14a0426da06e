import { type Expectation, pong } from './case.ts';
import { CODES, TYPES } from './frames.ts';

/** What a case gets in place of what h2spec expects. A PING after the case must come back when the connection goes on. */
export interface Deviation {
  readonly why: string;
  readonly gets: Expectation;
}

/** The content of the PING after the case. */
export const AFTER = 'goes on!';

const goesOn = (why: string): Deviation => ({ why, gets: pong(AFTER) });

const ends = (why: string, code: number): Deviation => ({
  why,
  gets: {
    words: `the end of the connection with ${code}`,
    isMet: ({ isClosed, frames }) =>
      isClosed &&
      frames.some(({ type, payload }) => type === TYPES.goaway && payload.readUInt32BE(4) === code),
  },
});

const CLOSED = 'What comes for a stream that is over is ignored: nghttp2 keeps no closed streams.';
const PRIORITIES = 'Priorities are ignored: RFC 9113 has no meaning for them any more.';

const CODE = 'The connection ends, with INTERNAL_ERROR for the reason.';

/** What Node 22 does in place of Node 24. `null`: what h2spec expects. */
const OF_NODE_22: Readonly<Record<string, Deviation | null>> = {
  '5.3.1: PRIORITY that depends on itself': null,
  '5.4.1: a PING that is wrong, for GOAWAY': ends(CODE, CODES.internal),
  '6.3: PRIORITY on stream 0': ends(CODE, CODES.internal),
  '6.9.1: a window above 2^31-1': ends(CODE, CODES.internal),
  '6.9.1: a window of a stream above 2^31-1': null,
};

const OF_NODE_24: Readonly<Record<string, Deviation>> = {
  '5.1: DATA after RST_STREAM': goesOn(CLOSED),
  '5.1: HEADERS after RST_STREAM': goesOn(CLOSED),
  '5.1: DATA on a closed stream': goesOn(CLOSED),
  '5.1: HEADERS on a closed stream': goesOn(CLOSED),
  '5.1.1: a stream below the one before': goesOn('HEADERS for a lower stream count as for one that is over.'),
  '5.3.1: PRIORITY that depends on itself': goesOn(PRIORITIES),
  '6.3: PRIORITY on stream 0': goesOn(PRIORITIES),
  '6.7: a PING with ACK': ends('Node takes an answer to no PING for an error.', CODES.internal),
  '6.9.1: a window of a stream above 2^31-1': ends(
    'The connection ends, and not only the stream.',
    CODES.flowControl,
  ),
};

const isOld = Number.parseInt(process.versions.node, 10) < 24;

/** All of them are Node's own HTTP/2, nghttp2. By section and what the case does. */
export const DEVIATIONS: Readonly<Record<string, Deviation | null>> = {
  ...OF_NODE_24,
  ...(isOld ? OF_NODE_22 : {}),
};
