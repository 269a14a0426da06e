import type { AnyValue, KeyValue } from '../../otlp/messages.ts';
import type { Attributes, Value } from '../api.ts';

/** Attributes as plain values. Integers that a number cannot hold stay texts. */
export const attributesOf = (pairs: readonly KeyValue[] = []): Attributes =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, plainValue(value)]));

export const plainValue = (value: AnyValue): Value => {
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) return integerOf(value.intValue);
  if (value.doubleValue !== undefined) return finiteOf(value.doubleValue);
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(plainValue);
  if (value.kvlistValue !== undefined) return attributesOf(value.kvlistValue.values);
  return value.bytesValue ?? null;
};

const integerOf = (value: string | number): Value => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
};

/** JSON has no others. */
const finiteOf = (value: number): Value => (Number.isFinite(value) ? value : String(value));

/** The text of an attribute; undefined if there is none, or it is no text. */
export const textOf = (pairs: readonly KeyValue[] | undefined, key: string): string | undefined =>
  pairs?.find((pair) => pair.key === key)?.value.stringValue;

/** Milliseconds since 1970, with fractions: a number has room for a quarter of a microsecond. */
export const millisecondsOf = (nanoseconds: string | undefined): number => Number(nanoseconds ?? 0) / 1e6;
