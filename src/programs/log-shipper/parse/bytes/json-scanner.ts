const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const UNDERSCORE = 0x5f;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Digits with which a number of JavaScript is surely written as it was read, and those of them after the point. */
const MOST_DIGITS = 15;
const MOST_DECIMALS = 6;

const MOST_DEPTH = 16;

/** Names of an object and of those around it: each is compared with the others of its object. */
const MOST_NAMES = 256;

/** What may stand after a backslash if JSON.stringify writes it so. */
const IS_ESCAPE = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

const LITERALS = ['true', 'false', 'null'].map((text) => new TextEncoder().encode(text));

/** Where a member of the outermost object is: its name without quotes, and its value. */
export type OnMember = (nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => boolean;

/**
 * Finds the members of an object of JSON that JSON.stringify writes with the same bytes after JSON.parse: without spaces, with
 * its escapes and its numbers, and with each name once. Whatever else there may be is none.
 */
export class JsonScanner {
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  readonly #names = new Int32Array(2 * MOST_NAMES);
  #named = 0;
  readonly #onMember: OnMember;

  /** @param onMember returns false to give up */
  constructor(onMember: OnMember) {
    this.#onMember = onMember;
  }

  /** True: the bytes from `start` to before `end` are such an object. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes;
    this.#end = end;
    this.#named = 0;
    return start < end && bytes[start] === OPEN && this.#readObject(start, 0) === end;
  }

  // Each of these returns the place after what it has read; -1: it is something else.

  #readValue(at: number, depth: number): number {
    switch (this.#bytes[at]) {
      case QUOTE:
        return this.#readString(at);
      case OPEN:
        return depth > MOST_DEPTH ? -1 : this.#readObject(at, depth);
      case OPEN_LIST:
        return depth > MOST_DEPTH ? -1 : this.#readList(at, depth);
      case 0x74:
      case 0x66:
      case 0x6e:
        return this.#readLiteral(at);
      default:
        return this.#readNumber(at);
    }
  }

  #readObject(start: number, depth: number): number {
    const bytes = this.#bytes;
    const outer = this.#named;
    if (bytes[start + 1] === CLOSE) return start + 2;
    for (let at = start + 1; ; at += 1) {
      const nameEnd = this.#readName(at, outer);
      if (nameEnd === -1 || bytes[nameEnd] !== COLON) return -1;
      const end = this.#readValue(nameEnd + 1, depth + 1);
      if (end === -1 || (depth === 0 && !this.#onMember(at + 1, nameEnd - 1, nameEnd + 1, end))) return -1;
      at = end;
      if (bytes[at] === COMMA) continue;
      this.#named = outer;
      return bytes[at] === CLOSE ? at + 1 : -1;
    }
  }

  #readList(start: number, depth: number): number {
    if (this.#bytes[start + 1] === CLOSE_LIST) return start + 2;
    for (let at = start + 1; ; at += 1) {
      at = this.#readValue(at, depth + 1);
      if (at === -1) return -1;
      if (this.#bytes[at] !== COMMA) return this.#bytes[at] === CLOSE_LIST ? at + 1 : -1;
    }
  }

  /** A name that is there once. */
  #readName(start: number, outer: number): number {
    if (this.#bytes[start] !== QUOTE || this.#named === MOST_NAMES) return -1;
    const [from, after] = [start + 1, this.#readPlainString(start)];
    const first = this.#bytes[from] as number;
    if (after === -1 || isOdd(first, this.#bytes[from + 1])) return -1;
    for (let name = outer; name < this.#named; name += 1) if (this.#isName(name, from, after - 1)) return -1;
    this.#names[2 * this.#named] = from;
    this.#names[2 * this.#named + 1] = after - 1;
    this.#named += 1;
    return after;
  }

  #isName(name: number, start: number, end: number): boolean {
    const from = this.#names[2 * name] as number;
    if ((this.#names[2 * name + 1] as number) - from !== end - start) return false;
    for (let at = start; at < end; at += 1)
      if (this.#bytes[at] !== this.#bytes[from + at - start]) return false;
    return true;
  }

  #readString(start: number): number {
    const [bytes, end] = [this.#bytes, this.#end];
    for (let at = start + 1; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) return at + 1;
      if (byte < 0x20) return -1;
      if (byte !== BACKSLASH) continue;
      at += 1;
      if (IS_ESCAPE[bytes[at] as number] === 0) return -1;
    }
    return -1;
  }

  #readPlainString(start: number): number {
    const [bytes, end] = [this.#bytes, this.#end];
    for (let at = start + 1; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) return at + 1;
      if (byte < 0x20 || byte === BACKSLASH) return -1;
    }
    return -1;
  }

  /** Without an exponent: it is no end of a value. */
  #readNumber(start: number): number {
    const bytes = this.#bytes;
    const first = bytes[start] === MINUS ? start + 1 : start;
    const point = this.#readDigits(first);
    const isZero = bytes[first] === ZERO;
    if (point === first || (isZero && point > first + 1)) return -1;
    if (bytes[point] !== POINT) {
      const isPlain = point - first <= MOST_DIGITS && !(isZero && first > start);
      return isPlain ? point : -1;
    }
    const end = this.#readDigits(point + 1);
    const decimals = end - point - 1;
    const isPlain = decimals > 0 && decimals <= MOST_DECIMALS && end - first <= MOST_DIGITS;
    return isPlain && bytes[end - 1] !== ZERO ? end : -1;
  }

  #readDigits(start: number): number {
    const [bytes, end] = [this.#bytes, this.#end];
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte < ZERO || byte > NINE) return at;
    }
    return end;
  }

  #readLiteral(start: number): number {
    for (const literal of LITERALS)
      if (literal.every((byte, at) => this.#bytes[start + at] === byte)) return start + literal.length;
    return -1;
  }
}

/** Objects of JavaScript have names that are numbers in another order, and `__proto__` means something. */
const isOdd = (first: number, second: number | undefined): boolean =>
  (first >= ZERO && first <= NINE) || (first === UNDERSCORE && second === UNDERSCORE);
