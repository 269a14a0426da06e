let loaded: typeof import('node:crypto') | null = null;

/** It takes a tenth of the time of a start to load. */
const crypto = (): typeof import('node:crypto') => {
  loaded ??= process.getBuiltinModule('node:crypto');
  return loaded;
};

/** Node keeps random bytes ready for these: 0.1 µs each. */
export const newRequestId = (): string => crypto().randomUUID();

const SIZE = 24;
const POOL = Buffer.alloc(SIZE * 128);
let at = POOL.length;

/** Of W3C Trace Context. It is sampled: an app that asks its parent would else leave out every trace. */
export const newTraceparent = (): string => {
  if (at === POOL.length) {
    crypto().randomFillSync(POOL);
    at = 0;
  }
  const hex = POOL.toString('hex', at, at + SIZE);
  at += SIZE;
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
};

const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:$|-)/;

/** A later version may have more behind it. */
export const isTraceparent = (value: string): boolean =>
  TRACEPARENT.test(value) && (value.length === 55 || !value.startsWith('00'));
