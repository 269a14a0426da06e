const FIRST_BYTES = 64 * 1024;

/** Bytes that are copied one by one. */
const MOST_OF_LOOP = 32;

/** An escape of JSON for a byte has at most so many: \u001f. */
const OF_ESCAPE = 6;

/** The digits of numbers below it are counted with 32 bits. */
const BILLION = 1e9;

const BACKSLASH = 0x5c;
const ZERO = 0x30;

/** Of a byte whose escape is its number. */
const LONG = 1;

/** What stands after the backslash for a byte that has to be escaped; 0: it stands for itself. */
const ESCAPES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const text = JSON.stringify(String.fromCharCode(byte));
  if (text[1] !== '\\') return 0;
  return text[2] === 'u' ? LONG : text.charCodeAt(2);
});

/** Bytes that are put together in memory that is used again and again. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  /** They are written over after the next `clear`. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  addByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  addText(text: string): void {
    // A unit of UTF-16 has at most three bytes.
    this.#reserve(3 * text.length);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Bytes as they are. A loop takes less time than a call for few of them. */
  addRange(from: Buffer, start: number, end: number): void {
    this.#reserve(end - start);
    const bytes = this.#bytes;
    let to = this.#length;
    if (end - start > MOST_OF_LOOP) from.copy(bytes, to, start, end);
    else for (let at = start; at < end; at += 1) bytes[to++] = from[at] as number;
    this.#length += end - start;
  }

  /** What is between the quotes of a string of JSON, of bytes that are UTF-8. */
  addJson(from: Uint8Array, start: number, end: number): void {
    this.#reserve(OF_ESCAPE * (end - start));
    const bytes = this.#bytes;
    let to = this.#length;
    for (let at = start; at < end; at += 1) {
      const byte = from[at] as number;
      if (ESCAPES[byte] === 0) bytes[to++] = byte;
      else to = writeEscape(bytes, to, byte);
    }
    this.#length = to;
  }

  /** A whole number that is not negative. */
  addNumber(value: number): void {
    if (value < BILLION) return this.#addDigits(value, digitsOf(value));
    const billions = Math.floor(value / BILLION);
    this.addNumber(billions);
    this.#addDigits(value - billions * BILLION, 9);
  }

  #addDigits(value: number, digits: number): void {
    this.#reserve(digits);
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at -= 1) {
      const tenth = (rest / 10) | 0;
      this.#bytes[at] = ZERO + rest - 10 * tenth;
      rest = tenth;
    }
    this.#length += digits;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

const digitsOf = (value: number): number => {
  let digits = 1;
  for (let rest = value; rest > 9; rest = (rest / 10) | 0) digits += 1;
  return digits;
};

const HEX = new TextEncoder().encode('0123456789abcdef');

const writeEscape = (bytes: Uint8Array, at: number, byte: number): number => {
  const letter = ESCAPES[byte] as number;
  bytes[at] = BACKSLASH;
  if (letter !== LONG) {
    bytes[at + 1] = letter;
    return at + 2;
  }
  bytes[at + 1] = 0x75;
  bytes[at + 2] = ZERO;
  bytes[at + 3] = ZERO;
  bytes[at + 4] = HEX[byte >> 4] as number;
  bytes[at + 5] = HEX[byte & 15] as number;
  return at + 6;
};
