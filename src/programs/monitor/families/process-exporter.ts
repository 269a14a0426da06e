import type { Metric } from '../../admin/exposition.ts';
import type { Observed } from '../observed-pod.ts';
import { type LabelsOf, metric, perKind, perProcess } from './build.ts';

const PREFIX = 'namedprocess_namegroup_';

/** The names of process-exporter, for the dashboards that there are: https://github.com/ncabatoff/process-exporter. */
export const processExporterFamilies = (processes: readonly Observed[], pod: string): readonly Metric[] => {
  const labels: LabelsOf = ({ name }) => ({ pod, groupname: name });
  return [...counters(processes, labels), ...gauges(processes, labels)];
};

const counters = (processes: readonly Observed[], labels: LabelsOf): readonly Metric[] => [
  metric(
    `${PREFIX}cpu_seconds_total`,
    'counter',
    'CPU time in seconds.',
    perKind(processes, labels, 'mode', {
      user: ({ cpuSeconds }) => cpuSeconds.user,
      system: ({ cpuSeconds }) => cpuSeconds.system,
    }),
  ),
  metric(
    `${PREFIX}read_bytes_total`,
    'counter',
    'Bytes that storage has read.',
    perProcess(processes, labels, ({ disk }) => disk.read),
  ),
  metric(
    `${PREFIX}write_bytes_total`,
    'counter',
    'Bytes that storage has written.',
    perProcess(processes, labels, ({ disk }) => disk.written),
  ),
  metric(
    `${PREFIX}major_page_faults_total`,
    'counter',
    'Major page faults.',
    perProcess(processes, labels, ({ pageFaults }) => pageFaults.major),
  ),
  metric(
    `${PREFIX}minor_page_faults_total`,
    'counter',
    'Minor page faults.',
    perProcess(processes, labels, ({ pageFaults }) => pageFaults.minor),
  ),
  metric(
    `${PREFIX}context_switches_total`,
    'counter',
    'Context switches.',
    perKind(processes, labels, 'ctxswitchtype', {
      voluntary: ({ contextSwitches }) => contextSwitches.voluntary,
      nonvoluntary: ({ contextSwitches }) => contextSwitches.involuntary,
    }),
  ),
];

const gauges = (processes: readonly Observed[], labels: LabelsOf): readonly Metric[] => [
  metric(
    `${PREFIX}memory_bytes`,
    'gauge',
    'Bytes of memory.',
    perKind(processes, labels, 'memtype', {
      resident: ({ memory }) => memory.resident,
      virtual: ({ memory }) => memory.virtual,
      swapped: ({ memory }) => memory.swapped,
      proportionalResident: ({ memory }) => memory.proportional,
    }),
  ),
  metric(
    `${PREFIX}num_procs`,
    'gauge',
    'Processes.',
    perProcess(processes, labels, (_, { usage }) => usage?.processes ?? null),
  ),
  metric(
    `${PREFIX}num_threads`,
    'gauge',
    'Threads.',
    perProcess(processes, labels, ({ threads }) => threads),
  ),
  metric(
    `${PREFIX}open_filedesc`,
    'gauge',
    'Open descriptors.',
    perProcess(processes, labels, ({ openFiles }) => openFiles),
  ),
  metric(
    `${PREFIX}worst_fd_ratio`,
    'gauge',
    'The greatest share of its limit of descriptors that one of the processes has open.',
    perProcess(processes, labels, ({ worstOpenFiles }) => worstOpenFiles),
  ),
  metric(
    `${PREFIX}oldest_start_time_seconds`,
    'gauge',
    'Start of the main process.',
    perProcess(processes, labels, ({ startedAt }) => startedAt / 1_000),
  ),
  metric(
    `${PREFIX}states`,
    'gauge',
    'Processes by state.',
    perKind(processes, labels, 'state', {
      Running: ({ states }) => states.running,
      Sleeping: ({ states }) => states.sleeping,
      Waiting: ({ states }) => states.waiting,
      Other: ({ states }) => states.other,
    }),
  ),
];
