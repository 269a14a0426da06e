import { MalformedBody } from '../malformed-body.ts';

/** Values of OTLP's JSON that have the right type. What has another one is refused with `MalformedBody`. */

export const textIn = (value: unknown): string => {
  if (typeof value !== 'string') throw new MalformedBody('it is no text');
  return value;
};

export const truthIn = (value: unknown): boolean => {
  if (typeof value !== 'boolean') throw new MalformedBody('it is neither true nor false');
  return value;
};

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

export const bytesIn = (value: unknown): Uint8Array => {
  if (typeof value !== 'string' || !BASE64.test(value)) throw new MalformedBody('it is no base64');
  return Buffer.from(value, 'base64');
};

/** An id of so many bytes, or an empty one. Letters may be capital. */
export const idIn = (value: unknown, length: number): Uint8Array => {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'hex') : null;
  if (
    bytes === null ||
    bytes.length * 2 !== (value as string).length ||
    (bytes.length !== length && value !== '')
  )
    throw new MalformedBody(`it is no hexadecimal number of ${length * 2} digits`);
  return bytes;
};

/** Texts for numbers that JSON does not have, and for any other, as in protobuf's JSON. */
export const doubleIn = (value: unknown): number => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || (Number.isNaN(number) && value !== 'NaN' && typeof value === 'string'))
    throw new MalformedBody('it is no number');
  return number;
};

const RANGES = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
} as const;

export const integerIn = (value: unknown, type: keyof typeof RANGES): number => {
  const [least, most] = RANGES[type];
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > most)
    throw new MalformedBody(`it is no integer from ${least} to ${most}`);
  return number;
};

const INTEGER = /^-?\d{1,20}$/;

/** An integer of 64 bits: a number where it is small, which is faster. */
export const longIn = (value: unknown, isSigned: boolean): bigint | number => {
  const isText = typeof value === 'string' && INTEGER.test(value);
  const small = isText && value.length < 16 ? Number(value) : value;
  if (typeof small === 'number' && Number.isSafeInteger(small) && (isSigned || small >= 0)) return small;
  const isInteger = isText || (typeof value === 'number' && Number.isInteger(value));
  const large = isInteger ? BigInt(value as string | number) : null;
  if (large === null || large !== (isSigned ? BigInt.asIntN(64, large) : BigInt.asUintN(64, large)))
    throw new MalformedBody(`it is no ${isSigned ? 'integer' : 'positive integer'} of 64 bits`);
  return large;
};
