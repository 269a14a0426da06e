import { type Exposition, exposition, type Metric } from '../admin/exposition.ts';
import { processMetrics } from '../admin/process-metrics.ts';
import type { Lane } from './pipeline/lane.ts';

/** The metrics of a log shipper, by destination. */
export const metricsOf = (lanes: readonly Lane[]): Promise<Exposition> =>
  exposition([
    ofEach(
      lanes,
      'sidecar_log_read_lines_total',
      'counter',
      'Lines that were read.',
      (lane) => lane.stats.lines.read,
    ),
    ofEach(
      lanes,
      'sidecar_log_read_bytes_total',
      'counter',
      'Bytes of files that were read.',
      (lane) => lane.stats.bytes.read,
    ),
    ofEach(
      lanes,
      'sidecar_log_sent_lines_total',
      'counter',
      'Lines that the destination has taken.',
      (lane) => lane.stats.lines.sent,
    ),
    ofEach(
      lanes,
      'sidecar_log_sent_bytes_total',
      'counter',
      'Bytes of files whose lines were delivered.',
      (lane) => lane.stats.bytes.sent,
    ),
    ofEach(
      lanes,
      'sidecar_log_dropped_lines_total',
      'counter',
      'Lines that the destination refused, and that went to the dead letters.',
      (lane) => lane.stats.lines.dead,
    ),
    ofEach(
      lanes,
      'sidecar_log_dropped_bytes_total',
      'counter',
      'Bytes of files that were gone before they could be read.',
      (lane) => lane.tail.lostBytes,
    ),
    ofEach(
      lanes,
      'sidecar_log_batches_total',
      'counter',
      'Batches that were delivered.',
      (lane) => lane.stats.batches,
    ),
    ofEach(
      lanes,
      'sidecar_log_retries_total',
      'counter',
      'Attempts to deliver a batch that failed.',
      (lane) => lane.stats.retries,
    ),
    ofEach(
      lanes,
      'sidecar_log_lag_bytes',
      'gauge',
      'Bytes of files that are still to be read.',
      (lane) => lane.tail.lag,
    ),
    ofEach(lanes, 'sidecar_log_files', 'gauge', 'Files that are known.', (lane) => lane.tail.files.length),
    ...processMetrics(),
  ]);

const ofEach = (
  lanes: readonly Lane[],
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  read: (lane: Lane) => number,
): Metric => ({
  ...{ name, type, help },
  samples: lanes.map((lane) => ({ labels: { output: lane.name }, value: read(lane) })),
});
