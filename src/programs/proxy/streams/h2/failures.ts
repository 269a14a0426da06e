import { constants } from 'node:http2';
import type { AttemptFailure } from '../../http/upstream.ts';

const { NGHTTP2_REFUSED_STREAM } = constants;

/** Codes of a peer that finds fault with what it got. */
const OF_PROTOCOL: ReadonlySet<number> = new Set([
  constants.NGHTTP2_PROTOCOL_ERROR,
  constants.NGHTTP2_FLOW_CONTROL_ERROR,
  constants.NGHTTP2_FRAME_SIZE_ERROR,
  constants.NGHTTP2_COMPRESSION_ERROR,
  constants.NGHTTP2_HTTP_1_1_REQUIRED,
]);

/** What the end of a stream means whose response is not whole. */
export const failureOf = (code: number, cause: Error, hasHead: boolean): AttemptFailure => {
  if (hasHead) return 'broken';
  if (code === NGHTTP2_REFUSED_STREAM) return 'refused-stream';
  // What Node says when what came is no HTTP/2.
  if ((cause as NodeJS.ErrnoException).code === 'ERR_HTTP2_ERROR') return 'protocol-error';
  return OF_PROTOCOL.has(code) ? 'protocol-error' : 'reset';
};

/** RFC 9113, section 7, in the order of their numbers. */
const NAMES = [
  ...['NO_ERROR', 'PROTOCOL_ERROR', 'INTERNAL_ERROR', 'FLOW_CONTROL_ERROR', 'SETTINGS_TIMEOUT'],
  ...['STREAM_CLOSED', 'FRAME_SIZE_ERROR', 'REFUSED_STREAM', 'CANCEL', 'COMPRESSION_ERROR'],
  ...['CONNECT_ERROR', 'ENHANCE_YOUR_CALM', 'INADEQUATE_SECURITY', 'HTTP_1_1_REQUIRED'],
];

/** The name of a code that ended a stream. */
export const nameOf = (code: number): string => NAMES[code] ?? `error ${code}`;
