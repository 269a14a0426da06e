import type { Metric } from '../../admin/exposition.ts';
import type { Observed } from '../observed-pod.ts';
import { type LabelsOf, metric, perProcess } from './build.ts';

/**
 * The names of cAdvisor and kube-state-metrics, with each process as a container. Without a cgroup of its own, a process
 * has no working set: this is its resident memory.
 */
export const kubernetesFamilies = (processes: readonly Observed[], pod: string): readonly Metric[] => {
  const labels: LabelsOf = ({ name }) => ({ pod, container: name });
  return [...containers(processes, labels), ...statuses(processes, labels)];
};

const containers = (processes: readonly Observed[], labels: LabelsOf): readonly Metric[] => [
  metric(
    'container_cpu_usage_seconds_total',
    'counter',
    'CPU time in seconds.',
    perProcess(processes, labels, ({ cpuSeconds }) => cpuSeconds.user + cpuSeconds.system),
  ),
  metric(
    'container_memory_working_set_bytes',
    'gauge',
    'Resident memory.',
    perProcess(processes, labels, ({ memory }) => memory.resident),
  ),
  metric(
    'container_processes',
    'gauge',
    'Processes.',
    perProcess(processes, labels, (_, { usage }) => usage?.processes ?? null),
  ),
  metric(
    'container_threads',
    'gauge',
    'Threads.',
    perProcess(processes, labels, ({ threads }) => threads),
  ),
  metric(
    'container_file_descriptors',
    'gauge',
    'Open descriptors.',
    perProcess(processes, labels, ({ openFiles }) => openFiles),
  ),
  metric(
    'container_start_time_seconds',
    'gauge',
    'Start of the main process.',
    perProcess(processes, labels, ({ startedAt }) => startedAt / 1_000),
  ),
];

const statuses = (processes: readonly Observed[], labels: LabelsOf): readonly Metric[] => [
  metric(
    'kube_pod_container_state_started',
    'gauge',
    'Start of the main process.',
    perProcess(processes, labels, ({ startedAt }) => startedAt / 1_000),
  ),
  status(processes, labels, 'restarts_total', 'counter', 'Restarts.', ({ restarts }) => restarts),
  status(processes, labels, 'ready', 'gauge', '1: ready.', ({ state }) => (state === 'ready' ? 1 : 0)),
  status(processes, labels, 'running', 'gauge', '1: it runs.', ({ state }) => (RUNNING.has(state) ? 1 : 0)),
  status(processes, labels, 'waiting', 'gauge', '1: it waits to run.', ({ state }) =>
    state === 'pending' || state === 'backoff' ? 1 : 0,
  ),
  status(processes, labels, 'terminated', 'gauge', '1: it has ended.', ({ state }) =>
    TERMINATED.has(state) ? 1 : 0,
  ),
];

const RUNNING: ReadonlySet<string> = new Set(['starting', 'running', 'ready', 'stopping']);
const TERMINATED: ReadonlySet<string> = new Set(['completed', 'failed', 'stopped']);

const status = (
  processes: readonly Observed[],
  labels: LabelsOf,
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  read: (process: Observed) => number,
): Metric =>
  metric(
    `kube_pod_container_status_${name}`,
    type,
    help,
    processes.map((process) => ({ labels: labels(process), value: read(process) })),
  );
