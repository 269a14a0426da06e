import { type Exposition, exposition, type Metric } from '../admin/exposition.ts';
import { processMetrics } from '../admin/process-metrics.ts';
import type { Intake } from './intake.ts';

/** What was received by each protocol, what is kept, and those of the process. */
export const metricsOf = ({ counts, window }: Intake): Promise<Exposition> =>
  exposition([
    ofEach('sidecar_log_received_lines_total', 'Lines that were taken.', counts.all, 'lines'),
    ofEach('sidecar_log_received_characters_total', 'Characters of these lines.', counts.all, 'characters'),
    ofEach(
      'sidecar_log_refused_total',
      'Requests, messages and items that were refused.',
      counts.all,
      'refused',
    ),
    gauge('sidecar_log_window_lines', 'Lines that are kept.', window.records),
    gauge('sidecar_log_window_bytes', 'Memory that is taken for them.', window.held),
    ...processMetrics(),
  ]);

const ofEach = (
  name: string,
  help: string,
  all: Intake['counts']['all'],
  figure: 'lines' | 'characters' | 'refused',
): Metric => ({
  ...{ name, help, type: 'counter' },
  samples: Object.entries(all).map(([protocol, counts]) => ({ labels: { protocol }, value: counts[figure] })),
});

const gauge = (name: string, help: string, value: number): Metric => ({
  ...{ name, help, type: 'gauge' },
  samples: [{ labels: {}, value }],
});
