import { type Exposition, exposition } from '../admin/exposition.ts';
import { processMetrics } from '../admin/process-metrics.ts';
import { familiesOf } from './families/families.ts';
import type { RunningMonitor } from './running-monitor.ts';

/** What the monitor tells of the pod. */
export const podMetrics = (monitor: RunningMonitor): Promise<Exposition> =>
  exposition(familiesOf(monitor.processes, monitor.options));

/** What it tells of itself. */
export const ownMetrics = (monitor: RunningMonitor): Promise<Exposition> =>
  exposition([
    {
      name: 'sidecar_limit_breaches_total',
      help: 'Times that a process was above a limit for long enough.',
      type: 'counter',
      samples: [...monitor.breaches.values()].map(({ breach: { limit }, count }) => ({
        labels: { process: limit.process, resource: limit.resource, action: limit.action },
        value: count,
      })),
    },
    ...processMetrics(),
  ]);
