import { MalformedBody, malformedBy } from '../malformed-body.ts';
import { type Field, type MessageSchema, type ScalarType, schemaOf } from '../wire/message-schema.ts';
import type { MessageName } from '../wire/messages.ts';
import { DEEPEST } from '../wire/read-bytes.ts';

type Message = Record<string, unknown>;

/**
 * Reads a message from OTLP's JSON. Fields that the message does not have are ignored, as the specification says;
 * integers of 64 bits are texts afterwards, and ids have small letters.
 */
export const readJson = (name: MessageName, bytes: Uint8Array): Message => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  return readMessage(parsed(text), schemaOf(name), 0);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedBody(`the body is no JSON: ${(error as Error).message}`);
  }
};

const readMessage = (value: unknown, schema: MessageSchema, depth: number): Message => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedBody('it is no object');
  if (depth > DEEPEST) throw new MalformedBody(`it nests more than ${DEEPEST} messages`);
  const message: Message = {};
  for (const [name, inner] of Object.entries(value)) {
    const field = schema.byName.get(name);
    // Null stands for a value that is not set.
    if (field === undefined || inner === null) continue;
    try {
      message[name] = field.isList ? readList(inner, field, depth) : readValue(inner, field, depth);
    } catch (error) {
      throw malformedBy(error).within(name);
    }
  }
  for (const [name, absent] of schema.promised) message[name] ??= absent();
  return message;
};

const readList = (value: unknown, field: Field, depth: number): readonly unknown[] => {
  if (!Array.isArray(value)) throw new MalformedBody('it is no list');
  return value.map((inner, index) => {
    try {
      return readValue(inner, field, depth);
    } catch (error) {
      throw malformedBy(error).within(`[${index}]`);
    }
  });
};

const readValue = (value: unknown, { type }: Field, depth: number): unknown =>
  typeof type === 'object' ? readMessage(value, type, depth + 1) : readScalar(value, type);

const readScalar = (value: unknown, type: ScalarType): unknown => {
  switch (type) {
    case 'string':
      return checked(value, typeof value === 'string', 'no text');
    case 'bool':
      return checked(value, typeof value === 'boolean', 'neither true nor false');
    case 'bytes':
      return checked(value, typeof value === 'string' && BASE64.test(value), 'no base64');
    case 'traceId':
      return readId(value, 32);
    case 'spanId':
      return readId(value, 16);
    case 'double':
      return readDouble(value);
    case 'int64':
    case 'uint64':
    case 'fixed64':
    case 'sfixed64':
      return readLong(value, type);
    default:
      return readInteger(value, type);
  }
};

const checked = (value: unknown, isRight: boolean, problem: string): unknown => {
  if (!isRight) throw new MalformedBody(`it is ${problem}`);
  return value;
};

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const HEXADECIMAL = /^[0-9a-f]*$/;

const readId = (value: unknown, length: number): string => {
  const text = typeof value === 'string' ? value.toLowerCase() : null;
  if (text === null || !HEXADECIMAL.test(text) || (text.length !== length && text !== ''))
    throw new MalformedBody(`it is no hexadecimal number of ${length} digits`);
  return text;
};

/** Texts for numbers that JSON does not have, and for any other, as in protobuf's JSON. */
const readDouble = (value: unknown): number => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || (Number.isNaN(number) && value !== 'NaN'))
    throw new MalformedBody('it is no number');
  return number;
};

const RANGES = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  sint32: [-(2 ** 31), 2 ** 31 - 1],
  enum: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  fixed32: [0, 2 ** 32 - 1],
} as const;

const readInteger = (value: unknown, type: keyof typeof RANGES): number => {
  const [least, most] = RANGES[type];
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > most)
    throw new MalformedBody(`it is no integer from ${least} to ${most}`);
  return number;
};

const INTEGER = /^-?\d{1,20}$/;

const readLong = (value: unknown, type: 'int64' | 'uint64' | 'fixed64' | 'sfixed64'): string => {
  const isInteger = typeof value === 'number' ? Number.isInteger(value) : INTEGER.test(String(value));
  const isSigned = type === 'int64' || type === 'sfixed64';
  if (!isInteger || !fits(BigInt(value as string | number), isSigned))
    throw new MalformedBody(`it is no ${isSigned ? 'integer' : 'positive integer'} of 64 bits`);
  return typeof value === 'string' ? value : String(BigInt(value as number));
};

const fits = (value: bigint, isSigned: boolean): boolean =>
  value === (isSigned ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value));
