import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { bytesIn, doubleIn, idIn, integerIn, longIn, textIn, truthIn } from '../json/scalars.ts';
import { MalformedBody, malformedBy, nestsTooDeeply } from '../malformed-body.ts';
import { type Field, type MessageSchema, type ScalarType, schemaOf } from './message-schema.ts';
import type { MessageName } from './messages.ts';

/**
 * Protobuf's bytes of a message in the shape of its JSON, or `MalformedBody` for what is none, and for messages that nest
 * deeper than `levels`. Fields without a value, and fields that the message does not have, are left out, as the
 * specification says.
 */
export const writeBytes = (
  name: MessageName,
  message: unknown,
  levels = Number.POSITIVE_INFINITY,
): Uint8Array => {
  const writer = new BinaryWriter();
  writeMessage(writer, schemaOf(name), message, levels);
  return writer.finish();
};

const writeMessage = (
  writer: BinaryWriter,
  { byName }: MessageSchema,
  message: unknown,
  levels: number,
): void => {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    throw new MalformedBody('it is no object');
  if (levels < 0) throw nestsTooDeeply();
  for (const name of Object.keys(message)) {
    const value = (message as Readonly<Record<string, unknown>>)[name];
    const field = byName.get(name);
    if (field === undefined || value === undefined || value === null) continue;
    try {
      if (field.isList) writeList(writer, field, value, levels);
      else writeValue(writer, field, value, levels);
    } catch (error) {
      throw malformedBy(error).within(name);
    }
  }
};

const writeList = (writer: BinaryWriter, field: Field, values: unknown, levels: number): void => {
  if (!Array.isArray(values)) throw new MalformedBody('it is no list');
  const isPacked = field.wireType !== WireType.LengthDelimited && values.length > 0;
  if (isPacked) writer.tag(field.number, WireType.LengthDelimited).fork();
  for (let index = 0; index < values.length; index += 1)
    try {
      if (isPacked) writeScalar(writer, field.type as ScalarType, values[index]);
      else writeValue(writer, field, values[index], levels);
    } catch (error) {
      throw malformedBy(error).within(`[${index}]`);
    }
  if (isPacked) writer.join();
};

const writeValue = (
  writer: BinaryWriter,
  { number, type, wireType }: Field,
  value: unknown,
  levels: number,
): void => {
  writer.tag(number, wireType);
  if (typeof type !== 'object') return writeScalar(writer, type, value);
  writer.fork();
  writeMessage(writer, type, value, levels - 1);
  writer.join();
};

const writeScalar = (writer: BinaryWriter, type: ScalarType, value: unknown): void => {
  switch (type) {
    case 'string':
      writer.string(textIn(value));
      return;
    case 'bytes':
      writer.bytes(bytesIn(value));
      return;
    case 'traceId':
      writer.bytes(idIn(value, 16));
      return;
    case 'spanId':
      writer.bytes(idIn(value, 8));
      return;
    case 'bool':
      writer.bool(truthIn(value));
      return;
    case 'double':
      writer.double(doubleIn(value));
      return;
    case 'enum':
      writer.int32(integerIn(value, 'int32'));
      return;
    case 'int32':
    case 'sint32':
      writer[type](integerIn(value, 'int32'));
      return;
    case 'uint32':
    case 'fixed32':
      writer[type](integerIn(value, 'uint32'));
      return;
    default:
      writer[type](longIn(value, type === 'int64' || type === 'sfixed64'));
  }
};
