import { type Metric, Registry } from 'prom-client';
import type { Exposition } from '../admin/exposition.ts';
import { isPlainFamily, plainFamily } from './plain-names.ts';
import { quotedFamily } from './quoted-family.ts';
import type { Family } from './read-families.ts';
import type { Labels, Sample } from './sample.ts';
import { withoutTotal, writtenFamily } from './written-family.ts';

/**
 * Writes families in the format that a scraper takes: OpenMetrics with exemplars, or Prometheus' text format. Names that
 * need quotes are written as they are for who takes them (`escaping=allow-utf-8`), and with `_` for others.
 */
export const writeExposition = async (families: readonly Family[], accept: string): Promise<Exposition> => {
  const isOpen = /application\/openmetrics-text/.test(accept);
  const takesQuotes = /escaping=allow-utf-8/.test(accept);
  const registry = new Registry();
  if (isOpen) registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  const quoted = takesQuotes ? families.filter((family) => !isPlainFamily(family)) : [];
  const plain = takesQuotes ? families.filter(isPlainFamily) : families.map(plainFamily);
  for (const family of plain) register(family, registry, isOpen);
  const text = await registry.metrics();
  const more = quoted.map((family) => quotedFamily(family, isOpen)).join('');
  const at = isOpen ? text.lastIndexOf('# EOF') : text.length;
  const type = takesQuotes ? `${registry.contentType}; escaping=allow-utf-8` : registry.contentType;
  return { text: `${text.slice(0, at)}${more}${text.slice(at)}`, type };
};

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar?: object;
}

/** The registry asks a metric for no more than its name and its values. */
const register = (family: Family, registry: Registry, isOpen: boolean): void => {
  const { name, type, samples } = writtenFamily(family, isOpen);
  if (registry.getSingleMetric(name) !== undefined) return;
  const values = samples.map((sample) => writtenValue(sample, type, isOpen));
  const metric = { name, help: family.help ?? family.name, type, aggregator: 'sum', values };
  registry.registerMetric({ name, get: async () => metric } as unknown as Metric);
};

const writtenValue = ({ name, labels, value, exemplar }: Sample, type: string, isOpen: boolean): Value => ({
  // The library adds `_total` itself in OpenMetrics.
  metricName: type === 'counter' && isOpen ? withoutTotal(name) : name,
  labels: objectOf(labels),
  value,
  ...(exemplar === null || !isOpen
    ? {}
    : {
        exemplar: {
          labelSet: objectOf(exemplar.labels),
          value: exemplar.value,
          timestamp: (exemplar.timestamp ?? Date.now()) / 1_000,
        },
      }),
});

const objectOf = (labels: Labels): Readonly<Record<string, string>> => Object.fromEntries(labels);
