import { Fields, lowBits } from '../../otlp/wire/fields.ts';
import { type Packed, pack } from '../store/packed.ts';
import type { Place } from './sources.ts';

const ERROR = 2;

/** What of a span decides where it belongs, read from its plain bytes without the rest: that takes a twentieth of the time. */
export class SpanHead {
  readonly bytes: Buffer;
  readonly place: Place;
  /** Empty, if its bytes are zeros: that stands for none. */
  traceId: Packed = '';
  hasSpanId = false;
  hasParent = false;
  kind = 0;
  /** Milliseconds since 1970, with fractions. */
  start = 0;
  end = 0;
  isError = false;

  constructor(bytes: Buffer, place: Place = { from: 0, to: bytes.length }) {
    this.bytes = bytes;
    this.place = place;
    const fields = new Fields(bytes, place.from, place.to);
    while (fields.next()) this.#read(fields);
  }

  #read({ number, from, to }: Fields): void {
    const { bytes } = this;
    switch (number) {
      case 1:
        this.traceId = hasBits(bytes, from, to) ? pack(bytes, from, to) : '';
        break;
      case 2:
        this.hasSpanId = hasBits(bytes, from, to);
        break;
      case 4:
        this.hasParent = hasBits(bytes, from, to);
        break;
      case 6:
        this.kind = lowBits(bytes, from);
        break;
      case 7:
        this.start = millisecondsAt(bytes, from);
        break;
      case 8:
        this.end = millisecondsAt(bytes, from);
        break;
      case 15:
        this.isError = isErrorAt(bytes, from, to);
        break;
    }
  }
}

const hasBits = (bytes: Buffer, from: number, to: number): boolean => {
  for (let at = from; at < to; at += 1) if (bytes[at] !== 0) return true;
  return false;
};

/** A number has room for a quarter of a microsecond. */
const millisecondsAt = (bytes: Buffer, from: number): number =>
  (bytes.readUInt32LE(from) + bytes.readUInt32LE(from + 4) * 2 ** 32) / 1e6;

/** Whether a message `Status` says so. */
const isErrorAt = (bytes: Buffer, from: number, to: number): boolean => {
  const fields = new Fields(bytes, from, to);
  while (fields.next()) if (fields.number === 3) return lowBits(bytes, fields.from) === ERROR;
  return false;
};
