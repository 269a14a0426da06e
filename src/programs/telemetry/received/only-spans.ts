import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Fields } from '../../otlp/wire/fields.ts';

/** The field that leads to spans: of a request, of a `ResourceSpans`, and of a `ScopeSpans`, whose field is the spans. */
const INWARDS = [1, 2, 2] as const;

/** The bytes of a request, without the spans that are not wanted. They are named by where they begin. */
export const onlySpans = (request: Buffer, isWanted: (from: number) => boolean): Buffer => {
  const writer = new BinaryWriter();
  const copy = (from: number, to: number, depth: number): void => {
    const fields = new Fields(request, from, to);
    for (let before = from; fields.next(); before = fields.to)
      if (fields.number !== INWARDS[depth]) writer.raw(request.subarray(before, fields.to));
      else if (depth < 2) {
        writer.tag(fields.number, WireType.LengthDelimited).fork();
        copy(fields.from, fields.to, depth + 1);
        writer.join();
      } else if (isWanted(fields.from)) writer.raw(request.subarray(before, fields.to));
  };
  copy(0, request.length, 0);
  return Buffer.from(writer.finish());
};
