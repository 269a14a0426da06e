/** A varint of protobuf has so many bytes at most. */
const LONGEST_VARINT = 10;

/**
 * The fields of a message, one after the other, without what they say. It knows what writers write: groups, which OTLP does
 * not have, field numbers over 2047 and lengths of more than four bytes end it early.
 *
 * @example
 * const fields = new Fields(bytes);
 * while (fields.next()) if (fields.number === 5) name = bytes.toString('utf8', fields.from, fields.to);
 */
export class Fields {
  number = 0;
  /** As in `WireType` of `@bufbuild/protobuf`. */
  wireType = 0;
  /** The place of the value: of a varint all its bytes, of what has a length those behind it. */
  from: number;
  to: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;

  constructor(bytes: Uint8Array, from = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.from = from;
    this.to = from;
    this.#end = end;
  }

  /** Every field could be read, to the last byte. */
  get isWhole(): boolean {
    return this.to === this.#end;
  }

  /** False: there is none left, or what follows cannot be read. */
  next(): boolean {
    if (this.to >= this.#end) return false;
    const bytes = this.#bytes;
    let at = this.to;
    let tag = bytes[at++] as number;
    if (tag >= 0x80) tag = (tag & 0x7f) | ((bytes[at++] as number) << 7);
    this.number = tag >>> 3;
    this.wireType = tag & 7;
    if (this.number === 0 || tag >= 0x4000) return this.#broken();
    const end = this.#endOfValue(at);
    if (end === -1 || end > this.#end) return this.#broken();
    this.to = end;
    return true;
  }

  #endOfValue(at: number): number {
    this.from = at;
    switch (this.wireType) {
      case 0:
        return endOfVarint(this.#bytes, at, LONGEST_VARINT);
      case 1:
        return at + 8;
      case 2: {
        const from = endOfVarint(this.#bytes, at, 4);
        if (from === -1) return -1;
        this.from = from;
        return from + lowBits(this.#bytes, at);
      }
      case 5:
        return at + 4;
      default:
        return -1;
    }
  }

  #broken(): false {
    this.to = -1;
    return false;
  }
}

/** Place after a varint; -1 if it is longer, or goes on after the last byte. */
export const endOfVarint = (bytes: Uint8Array, from: number, longest: number = LONGEST_VARINT): number => {
  for (let at = from; at < from + longest && at < bytes.length; at += 1)
    if ((bytes[at] as number) < 0x80) return at + 1;
  return -1;
};

/** The lowest 32 bits of a varint, as a number with a sign. */
export const lowBits = (bytes: Uint8Array, from: number): number => {
  let bits = 0;
  for (let at = from, shift = 0; shift < 35; at += 1, shift += 7) {
    const byte = bytes[at] as number;
    bits |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return bits;
};
