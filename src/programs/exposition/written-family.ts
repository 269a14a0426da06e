import type { Family } from './read-families.ts';
import type { MetricType, Sample } from './sample.ts';

/** A family as one of the formats has it. */
export interface WrittenFamily {
  readonly name: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

/**
 * In OpenMetrics `_total` is that of the sample and not of the family, and a counter without it has no type: its name would be
 * another one for every scraper that takes OpenMetrics.
 */
export const writtenFamily = (family: Family, isOpen: boolean): WrittenFamily => {
  const { name } = family;
  const samples = family.samples.filter((sample) => !isCreated(sample, family));
  const type = typeIn(family.type ?? 'unknown', isOpen);
  if (family.type === 'info' && !isOpen) return { name: `${name}_info`, type, samples };
  if (family.type !== 'counter') return { name, type, samples };
  const sample = samples[0]?.name ?? name;
  if (!isOpen) return { name: sample, type, samples };
  return sample.endsWith('_total')
    ? { name: withoutTotal(sample), type, samples }
    : { name, type: 'unknown', samples };
};

export const withoutTotal = (name: string): string => name.replace(/_total$/, '');

/** When a series began is no value of its own for who does not know that. */
const isCreated = ({ name }: Sample, { type }: Family): boolean =>
  name.endsWith('_created') && (type === 'counter' || type === 'histogram' || type === 'summary');

/** What the text format does not have is written as a gauge, whose samples have any name. */
const typeIn = (type: MetricType, isOpen: boolean): string => {
  if (isOpen) return type;
  if (type === 'unknown') return 'untyped';
  return type === 'info' || type === 'stateset' || type === 'gaugehistogram' ? 'gauge' : type;
};
