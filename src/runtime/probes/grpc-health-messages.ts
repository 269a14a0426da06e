/**
 * The two messages of `grpc.health.v1.Health/Check` in protobuf's wire format
 * (https://protobuf.dev/programming-guides/encoding/). They have one field each, and a library for them takes 10 ms to
 * load.
 */

/** Names by number, from `HealthCheckResponse.ServingStatus`. */
const SERVING_STATUS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

const VARINT = 0;
const LENGTH_DELIMITED = 2;
/** Number of bytes of a value, by wire type. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
/** Number of the only field of each message. */
const FIELD = 1;
/** Maximum length of a varint of 64 bits. */
const MOST_VARINT_BYTES = 10;

/** Writes `message HealthCheckRequest { string service = 1; }`. */
export const writeHealthRequest = (service: string): Buffer => {
  const text = Buffer.from(service);
  return Buffer.concat([Buffer.from([(FIELD << 3) | LENGTH_DELIMITED, ...varint(text.length)]), text]);
};

/**
 * Reads the name of the status from `message HealthCheckResponse { ServingStatus status = 1; }`, whose sender leaves
 * out a status of 0. Fields of later versions are skipped. Returns null if the bytes are no such message.
 */
export const readHealthStatus = (bytes: Buffer): string | null => {
  const reader = new WireReader(bytes);
  let status = 0;
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const type = tag & 7;
    const value = type === VARINT ? reader.varint() : reader.skip(type);
    if (tag >>> 3 === FIELD && type === VARINT) status = value;
    if (reader.isBroken) return null;
  }
  return SERVING_STATUS[status] ?? `serving status ${status}`;
};

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];

class WireReader {
  readonly #bytes: Buffer;
  #at = 0;
  isBroken = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Lower 32 bits of a varint. */
  varint(): number {
    let value = 0;
    for (let index = 0; index < MOST_VARINT_BYTES; index += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      if (index < 5) value |= (byte & 0x7f) << (7 * index);
      if (byte < 0x80) return value >>> 0;
    }
    this.isBroken = true;
    return 0;
  }

  /** Skips a value of another wire type. */
  skip(type: number): number {
    const length = type === LENGTH_DELIMITED ? this.varint() : FIXED[type];
    this.#at += length ?? 0;
    this.isBroken ||= length === undefined || this.#at > this.#bytes.length;
    return 0;
  }
}
