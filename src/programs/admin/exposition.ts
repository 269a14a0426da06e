import { Counter, Gauge, Registry } from 'prom-client';

/** A metric with its samples. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
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

const register = ({ name, help, type, samples }: Metric, registry: Registry): void => {
  const labelNames = Object.keys(samples[0]?.labels ?? {});
  const settings = { name, help, labelNames, registers: [registry] };
  if (type === 'counter') {
    const counter = new Counter(settings);
    for (const { labels, value } of samples) counter.inc(labels, value);
  } else {
    const gauge = new Gauge(settings);
    for (const { labels, value } of samples) gauge.set(labels, value);
  }
};
