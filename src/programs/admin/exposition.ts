import { Counter, Gauge, type Histogram, Registry } from 'prom-client';

/** A metric with its samples. */
export type Metric =
  | (Named & { readonly type: 'counter' | 'gauge'; readonly samples: readonly Sample[] })
  | (Named & { readonly type: 'histogram'; readonly samples: readonly HistogramSample[] });

interface Named {
  readonly name: string;
  readonly help: string;
}

type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** How often a value was within each bound, and above the last one. */
export interface HistogramSample {
  readonly labels: Labels;
  readonly bounds: readonly number[];
  /** One more than there are bounds; none counts what another one counts. */
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}

/** Metrics as text, and the media type that says in which format. */
export interface Exposition {
  readonly text: string;
  readonly type: string;
}

/** What is scraped is gone afterwards: the figures are kept elsewhere, and what they are of comes and goes. */
export const exposition = async (metrics: readonly Metric[]): Promise<Exposition> => {
  const registry = new Registry();
  // A metric without labels begins with a sample, and one with labels does not.
  for (const metric of metrics) if (metric.samples.length > 0) register(metric, registry);
  return { text: await registry.metrics(), type: registry.contentType };
};

const register = (metric: Metric, registry: Registry): void => {
  const { name, help, type, samples } = metric;
  if (type === 'histogram') {
    registry.registerMetric(histogramOf(name, help, metric.samples));
    return;
  }
  const settings = { name, help, labelNames: Object.keys(samples[0]?.labels ?? {}), registers: [registry] };
  if (type === 'counter') {
    const counter = new Counter(settings);
    for (const { labels, value } of samples) counter.inc(labels, value);
  } else {
    const gauge = new Gauge(settings);
    for (const { labels, value } of samples) gauge.set(labels, value);
  }
};

/**
 * prom-client's own histogram can only be observed, value by value. The registry asks a metric for no more than its name
 * and its values.
 */
const histogramOf = (name: string, help: string, samples: readonly HistogramSample[]): Histogram => {
  const values = samples.flatMap((sample) => linesOf(name, sample));
  const metric = { name, help, type: 'histogram', aggregator: 'sum', values };
  return { name, get: async () => metric } as unknown as Histogram;
};

/** Each bucket counts what is within its bound, so that the last one counts everything. */
const linesOf = (name: string, { labels, bounds, counts, sum }: HistogramSample) => {
  let count = 0;
  const buckets = Array.from(counts, (inBucket, at) => {
    count += inBucket;
    return {
      metricName: `${name}_bucket`,
      labels: { ...labels, le: String(bounds[at] ?? '+Inf') },
      value: count,
    };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
};
