/**
 * Bytes, each as a character of a text. In the heap that is one object without references, which collecting garbage does not
 * follow, and which holds on to nothing else. A `Buffer` of a request would hold on to the whole request.
 */
export type Packed = string;

export const pack = (bytes: Buffer, from = 0, to: number = bytes.length): Packed =>
  bytes.toString('latin1', from, to);

export const unpack = (packed: Packed): Buffer => Buffer.from(packed, 'latin1');
