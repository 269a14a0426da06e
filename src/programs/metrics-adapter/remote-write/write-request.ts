import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { WrittenSeries } from './written-series.ts';

/** The NaN by which Prometheus knows that a series has ended. */
const STALE = 0x7ff0000000000002n;

/**
 * The body of a request of remote write 1.0, before its compression. `at`: milliseconds since 1970.
 * Source: https://prometheus.io/docs/specs/prw/remote_write_spec/.
 */
export const writeRequest = (series: readonly WrittenSeries[], at: number): Uint8Array<ArrayBuffer> => {
  const writer = new BinaryWriter();
  for (const each of series) {
    writer.tag(1, WireType.LengthDelimited).fork();
    for (const [name, value] of each.labels) writeLabel(writer, name, value);
    writeSample(writer, each.value, at);
    writer.join();
  }
  return writer.finish();
};

const writeLabel = (writer: BinaryWriter, name: string, value: string): void => {
  writer.tag(1, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).string(name);
  writer.tag(2, WireType.LengthDelimited).string(value);
  writer.join();
};

const writeSample = (writer: BinaryWriter, value: number | null, at: number): void => {
  writer.tag(2, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.Bit64);
  if (value === null) writer.fixed64(STALE);
  else writer.double(value);
  writer.tag(2, WireType.Varint).int64(at);
  writer.join();
};
