import type { AnyValue, KeyValue } from '../../otlp/messages.ts';

/** What an object with a few fields takes in the heap of V8. */
const OBJECT = 64;

/** About what attributes take in memory. */
export const bytesOf = (pairs: readonly KeyValue[] | undefined): number => {
  let bytes = OBJECT;
  for (const { key, value } of pairs ?? []) bytes += OBJECT + key.length + bytesOfValue(value);
  return bytes;
};

const bytesOfValue = (value: AnyValue): number => {
  if (value.stringValue !== undefined) return OBJECT + value.stringValue.length;
  if (value.bytesValue !== undefined) return OBJECT + value.bytesValue.length;
  if (value.kvlistValue !== undefined) return OBJECT + bytesOf(value.kvlistValue.values);
  if (value.arrayValue === undefined) return OBJECT;
  return value.arrayValue.values.reduce((sum, inner) => sum + bytesOfValue(inner), OBJECT);
};
