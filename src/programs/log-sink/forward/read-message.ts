import { promisify } from 'node:util';
import { gunzip as gunzipLater } from 'node:zlib';
import { Decoder, ExtensionCodec } from '@msgpack/msgpack';
import { lineOfRecord } from '../line-of-record.ts';
import type { ReceivedLine } from '../received-line.ts';
import { malformed, recordAt } from '../refusal.ts';

/** Entries of a message once they are decompressed. */
const MOST_BYTES = 64 * 1024 * 1024;

const gunzip = promisify(gunzipLater);

/** Seconds and nanoseconds, as two numbers of 32 bits. */
class EventTime {
  readonly milliseconds: number;

  constructor(data: Uint8Array) {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.milliseconds = view.getUint32(0) * 1e3 + view.getUint32(4) / 1e6;
  }
}

const EVENT_TIME = 0;
const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: EVENT_TIME,
  encode: () => null,
  decode: (data) => new EventTime(data),
});

/** A decoder for one connection, whose values have limits. */
export const forwardDecoder = (): Decoder =>
  new Decoder({
    extensionCodec,
    ...{ maxStrLength: MOST_BYTES, maxBinLength: MOST_BYTES, maxExtLength: 1024 },
    ...{ maxArrayLength: 1_000_000, maxMapLength: 10_000 },
  });

export interface ForwardMessage {
  readonly lines: readonly ReceivedLine[];
  /** What the sender wants to have acknowledged. */
  readonly chunk: string | null;
}

/**
 * A message in one of the four modes of Fluentd's forward protocol.
 * Source: https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1.
 *
 * @throws Refusal that says what is wrong with it.
 */
export const readForward = async (message: unknown): Promise<ForwardMessage> => {
  if (!Array.isArray(message)) throw malformed('A message', 'a list');
  const [tag, second]: readonly unknown[] = message;
  if (typeof tag !== 'string') throw malformed('The tag of a message', 'a string');
  const isSingle = !Array.isArray(second) && !isPacked(second);
  const options = message[isSingle ? 3 : 2] ?? {};
  const { chunk, compressed } = recordAt(options, 'The option of a message');
  const events = isSingle ? [[second, message[2]]] : await eventsIn(second, compressed === 'gzip');
  return {
    lines: events.map((event, index) => lineOf(tag, event, index)),
    chunk: typeof chunk === 'string' ? chunk : null,
  };
};

const isPacked = (value: unknown): value is Uint8Array | string =>
  value instanceof Uint8Array || typeof value === 'string';

const eventsIn = async (packed: unknown, isCompressed: boolean): Promise<readonly unknown[]> => {
  if (Array.isArray(packed)) return packed;
  if (!(packed instanceof Uint8Array)) throw malformed('The entries of a message', 'a list or bytes');
  const bytes = isCompressed ? await gunzip(packed, { maxOutputLength: MOST_BYTES }) : packed;
  return [...forwardDecoder().decodeMulti(bytes)];
};

const lineOf = (tag: string, event: unknown, index: number): ReceivedLine => {
  if (!Array.isArray(event)) throw malformed(`Entry ${index}`, 'a list of a time and a record');
  const [time, record] = event as readonly unknown[];
  const line = lineOfRecord(recordAt(record, `The record of entry ${index}`), timeOfEvent(time, index));
  return { ...line, fields: { tag, ...line.fields } };
};

const timeOfEvent = (time: unknown, index: number): number => {
  if (time instanceof EventTime) return time.milliseconds;
  if (typeof time === 'number') return time * 1e3;
  throw malformed(`The time of entry ${index}`, 'a number of seconds or an event time');
};
