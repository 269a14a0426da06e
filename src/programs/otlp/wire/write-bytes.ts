import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { MalformedBody, malformedBy } from '../malformed-body.ts';
import { type Field, type MessageSchema, type ScalarType, schemaOf } from './message-schema.ts';
import type { MessageName } from './messages.ts';

/** Protobuf's bytes of a message in the shape of its JSON. Fields without a value, and fields that it has not, are left out. */
export const writeBytes = (name: MessageName, message: object): Uint8Array => {
  const writer = new BinaryWriter();
  writeMessage(writer, schemaOf(name), message);
  return writer.finish();
};

const writeMessage = (writer: BinaryWriter, { byName }: MessageSchema, message: object): void => {
  for (const [name, value] of Object.entries(message)) {
    const field = byName.get(name);
    if (field === undefined || value === undefined || value === null) continue;
    try {
      if (field.isList) writeList(writer, field, value);
      else writeValue(writer, field, value);
    } catch (error) {
      throw malformedBy(error).within(name);
    }
  }
};

const writeList = (writer: BinaryWriter, field: Field, values: readonly unknown[]): void => {
  if (field.wireType === WireType.LengthDelimited) {
    for (const value of values) writeValue(writer, field, value);
  } else if (values.length > 0) {
    writer.tag(field.number, WireType.LengthDelimited).fork();
    for (const value of values) writeScalar(writer, field.type as ScalarType, value);
    writer.join();
  }
};

const writeValue = (writer: BinaryWriter, { number, type, wireType }: Field, value: unknown): void => {
  if (typeof type === 'object') {
    writer.tag(number, WireType.LengthDelimited).fork();
    writeMessage(writer, type, value as object);
    writer.join();
  } else {
    writer.tag(number, wireType);
    writeScalar(writer, type, value);
  }
};

/** What has the wrong type is refused by the writer of `@bufbuild/protobuf`. */
const writeScalar = (writer: BinaryWriter, type: ScalarType, value: unknown): void => {
  switch (type) {
    case 'string':
      writer.string(value as string);
      return;
    case 'bytes':
      writer.bytes(Buffer.from(value as string, 'base64'));
      return;
    case 'traceId':
    case 'spanId':
      writer.bytes(idOf(value as string, type === 'traceId' ? 16 : 8));
      return;
    case 'bool':
      writer.bool(value as boolean);
      return;
    case 'enum':
      writer.int32(value as number);
      return;
    case 'double':
    case 'int32':
    case 'sint32':
    case 'uint32':
    case 'fixed32':
      writer[type](value as number);
      return;
    default:
      writer[type](value as string | number);
  }
};

const idOf = (value: string, length: number): Uint8Array => {
  const bytes = Buffer.from(value, 'hex');
  if (value.length !== bytes.length * 2 || (bytes.length !== length && bytes.length !== 0))
    throw new MalformedBody(`it is no hexadecimal number of ${length} bytes`);
  return bytes;
};
