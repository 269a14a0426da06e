/** A place in bytes that are read from left to right. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** Writes a whole number from 0 to 2⁵³, seven bits in a byte. Returns the place after it. Bit operations would cut it to 32. */
export const writeVarint = (bytes: Uint8Array, at: number, value: number): number => {
  let next = at;
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) {
    bytes[next] = (rest % 128) + 128;
    next += 1;
  }
  bytes[next] = rest;
  return next + 1;
};

export const readVarint = (cursor: Cursor): number => {
  let value = 0;
  let unit = 1;
  for (;;) {
    const byte = cursor.bytes[cursor.at] ?? 0;
    cursor.at += 1;
    value += (byte % 128) * unit;
    if (byte < 128) return value;
    unit *= 128;
  }
};
