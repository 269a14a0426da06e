import { Fields } from '../../otlp/wire/fields.ts';
import { type Packed, pack } from '../store/packed.ts';

/** From where to where a message lies in a request. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** What of a request comes from the same part of a process. */
export interface Source {
  /** The messages `Resource` and `InstrumentationScope`; empty: not sent. */
  readonly resource: Packed;
  readonly scope: Packed;
  /** Of its spans, or records of logs. */
  readonly places: readonly Place[];
}

/**
 * The sources of a request for traces or logs, whose bytes are plain. Both have the same numbers:
 * `{ 1: [{ 1: resource, 2: [{ 1: scope, 2: [span or record] }] }] }`.
 */
export const sourcesIn = (request: Buffer): readonly Source[] =>
  placesOf(request, 1).flatMap((whole) => {
    const resource = packedIn(request, placesOf(request, 1, whole)[0]);
    return placesOf(request, 2, whole).map((scoped) => ({
      resource,
      scope: packedIn(request, placesOf(request, 1, scoped)[0]),
      places: placesOf(request, 2, scoped),
    }));
  });

const packedIn = (request: Buffer, place: Place | undefined): Packed =>
  place === undefined ? '' : pack(request, place.from, place.to);

/** Where the values of a field lie, of the message at a place. */
export const placesOf = (
  bytes: Buffer,
  number: number,
  { from, to }: Place = { from: 0, to: bytes.length },
): readonly Place[] => {
  const places: Place[] = [];
  const fields = new Fields(bytes, from, to);
  while (fields.next()) if (fields.number === number) places.push({ from: fields.from, to: fields.to });
  return places;
};
