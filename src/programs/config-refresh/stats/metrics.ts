import { type Exposition, exposition, type Metric, type Sample } from '../../admin/exposition.ts';
import { processMetrics } from '../../admin/process-metrics.ts';
import type { Figures } from './figures.ts';

export const metricsOf = (figures: Figures): Promise<Exposition> =>
  exposition([
    metric('sidecar_config_renders_total', 'counter', 'Files that were put in place.', [
      { labels: {}, value: figures.renders },
    ]),
    metric(
      'sidecar_config_failures_total',
      'counter',
      'Failures, by what has failed.',
      [...figures.failures].map(([stage, value]) => ({ labels: { stage }, value })),
    ),
    metric('sidecar_config_actions_total', 'counter', 'Changes that were acted on.', [
      { labels: {}, value: figures.actions },
    ]),
    metric(
      'sidecar_config_last_success_timestamp_seconds',
      'gauge',
      'Time when all files were last as their sources said.',
      figures.lastRender === null ? [] : [{ labels: {}, value: figures.lastRender / 1000 }],
    ),
    metric(
      'sidecar_config_source_up',
      'gauge',
      'Whether the last attempt of a source has worked.',
      [...figures.sources].map(([source, { works }]) => ({ labels: { source }, value: Number(works) })),
    ),
    metric(
      'sidecar_config_source_failures_total',
      'counter',
      'Failed attempts of a source.',
      [...figures.sources].map(([source, { failures }]) => ({ labels: { source }, value: failures })),
    ),
    ...processMetrics(),
  ]);

const metric = (
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  samples: readonly Sample[],
): Metric => ({ name, type, help, samples });
