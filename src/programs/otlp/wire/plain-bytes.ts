import { isUtf8 } from 'node:buffer';
import { WireType } from '@bufbuild/protobuf/wire';
import { DEEPEST } from '../malformed-body.ts';
import { endOfVarint, Fields } from './fields.ts';
import { type Field, type MessageSchema, schemaOf } from './message-schema.ts';
import type { MessageName } from './messages.ts';

/**
 * Whether a message is as every library writes it: `Fields` can read it and all messages in it, each value has its type,
 * texts are UTF-8, lists of numbers are packed, and each field comes once, the elements of a list together. Such a message
 * can be read in parts, and `readBytes` takes it. Others may be right nevertheless.
 */
export const isPlain = (name: MessageName, bytes: Uint8Array): boolean =>
  isPlainMessage(bytes, 0, bytes.length, schemaOf(name), 0);

const isPlainMessage = (
  bytes: Uint8Array,
  from: number,
  to: number,
  { byNumber }: MessageSchema,
  depth: number,
): boolean => {
  if (depth > DEEPEST) return false;
  const fields = new Fields(bytes, from, to);
  let [before, seen] = [0, 0];
  while (fields.next()) {
    const { number } = fields;
    const field = number < byNumber.length ? byNumber[number] : undefined;
    if (field === undefined) continue;
    if (!isPlainField(bytes, fields, field, depth)) return false;
    if (number === before && field.isList && field.wireType === WireType.LengthDelimited) continue;
    // OTLP has no field with a higher number than 16.
    if ((seen & (1 << number)) !== 0) return false;
    seen |= 1 << number;
    before = number;
  }
  return fields.isWhole;
};

const isPlainField = (
  bytes: Uint8Array,
  { wireType, from, to }: Fields,
  field: Field,
  depth: number,
): boolean => {
  const { type } = field;
  if (wireType !== (field.isList ? WireType.LengthDelimited : field.wireType)) return false;
  if (typeof type === 'object') return isPlainMessage(bytes, from, to, type, depth + 1);
  switch (type) {
    case 'string':
      return isText(bytes, from, to);
    case 'traceId':
      return to - from === 16 || to === from;
    case 'spanId':
      return to - from === 8 || to === from;
    default:
      return !field.isList || isPackedList(bytes, from, to, field.wireType);
  }
};

const isText = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let at = from; at < to; at += 1)
    if ((bytes[at] as number) >= 0x80) return isUtf8(bytes.subarray(from, to));
  return true;
};

const isPackedList = (bytes: Uint8Array, from: number, to: number, of: WireType): boolean => {
  if (of === WireType.Bit64) return (to - from) % 8 === 0;
  if (of === WireType.Bit32) return (to - from) % 4 === 0;
  let at = from;
  while (at !== -1 && at < to) at = endOfVarint(bytes, at);
  return at === to;
};
