import { readdirSync } from 'node:fs';
import type { Metric } from './exposition.ts';

/** The metrics that Prometheus' own libraries have of a process, under their names. */
export const processMetrics = (): readonly Metric[] => {
  const { user, system } = process.cpuUsage();
  return [
    single('process_cpu_seconds_total', 'counter', 'Time on the processor.', (user + system) / 1e6),
    single('process_resident_memory_bytes', 'gauge', 'Resident memory.', process.memoryUsage.rss()),
    single('process_start_time_seconds', 'gauge', 'Time of the start.', startedAt()),
    ...openDescriptors().map((count) => single('process_open_fds', 'gauge', 'Open descriptors.', count)),
  ];
};

const single = (name: string, type: 'counter' | 'gauge', help: string, value: number): Metric => ({
  ...{ name, type, help },
  samples: [{ labels: {}, value }],
});

const startedAt = (): number => Math.round(Date.now() / 1000 - process.uptime());

/** None where there is no `/proc`. */
const openDescriptors = (): readonly number[] => {
  try {
    return [readdirSync('/proc/self/fd').length];
  } catch {
    return [];
  }
};
