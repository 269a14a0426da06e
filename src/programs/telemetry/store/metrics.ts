import type { KeyValue, MetricsRequest, OtlpMetric } from '../../otlp/messages.ts';
import { bytesOf } from './bytes.ts';
import { type Exemplars, newestExemplars } from './exemplars.ts';
import { added, bytesOfData, type Incoming, incomingOf, type PointData } from './point-data.ts';
import type { Limits } from './traces.ts';

/** The newest point of a series. The value of a counter is that since its start, whatever its temporality. */
export interface KeptPoint {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly resource: readonly KeyValue[];
  readonly attributes: readonly KeyValue[];
  readonly data: PointData;
  readonly exemplars: Exemplars;
  readonly bytes: number;
}

const NO_VALUE = 1;

/** The newest point of every metric that was received; the series that has got none for the longest time gives way. */
export class Metrics {
  limits: Limits;
  readonly #byKey = new Map<string, KeptPoint>();
  #bytes = 0;
  dropped = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  get count(): number {
    return this.#byKey.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get points(): Iterable<KeptPoint> {
    return this.#byKey.values();
  }

  /** Takes in a request, and returns how many points it has. */
  add({ resourceMetrics }: MetricsRequest): number {
    let points = 0;
    for (const { resource, scopeMetrics } of resourceMetrics) {
      const attributes = resource?.attributes ?? [];
      const owner = JSON.stringify(attributes);
      for (const { metrics } of scopeMetrics)
        for (const metric of metrics)
          for (const incoming of incomingOf(metric)) {
            points += 1;
            this.#add(metric, owner, attributes, incoming);
          }
    }
    this.#makeRoom();
    return points;
  }

  #add(metric: OtlpMetric, owner: string, resource: readonly KeyValue[], incoming: Incoming): void {
    const { attributes = [], flags = 0, data, isDelta, exemplars } = incoming;
    const key = `${metric.name}\n${owner}\n${sortedKey(attributes)}`;
    const before = this.#byKey.get(key);
    if (before !== undefined) {
      this.#byKey.delete(key);
      this.#bytes -= before.bytes;
    }
    // What was measured has gone.
    if ((flags & NO_VALUE) !== 0) return;
    const { name, description = '', unit = '' } = metric;
    const whole = isDelta && before !== undefined ? added(before.data, data) : data;
    const newest = newestExemplars(before, data, exemplars);
    const point = { name, description, unit, resource, attributes, data: whole, exemplars: newest };
    const bytes = key.length * 2 + bytesOfPoint(point);
    this.#byKey.set(key, { ...point, bytes });
    this.#bytes += bytes;
  }

  #makeRoom(): void {
    const oldest = this.#byKey.entries();
    while (this.count > this.limits.count || this.#bytes > this.limits.bytes) {
      const [key, point] = oldest.next().value ?? [];
      if (key === undefined || point === undefined) return;
      this.#byKey.delete(key);
      this.#bytes -= point.bytes;
      this.dropped += 1;
    }
  }
}

/** Fields of a point in the heap, without its attributes, and an exemplar. */
const POINT = 400;
const EXEMPLAR = 250;

const bytesOfPoint = ({ resource, attributes, data, exemplars }: Omit<KeptPoint, 'bytes'>): number =>
  POINT + bytesOf(resource) + bytesOf(attributes) + bytesOfData(data) + exemplars.size * EXEMPLAR;

const sortedKey = (attributes: readonly KeyValue[]): string =>
  attributes
    .map((pair) => JSON.stringify(pair))
    .sort()
    .join();
