const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

const HEX = Buffer.from('0123456789abcdef');

/** JSON that is written as bytes of UTF-8. */
export class JsonBytes {
  #bytes: Buffer;
  #at = 0;

  /** Starts with so much room. */
  constructor(room: number) {
    this.#bytes = Buffer.allocUnsafe(room);
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  byte(byte: number): void {
    this.#roomFor(1)[this.#at++] = byte;
  }

  /** Bytes that are JSON. A loop is faster than a call for so few. */
  raw(bytes: Uint8Array): void {
    const room = this.#roomFor(bytes.length);
    const before = this.#at;
    for (let at = 0; at < bytes.length; at += 1) room[before + at] = bytes[at] as number;
    this.#at = before + bytes.length;
  }

  /** A text that is JSON, and all ASCII. */
  ascii(text: string): void {
    const room = this.#roomFor(text.length);
    const before = this.#at;
    for (let at = 0; at < text.length; at += 1) room[before + at] = text.charCodeAt(at);
    this.#at = before + text.length;
  }

  /** UTF-8 as a text of JSON. */
  text(bytes: Buffer, from: number, to: number): void {
    const room = this.#roomFor(to - from + 2);
    let end = this.#at;
    room[end++] = QUOTE;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] as number;
      if (byte < SPACE || byte === QUOTE || byte === BACKSLASH)
        return this.raw(Buffer.from(JSON.stringify(bytes.toString('utf8', from, to))));
      room[end++] = byte;
    }
    room[end++] = QUOTE;
    this.#at = end;
  }

  hex(bytes: Buffer, from: number, to: number): void {
    const room = this.#roomFor((to - from) * 2 + 2);
    let end = this.#at;
    room[end++] = QUOTE;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] as number;
      room[end++] = HEX[byte >> 4] as number;
      room[end++] = HEX[byte & 15] as number;
    }
    room[end++] = QUOTE;
    this.#at = end;
  }

  #roomFor(bytes: number): Buffer {
    if (this.#at + bytes <= this.#bytes.length) return this.#bytes;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
    return larger;
  }
}
