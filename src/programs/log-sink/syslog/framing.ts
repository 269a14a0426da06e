/** A message is not longer than this. */
const MOST_BYTES = 1024 * 1024;

/** Digits of the length of a message that is not too long. */
const MOST_DIGITS = 7;

const SPACE = 0x20;
const NEW_LINE = 0x0a;

/** The stream is none of syslog, or a message in it is too long: where the next one begins cannot be told. */
export class BadFrame extends Error {}

/**
 * Cuts a stream into messages, as RFC 6587 has it: with its length before each (a digit first), or with a line feed behind
 * it. It knows no connection.
 */
export class SyslogFraming {
  #rest: Buffer = Buffer.alloc(0);

  /** @throws BadFrame */
  push(bytes: Buffer): readonly Buffer[] {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const messages: Buffer[] = [];
    for (let frame = frameIn(rest); frame !== null; frame = frameIn(rest)) {
      if (frame.message.length > 0) messages.push(frame.message);
      rest = rest.subarray(frame.end);
    }
    // A view of a part would hold all that came with it.
    this.#rest = rest.length === 0 ? rest : Buffer.from(rest);
    return messages;
  }

  /** What is left at the end: without a length, it needs no line feed. */
  end(): Buffer | null {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return rest.length === 0 || isDigit(rest[0]) ? null : rest;
  }
}

interface Frame {
  readonly message: Buffer;
  readonly end: number;
}

/** `null`: it is not whole yet. */
const frameIn = (bytes: Buffer): Frame | null => {
  if (bytes.length === 0) return null;
  return isDigit(bytes[0]) ? countedFrame(bytes) : lineFrame(bytes);
};

const countedFrame = (bytes: Buffer): Frame | null => {
  const space = bytes.indexOf(SPACE);
  if (space === -1 && bytes.length <= MOST_DIGITS) return null;
  const text = bytes.toString('latin1', 0, space === -1 ? MOST_DIGITS + 1 : space);
  if (!/^\d{1,7}$/.test(text)) throw new BadFrame('A length before a message is no number.');
  const length = Number(text);
  if (length > MOST_BYTES) throw new BadFrame(`A message is longer than ${MOST_BYTES} bytes.`);
  const end = space + 1 + length;
  return bytes.length < end ? null : { message: bytes.subarray(space + 1, end), end };
};

const lineFrame = (bytes: Buffer): Frame | null => {
  const at = bytes.indexOf(NEW_LINE);
  if ((at === -1 ? bytes.length : at) > MOST_BYTES)
    throw new BadFrame(`A message is longer than ${MOST_BYTES} bytes.`);
  return at === -1 ? null : { message: bytes.subarray(0, at), end: at + 1 };
};

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
