import type { Family } from '../../exposition/read-families.ts';
import type { Exemplar, Labels, Sample } from '../../exposition/sample.ts';
import type { KeyValue, MetricsRequest, Exemplar as OtlpExemplar, OtlpMetric } from '../../otlp/messages.ts';

const CUMULATIVE = 2;

/** Whose metrics they are: of the adapter, or of the process that the label `process` names. */
interface Owner {
  readonly name: string;
  readonly pod: string;
}

/** Families as a request of OTLP. `at`: milliseconds since 1970. */
export const otlpRequestOf = (families: readonly Family[], owner: Owner, at: number): MetricsRequest => {
  const byProcess = new Map<string, Family[]>();
  for (const family of families) {
    for (const [process, samples] of Map.groupBy(
      family.samples,
      ({ labels }) => labels.get('process') ?? owner.name,
    )) {
      const of = byProcess.get(process) ?? [];
      byProcess.set(process, of);
      of.push({ ...family, samples });
    }
  }
  return {
    resourceMetrics: [...byProcess].map(([process, of]) => ({
      resource: { attributes: [text('service.name', process), text('service.namespace', owner.pod)] },
      scopeMetrics: [
        {
          scope: { name: 'sidecarctl.metrics-adapter' },
          metrics: of.map((family) => metricOf(family, nanoseconds(at))),
        },
      ],
    })),
  };
};

const metricOf = (family: Family, timeUnixNano: string): OtlpMetric => {
  const { name, help, unit, type } = family;
  const said = { name, description: help ?? '', unit: unit ?? '' };
  if (type === 'counter')
    return {
      ...said,
      sum: {
        dataPoints: numbers(family, timeUnixNano),
        aggregationTemporality: CUMULATIVE,
        isMonotonic: true,
      },
    };
  if (type === 'histogram')
    return {
      ...said,
      histogram: { dataPoints: histograms(family, timeUnixNano), aggregationTemporality: CUMULATIVE },
    };
  if (type === 'summary') return { ...said, summary: { dataPoints: summaries(family, timeUnixNano) } };
  return { ...said, gauge: { dataPoints: numbers(family, timeUnixNano) } };
};

const numbers = ({ samples }: Family, timeUnixNano: string) =>
  samples
    .filter(({ name }) => !name.endsWith('_created'))
    .map(({ labels, value, exemplar }) => ({
      ...{ attributes: attributesOf(labels), timeUnixNano, asDouble: value },
      ...(exemplar === null ? {} : { exemplars: [otlpExemplar(exemplar, timeUnixNano)] }),
    }));

/** The parts of one histogram or summary. */
const partsOf = ({ samples }: Family, own: 'le' | 'quantile'): ReadonlyArray<readonly Sample[]> => [
  ...Map.groupBy(samples, ({ labels }) =>
    JSON.stringify([...labels].filter(([name]) => name !== own).sort()),
  ).values(),
];

const histograms = (family: Family, timeUnixNano: string) =>
  partsOf(family, 'le').map((parts) => {
    const buckets = parts
      .filter(({ name }) => name.endsWith('_bucket'))
      .map((sample) => ({ ...sample, bound: Number(sample.labels.get('le')?.replace('Inf', 'Infinity')) }))
      .sort((one, other) => one.bound - other.bound);
    const exemplars = buckets.flatMap(({ exemplar }) =>
      exemplar === null ? [] : [otlpExemplar(exemplar, timeUnixNano)],
    );
    return {
      ...{ attributes: ownAttributes(parts, 'le'), timeUnixNano },
      count: String(partOf(parts, '_count') ?? buckets.at(-1)?.value ?? 0),
      sum: partOf(parts, '_sum') ?? 0,
      explicitBounds: buckets.flatMap(({ bound }) => (Number.isFinite(bound) ? [bound] : [])),
      bucketCounts: buckets.map(({ value }, at) => String(value - (buckets[at - 1]?.value ?? 0))),
      ...(exemplars.length === 0 ? {} : { exemplars }),
    };
  });

const summaries = (family: Family, timeUnixNano: string) =>
  partsOf(family, 'quantile').map((parts) => ({
    ...{ attributes: ownAttributes(parts, 'quantile'), timeUnixNano },
    count: String(partOf(parts, '_count') ?? 0),
    sum: partOf(parts, '_sum') ?? 0,
    quantileValues: parts.flatMap(({ labels, value }) => {
      const quantile = labels.get('quantile');
      return quantile === undefined ? [] : [{ quantile: Number(quantile), value }];
    }),
  }));

const partOf = (parts: readonly Sample[], suffix: string): number | undefined =>
  parts.find(({ name }) => name.endsWith(suffix))?.value;

const ownAttributes = (parts: readonly Sample[], own: string): readonly KeyValue[] =>
  attributesOf(new Map([...(parts[0]?.labels ?? [])].filter(([name]) => name !== own)));

const attributesOf = (labels: Labels): readonly KeyValue[] =>
  [...labels].map(([name, value]) => text(name, value));

const otlpExemplar = ({ labels, value, timestamp }: Exemplar, byDefault: string): OtlpExemplar => {
  const [traceId, spanId] = [labels.get('trace_id'), labels.get('span_id')];
  return {
    timeUnixNano: timestamp === null ? byDefault : nanoseconds(timestamp),
    asDouble: value,
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
  };
};

const text = (key: string, stringValue: string): KeyValue => ({ key, value: { stringValue } });

/** Of 64 bits, as OTLP has them: more digits than a number keeps. */
const nanoseconds = (milliseconds: number): string => `${Math.round(milliseconds)}000000`;
