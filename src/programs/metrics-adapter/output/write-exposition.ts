import { type Metric, Registry } from 'prom-client';
import type { Exposition } from '../../admin/exposition.ts';
import type { Family } from '../../exposition/read-families.ts';
import type { Labels, MetricType, Sample } from '../../exposition/sample.ts';
import { isPlainFamily, plainFamily } from './plain-names.ts';
import { quotedFamily } from './quoted-family.ts';

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
  const name = familyNameIn(family, isOpen);
  if (registry.getSingleMetric(name) !== undefined) return;
  const type = typeIn(family.type ?? 'unknown', isOpen);
  const values = family.samples
    .filter((sample) => !isCreated(sample, family))
    .map((sample) => writtenValue(sample, type, isOpen));
  const metric = { name, help: family.help ?? family.name, type, aggregator: 'sum', values };
  registry.registerMetric({ name, get: async () => metric } as unknown as Metric);
};

/** When a series began is no value of its own for who does not know that. */
const isCreated = ({ name }: Sample, { type }: Family): boolean =>
  name.endsWith('_created') && (type === 'counter' || type === 'histogram' || type === 'summary');

/** In OpenMetrics `_total` is that of the sample and not of the family. */
const familyNameIn = ({ name, type }: Family, isOpen: boolean): string => {
  if (type === 'info' && !isOpen) return `${name}_info`;
  if (type !== 'counter') return name;
  const base = name.replace(/_total$/, '');
  return isOpen ? base : `${base}_total`;
};

/** What the text format does not have is written as a gauge, whose samples have any name. */
const typeIn = (type: MetricType, isOpen: boolean): string => {
  if (isOpen) return type;
  if (type === 'unknown') return 'untyped';
  return type === 'info' || type === 'stateset' || type === 'gaugehistogram' ? 'gauge' : type;
};

const writtenValue = ({ name, labels, value, exemplar }: Sample, type: string, isOpen: boolean): Value => ({
  // The library adds `_total` itself in OpenMetrics.
  metricName: type === 'counter' ? counterName(name, isOpen) : name,
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

const counterName = (name: string, isOpen: boolean): string => {
  const base = name.replace(/_total$/, '');
  return isOpen ? base : `${base}_total`;
};

const objectOf = (labels: Labels): Readonly<Record<string, string>> => Object.fromEntries(labels);
