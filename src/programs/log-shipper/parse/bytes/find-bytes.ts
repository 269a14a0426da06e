/** Place of the first such byte before `end`; -1: there is none. A loop, for a call into the runtime takes longer than a word. */
export const findByte = (bytes: Uint8Array, byte: number, start: number, end: number): number => {
  for (let at = start; at < end; at += 1) if (bytes[at] === byte) return at;
  return -1;
};

/** Place of the first byte of two that follow each other. */
export const findPair = (
  bytes: Uint8Array,
  first: number,
  second: number,
  start: number,
  end: number,
): number => {
  for (let at = start; at < end - 1; at += 1) if (bytes[at] === first && bytes[at + 1] === second) return at;
  return -1;
};

/** Whether the bytes from `start` to before `end` are those of the other one. */
export const isSame = (bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean => {
  if (end - start !== other.length) return false;
  for (let at = 0; at < other.length; at += 1) if (bytes[start + at] !== other[at]) return false;
  return true;
};
