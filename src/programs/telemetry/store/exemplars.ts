import type { Exemplar } from '../../otlp/messages.ts';
import type { PointData } from './point-data.ts';

/** The newest exemplar of each bucket of a histogram, by its index; of a counter, of 0. */
export type Exemplars = ReadonlyMap<number, KeptExemplar>;

/** A measured value, and the trace that it belongs to. */
export type KeptExemplar = Pick<Exemplar, 'timeUnixNano' | 'traceId' | 'spanId' | 'asDouble'>;

const NONE: Exemplars = new Map();

/**
 * Those of the last point, and where it has none, those before: a point has the exemplars of the time since the one before it,
 * which is shorter than from scrape to scrape. OpenMetrics has them for counters and histograms only.
 */
export const newestExemplars = (
  before: { readonly data: PointData; readonly exemplars: Exemplars } | undefined,
  data: PointData,
  exemplars: readonly Exemplar[] = [],
): Exemplars => {
  if (data.kind !== 'counter' && data.kind !== 'histogram') return NONE;
  const kept = before !== undefined && hasSameBuckets(before.data, data) ? before.exemplars : NONE;
  if (exemplars.length === 0) return kept;
  const newest = new Map(kept);
  for (const { timeUnixNano, traceId, spanId, asDouble, asInt } of exemplars) {
    const value = asDouble ?? Number(asInt ?? 0);
    const exemplar = { timeUnixNano, asDouble: value, ...idsOf(traceId, spanId) };
    newest.set(bucketOf(value, data), exemplar);
  }
  return newest;
};

const idsOf = (traceId: string | undefined, spanId: string | undefined) => ({
  ...(traceId === undefined ? {} : { traceId }),
  ...(spanId === undefined ? {} : { spanId }),
});

const hasSameBuckets = (before: PointData, data: PointData): boolean =>
  before.kind === 'histogram' && data.kind === 'histogram'
    ? before.bounds.join() === data.bounds.join()
    : before.kind === data.kind;

const bucketOf = (value: number, data: PointData): number => {
  if (data.kind !== 'histogram') return 0;
  const at = data.bounds.findIndex((bound) => value <= bound);
  return at === -1 ? data.bounds.length : at;
};
