let loaded: typeof import('node:crypto') | null = null;

/** It takes a tenth of the time of a start to load. */
const crypto = (): typeof import('node:crypto') => {
  loaded ??= process.getBuiltinModule('node:crypto');
  return loaded;
};

/** Node keeps random bytes ready for these: 0.1 µs each. */
export const newRequestId = (): string => crypto().randomUUID();

const POOL = Buffer.alloc(3072);
let at = POOL.length;

/** Hexadecimal digits for so many random bytes. */
const randomHex = (bytes: number): string => {
  if (at + bytes > POOL.length) {
    crypto().randomFillSync(POOL);
    at = 0;
  }
  at += bytes;
  return POOL.toString('hex', at - bytes, at);
};

/** Of W3C Trace Context. One of zeros is not valid, and no more likely than to guess one. */
export const newTraceId = (): string => randomHex(16);
export const newSpanId = (): string => randomHex(8);

/** Of W3C Trace Context. An app that asks its parent leaves out every trace that is not sampled. */
export const newTraceparent = (isSampled: boolean): string => {
  const hex = randomHex(24);
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-${isSampled ? '01' : '00'}`;
};

const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:$|-)/;

/** A later version may have more behind it. */
export const isTraceparent = (value: string): boolean =>
  TRACEPARENT.test(value) && (value.length === 55 || !value.startsWith('00'));
