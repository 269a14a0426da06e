import { endOfVarint, Fields, lowBits } from '../wire/fields.ts';
import { type Field, type MessageSchema, type ScalarType, schemaOf } from '../wire/message-schema.ts';
import type { MessageName } from '../wire/messages.ts';
import { JsonBytes } from './json-bytes.ts';

const [COMMA, OPENED, CLOSED, LIST_CLOSED] = Buffer.from(',{}]') as unknown as readonly [
  number,
  number,
  number,
  number,
];

/** OTLP's JSON of a message whose bytes are plain. By way of an object it takes five times as long. */
export const jsonOf = (name: MessageName, bytes: Buffer): Buffer => {
  const json = new JsonBytes(bytes.length * 4 + 64);
  writeMessage(json, bytes, 0, bytes.length, schemaOf(name));
  return json.finish();
};

const writeMessage = (
  json: JsonBytes,
  bytes: Buffer,
  from: number,
  to: number,
  { byNumber }: MessageSchema,
): void => {
  const fields = new Fields(bytes, from, to);
  /** Number of the field that was written last. */
  let last = 0;
  let isInList = false;
  json.byte(OPENED);
  while (fields.next()) {
    const { number } = fields;
    const field = number < byNumber.length ? byNumber[number] : undefined;
    if (field === undefined) continue;
    if (number !== last) {
      if (isInList) json.byte(LIST_CLOSED);
      if (last !== 0) json.byte(COMMA);
      json.raw(field.opening);
    } else json.byte(COMMA);
    last = number;
    isInList = field.isList;
    writeValues(json, bytes, fields, field);
  }
  if (isInList) json.byte(LIST_CLOSED);
  json.byte(CLOSED);
};

const writeValues = (json: JsonBytes, bytes: Buffer, { from, to, wireType }: Fields, field: Field): void => {
  const { type } = field;
  if (typeof type === 'object') writeMessage(json, bytes, from, to, type);
  else if (wireType === field.wireType) writeScalar(json, bytes, from, to, type);
  else writePacked(json, bytes, from, to, field);
};

const writePacked = (
  json: JsonBytes,
  bytes: Buffer,
  from: number,
  to: number,
  { type, wireType }: Field,
): void => {
  for (let at = from; at < to; ) {
    if (at > from) json.byte(COMMA);
    const end = wireType === 1 ? at + 8 : wireType === 5 ? at + 4 : endOfVarint(bytes, at);
    writeScalar(json, bytes, at, end, type as ScalarType);
    at = end;
  }
};

const writeScalar = (json: JsonBytes, bytes: Buffer, from: number, to: number, type: ScalarType): void => {
  switch (type) {
    case 'string':
      return json.text(bytes, from, to);
    case 'bytes':
      return json.ascii(`"${bytes.toString('base64', from, to)}"`);
    case 'traceId':
    case 'spanId':
      return json.hex(bytes, from, to);
    case 'bool':
      return json.ascii(String(varintAt(bytes, from, to) !== 0n));
    case 'double':
      return json.ascii(doubleText(bytes.readDoubleLE(from)));
    case 'enum':
    case 'int32':
      return json.ascii(String(lowBits(bytes, from)));
    case 'sint32':
      return json.ascii(String(zigzag(lowBits(bytes, from))));
    case 'uint32':
      return json.ascii(String(lowBits(bytes, from) >>> 0));
    case 'fixed32':
      return json.ascii(String(bytes.readUInt32LE(from)));
    case 'fixed64':
      return json.ascii(`"${bytes.readBigUInt64LE(from)}"`);
    case 'sfixed64':
      return json.ascii(`"${bytes.readBigInt64LE(from)}"`);
    case 'int64':
      return json.ascii(
        `"${to - from < 5 ? lowBits(bytes, from) : BigInt.asIntN(64, varintAt(bytes, from, to))}"`,
      );
    case 'uint64':
      return json.ascii(`"${to - from < 5 ? lowBits(bytes, from) : varintAt(bytes, from, to)}"`);
    default:
      return type satisfies never;
  }
};

const varintAt = (bytes: Buffer, from: number, to: number): bigint => {
  let value = 0n;
  for (let at = to - 1; at >= from; at -= 1) value = (value << 7n) | BigInt((bytes[at] as number) & 0x7f);
  return BigInt.asUintN(64, value);
};

const zigzag = (bits: number): number => (bits >>> 1) ^ -(bits & 1);

/** JSON has no others than finite ones: these are texts, as in protobuf's JSON. */
const doubleText = (value: number): string => (Number.isFinite(value) ? String(value) : `"${value}"`);
