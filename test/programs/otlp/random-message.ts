import { create, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import fc from 'fast-check';

/** Messages that lie deeper have no messages in them. */
const DEEPEST = 9;

/** Any message of a description, with every value that a field can have. */
export const randomMessage = (schema: DescMessage): fc.Arbitrary<Message> =>
  fieldsOf(schema, 0).map((fields) => create(schema, fields));

const fieldsOf = (schema: DescMessage, depth: number): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(
      ...schema.members.map((member) =>
        member.kind === 'oneof' ? oneOf(member.fields, depth, member.localName) : one(member, depth),
      ),
    )
    .map((parts) => Object.assign({}, ...parts));

const oneOf = (
  fields: readonly DescField[],
  depth: number,
  name: string,
): fc.Arbitrary<Record<string, unknown>> => {
  const able = fields.filter((field) => depth < DEEPEST || field.message === undefined);
  const choices = able.map((field) =>
    anyValue(field, depth).map((value) => ({ [name]: { case: field.localName, value } })),
  );
  return fc.oneof(fc.constant({}), ...choices);
};

const one = (field: DescField, depth: number): fc.Arbitrary<Record<string, unknown>> => {
  const { localName: name, message, fieldKind, parent } = field;
  const isOfKey = parent.name === 'KeyValue';
  if (message !== undefined && depth >= DEEPEST && !isOfKey) return fc.constant({});
  if (fieldKind === 'list') {
    const list = fc.array(depth < DEEPEST ? anyValue(field, depth) : fc.constant(null), { maxLength: 2 });
    return list.map((values) => ({ [name]: values.filter((value) => value !== null) }));
  }
  const value = anyValue(field, depth).map((found) => ({ [name]: found }));
  // A key without a value is one whose value is not set.
  return isOfKey && message !== undefined ? value : fc.oneof(fc.constant({}), value);
};

const anyValue = (field: DescField, depth: number): fc.Arbitrary<unknown> => {
  const { message, enum: words, localName } = field;
  if (message !== undefined) return fieldsOf(message, depth + 1).map((fields) => create(message, fields));
  if (words !== undefined) return fc.constantFrom(...words.values.map(({ number }) => number));
  return scalar((field as { readonly scalar: ScalarType }).scalar, localName);
};

const IDS: Readonly<Record<string, number>> = { traceId: 16, spanId: 8, parentSpanId: 8 };

const scalar = (type: ScalarType, name: string): fc.Arbitrary<unknown> => {
  switch (type) {
    case ScalarType.STRING:
      return fc.string({ unit: 'grapheme', maxLength: 6 });
    case ScalarType.BYTES:
      return fc.uint8Array({ minLength: IDS[name] ?? 0, maxLength: IDS[name] ?? 5 });
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.DOUBLE:
      // JSON has no -0.
      return fc.double().map((value) => value + 0);
    case ScalarType.INT32:
    case ScalarType.SINT32:
      return fc.integer();
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.nat({ max: 2 ** 32 - 1 });
    case ScalarType.INT64:
    case ScalarType.SFIXED64:
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    default:
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  }
};
