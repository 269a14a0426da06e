import type { MetricsAdapterOptions, MetricsSource } from '../../config/observe/metrics-adapter.ts';

/** One source, or a list of them. */
export const sourcesIn = ({ from }: MetricsAdapterOptions): readonly MetricsSource[] =>
  Array.isArray(from) ? from : [from as MetricsSource];
