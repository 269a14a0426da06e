import { type Exposition, exposition, type Metric } from '../admin/exposition.ts';
import { processMetrics } from '../admin/process-metrics.ts';
import type { Scrapes } from './scrape/scrapes.ts';

/** What the store has, how the scrapes went, and the metrics of the process. */
export const metricsOf = ({ store, targets }: Scrapes): Promise<Exposition> => {
  const sum = (which: keyof (typeof targets)[number]['counts']): number =>
    targets.reduce((total, { counts }) => total + counts[which], 0);
  return exposition([
    single('prometheus_tsdb_head_series', 'gauge', 'Series in memory.', store.size),
    single('prometheus_tsdb_head_samples', 'gauge', 'Samples in memory.', store.samples),
    single('prometheus_tsdb_head_bytes', 'gauge', 'Memory of the samples.', store.bytes),
    single('sidecar_series_refused_total', 'counter', 'Samples of series without room.', store.refused),
    single('sidecar_scrapes_total', 'counter', 'Scrapes.', sum('scrapes')),
    single('sidecar_scrape_failures_total', 'counter', 'Scrapes that failed.', sum('failures')),
    single('sidecar_scrape_mistakes_total', 'counter', 'Lines that meant nothing.', sum('mistakes')),
    single('sidecar_scrape_late_samples_total', 'counter', 'Samples that came twice or late.', sum('late')),
    ...processMetrics(),
  ]);
};

const single = (name: string, type: 'counter' | 'gauge', help: string, value: number): Metric => ({
  ...{ name, type, help },
  samples: [{ labels: {}, value }],
});
