import type { RawHeaders } from '../http/upstream.ts';
import type { Cause } from './cause.ts';
import { headerIn } from './raw-headers.ts';

/** Whether a call of gRPC waits for the answer. gRPC-Web has a form of its own, in the body. */
export const isGrpc = (headers: RawHeaders): boolean => {
  const type = headerIn(headers, 'content-type');
  return type !== null && /^application\/grpc(?:$|[+;])/i.test(type);
};

const INTERNAL = 13;
const UNAVAILABLE = 14;
const UNKNOWN = 2;

/** The code for a status, as gRPC's page on HTTP has it, except where the cause is known better. */
export const grpcStatusOf = (cause: Cause, status: number): number => {
  switch (cause.kind) {
    case 'fault':
      return cause.grpcStatus ?? BY_STATUS[status] ?? UNKNOWN;
    case 'timeout':
    case 'stream-idle':
      return 4; // Deadline exceeded.
    case 'rate-limited':
      return 8; // Resource exhausted.
    case 'loop':
      return INTERNAL;
    default:
      return BY_STATUS[status] ?? UNKNOWN;
  }
};

const BY_STATUS: Readonly<Record<number, number>> = {
  400: INTERNAL,
  401: 16, // Unauthenticated.
  403: 7, // Permission denied.
  404: 12, // Unimplemented.
  429: UNAVAILABLE,
  431: INTERNAL,
  501: 12,
  502: UNAVAILABLE,
  503: UNAVAILABLE,
  504: UNAVAILABLE,
};

/** Percent-encoded, as gRPC asks for: what is not printable ASCII, and `%` itself. */
export const grpcMessage = (message: string): string =>
  Array.from(Buffer.from(message), (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
