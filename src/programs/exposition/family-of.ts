import type { MetricType } from './sample.ts';

/** What the names of samples have after that of their family. The text format has `_total` in the name of the family. */
const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['_sum', '_count', '_created'],
  unknown: [],
  info: ['_info'],
  stateset: [],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
};

/** Name of the family of a sample, by the types that the exposition has told so far. */
export const familyOf = (name: string, types: ReadonlyMap<string, MetricType>): string => {
  if (types.has(name)) return name;
  const at = name.lastIndexOf('_');
  if (at <= 0) return name;
  const family = name.slice(0, at);
  const type = types.get(family);
  return type !== undefined && SUFFIXES[type].includes(name.slice(at)) ? family : name;
};
