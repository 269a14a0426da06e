import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { Random } from '../../support/random.ts';

interface Piece {
  readonly number: number;
  readonly wireType: WireType;
  readonly value: Buffer;
}

/**
 * A message in other bytes that say the same, as the specification of protobuf lets any writer choose them: fields in another
 * order and twice, messages in two parts, lists of numbers one by one, longer varints, unknown fields, groups.
 */
export const otherwiseWritten = (schema: DescMessage, bytes: Uint8Array, random: Random): Buffer => {
  const pieces = piecesIn(bytes).flatMap((piece) => {
    const field = schema.fields.find(({ number }) => number === piece.number);
    return field === undefined ? [piece] : changed(field, piece, random);
  });
  if (random.chance(0.2)) pieces.push(unknown(random));
  return Buffer.concat(shuffled(pieces, random).map((piece) => written(piece, random)));
};

const piecesIn = (bytes: Uint8Array): Piece[] => {
  const reader = new BinaryReader(bytes);
  const pieces: Piece[] = [];
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const value = wireType === WireType.LengthDelimited ? reader.bytes() : reader.skip(wireType, number);
    pieces.push({ number, wireType, value: Buffer.from(value) });
  }
  return pieces;
};

const changed = (field: DescField, piece: Piece, random: Random): Piece[] => {
  const { message, fieldKind } = field;
  if (message !== undefined) return changedMessage(message, fieldKind === 'list', piece, random);
  if (fieldKind === 'list') return isPacked(field) && random.chance(0.5) ? oneByOne(field, piece) : [piece];
  return random.chance(0.1) ? [piece, piece] : [piece];
};

const changedMessage = (message: DescMessage, isList: boolean, piece: Piece, random: Random): Piece[] => {
  const value = otherwiseWritten(message, piece.value, random);
  if (isList || random.chance(0.7)) return [{ ...piece, value }];
  const parts = piecesIn(value);
  const middle = random.upTo(parts.length);
  return [parts.slice(0, middle), parts.slice(middle)].map((part) => ({
    ...piece,
    value: Buffer.concat(part.map((inner) => written(inner, random))),
  }));
};

const isPacked = (field: DescField): boolean => field.fieldKind === 'list' && field.packed;

const oneByOne = ({ number, proto }: DescField, { value }: Piece): Piece[] => {
  const isVarint = proto.type === 4;
  const reader = new BinaryReader(value);
  const wireType = isVarint ? WireType.Varint : WireType.Bit64;
  const pieces: Piece[] = [];
  while (reader.pos < reader.len)
    pieces.push({ number, wireType, value: Buffer.from(reader.skip(wireType, number)) });
  return pieces;
};

const unknown = (random: Random): Piece => {
  const number = random.pick([20, 100, 3_000, 100_000]);
  const inner = written({ number: 1, wireType: WireType.Varint, value: Buffer.from([7]) }, random);
  const endOfGroup = tag(number, WireType.EndGroup);
  return random.pick<Piece>([
    { number, wireType: WireType.Varint, value: Buffer.from([1]) },
    { number, wireType: WireType.Bit64, value: Buffer.alloc(8) },
    { number, wireType: WireType.LengthDelimited, value: Buffer.from('later') },
    { number, wireType: WireType.StartGroup, value: Buffer.concat([inner, endOfGroup]) },
    { number, wireType: WireType.Bit32, value: Buffer.alloc(4) },
  ]);
};

/** Values of the same field stay in their order. */
const shuffled = (pieces: readonly Piece[], random: Random): Piece[] => {
  if (random.chance(0.5)) return [...pieces];
  const waiting = Map.groupBy(pieces, ({ number }) => number);
  const order = pieces.map(({ number }) => ({ number, at: random.next() }));
  order.sort((one, other) => one.at - other.at);
  return order.map(({ number }) => waiting.get(number)?.shift() as Piece);
};

const written = ({ number, wireType, value }: Piece, random: Random): Buffer => {
  const spare = (): number => (random.chance(0.05) ? 1 + random.upTo(1) : 0);
  const head = padded(tag(number, wireType), random.chance(0.05) ? 1 : 0);
  if (wireType === WireType.Varint)
    return Buffer.concat([head, padded(value, Math.min(spare(), 10 - value.length))]);
  if (wireType !== WireType.LengthDelimited) return Buffer.concat([head, value]);
  return Buffer.concat([head, padded(varint(value.length), spare()), value]);
};

const tag = (number: number, wireType: WireType): Buffer => varint(number * 8 + wireType);

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  for (let rest = value; bytes.length === 0 || rest > 0; rest = Math.floor(rest / 128))
    bytes.push((rest % 128) | 128);
  return padded(Buffer.from(bytes).fill((bytes.at(-1) ?? 0) & 127, bytes.length - 1), 0);
};

/** The same number with so many bytes more than it needs. */
const padded = (bytes: Buffer, more: number): Buffer => {
  if (more === 0) return bytes;
  const longer = Buffer.concat([bytes, Buffer.alloc(more, 0x80)]);
  longer[bytes.length - 1] = (longer[bytes.length - 1] ?? 0) | 0x80;
  longer[longer.length - 1] = 0;
  return longer;
};
