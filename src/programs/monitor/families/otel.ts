import type { Metric } from '../../admin/exposition.ts';
import type { Observed } from '../observed-pod.ts';
import { type LabelsOf, metric, perKind, perProcess } from './build.ts';

/**
 * Names that every client library of Prometheus has, where there is one, else those of OpenTelemetry's semantic conventions
 * in Prometheus' form: https://opentelemetry.io/docs/specs/semconv/system/process-metrics/.
 */
export const otelFamilies = (processes: readonly Observed[], pod: string): readonly Metric[] => {
  const labels: LabelsOf = ({ name }) => ({ pod, process: name });
  return [
    metric(
      'process_cpu_seconds_total',
      'counter',
      'Time on a processor since the launch, of all processes of the tree.',
      perKind(processes, labels, 'cpu_mode', {
        user: ({ cpuSeconds }) => cpuSeconds.user,
        system: ({ cpuSeconds }) => cpuSeconds.system,
      }),
    ),
    ...memory(processes, labels),
    ...files(processes, labels),
    ...activity(processes, labels),
    metric(
      'process_start_time_seconds',
      'gauge',
      'Start of the main process.',
      perProcess(processes, labels, ({ startedAt }) => startedAt / 1_000),
    ),
  ];
};

const memory = (processes: readonly Observed[], labels: LabelsOf): readonly Metric[] => [
  metric(
    'process_resident_memory_bytes',
    'gauge',
    'Resident memory: what processes share counts for each of them.',
    perProcess(processes, labels, (details) => details.memory.resident),
  ),
  metric(
    'process_proportional_memory_bytes',
    'gauge',
    'Resident memory: what processes share is divided by their number.',
    perProcess(processes, labels, (details) => details.memory.proportional),
  ),
  metric(
    'process_virtual_memory_bytes',
    'gauge',
    'Virtual memory.',
    perProcess(processes, labels, (details) => details.memory.virtual),
  ),
];

const files = (processes: readonly Observed[], labels: LabelsOf): readonly Metric[] => [
  metric(
    'process_open_fds',
    'gauge',
    'Open descriptors.',
    perProcess(processes, labels, ({ openFiles }) => openFiles),
  ),
  metric(
    'process_max_fds',
    'gauge',
    'Descriptors that the main process may have open.',
    perProcess(processes, labels, ({ maxOpenFiles }) => maxOpenFiles),
  ),
];

const activity = (processes: readonly Observed[], labels: LabelsOf): readonly Metric[] => [
  metric(
    'process_threads',
    'gauge',
    'Threads.',
    perProcess(processes, labels, ({ threads }) => threads),
  ),
  metric(
    'process_disk_io_bytes_total',
    'counter',
    'Bytes that storage has read and written.',
    perKind(processes, labels, 'disk_io_direction', {
      read: ({ disk }) => disk.read,
      write: ({ disk }) => disk.written,
    }),
  ),
  metric(
    'process_context_switches_total',
    'counter',
    'Context switches of the main threads.',
    perKind(processes, labels, 'process_context_switch_type', {
      voluntary: ({ contextSwitches }) => contextSwitches.voluntary,
      involuntary: ({ contextSwitches }) => contextSwitches.involuntary,
    }),
  ),
  metric(
    'process_paging_faults_total',
    'counter',
    'Page faults.',
    perKind(processes, labels, 'process_paging_fault_type', {
      minor: ({ pageFaults }) => pageFaults.minor,
      major: ({ pageFaults }) => pageFaults.major,
    }),
  ),
];
