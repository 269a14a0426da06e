import { type Exposition, exposition, type Metric, type Sample } from '../admin/exposition.ts';
import { processMetrics } from '../admin/process-metrics.ts';
import type { Adapter } from './adapter.ts';
import type { Source } from './sources/source.ts';

/** What the adapter tells of itself. */
export const ownMetrics = (adapter: Adapter): Promise<Exposition> => {
  const { sources, budget, pushed } = adapter;
  return exposition([
    perSource(
      sources,
      'sidecar_adapter_taken_total',
      'Scrapes, lines or points.',
      ({ figures }) => figures.taken,
    ),
    perSource(
      sources,
      'sidecar_adapter_failed_total',
      'Scrapes that failed; lines and points that mean nothing.',
      ({ figures }) => figures.failed,
    ),
    single('sidecar_adapter_series', 'gauge', 'Series.', budget.used),
    single('sidecar_adapter_refused_total', 'counter', 'New series without room.', budget.refused),
    single(
      'sidecar_adapter_conflicts',
      'gauge',
      'Samples that are left out, because their series is there, or their family has another type.',
      adapter.merged().conflicts,
    ),
    ...(pushed === null ? [] : [points(pushed)]),
    ...processMetrics(),
  ]);
};

const perSource = (
  sources: readonly Source[],
  name: string,
  help: string,
  read: (source: Source) => number,
): Metric => ({
  ...{ name, help, type: 'counter' },
  samples: sources.map((source): Sample => ({ labels: { source: source.name }, value: read(source) })),
});

const single = (name: string, type: 'counter' | 'gauge', help: string, value: number): Metric => ({
  ...{ name, type, help },
  samples: [{ labels: {}, value }],
});

const OUTCOMES = ['sent', 'dropped', 'rejected'] as const;

const PUSHED = {
  otlp: 'sidecar_otlp_points_total',
  remoteWrite: 'sidecar_remote_write_samples_total',
} as const;

const points = (pushed: NonNullable<Adapter['pushed']>): Metric => ({
  ...{ name: PUSHED[pushed.protocol], type: 'counter', help: 'Points, by what became of them.' },
  samples: OUTCOMES.map((outcome) => ({ labels: { outcome }, value: pushed[outcome] })),
});
