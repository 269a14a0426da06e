import type { Metric, Sample } from '../../admin/exposition.ts';
import type { Observed } from '../observed-pod.ts';
import { type LabelsOf, metric } from './build.ts';

const STATES = [
  ...['pending', 'starting', 'running', 'ready', 'backoff'],
  ...['stopping', 'completed', 'failed', 'stopped'],
];

/** What only a supervisor knows. */
export const ownFamilies = (
  processes: readonly Observed[],
  pod: string,
  withProbes: boolean,
): readonly Metric[] => {
  const labels: LabelsOf = ({ name, role }) => ({ pod, process: name, role });
  const each = (read: (process: Observed) => number): readonly Sample[] =>
    processes.map((process) => ({ labels: labels(process), value: read(process) }));
  return [
    metric(
      'sidecarctl_process_ready',
      'gauge',
      '1: it is ready.',
      each(({ state }) => Number(state === 'ready')),
    ),
    metric(
      'sidecarctl_process_restarts_total',
      'counter',
      'Restarts.',
      each(({ restarts }) => restarts),
    ),
    metric(
      'sidecarctl_process_state',
      'gauge',
      '1: it is in this state.',
      STATES.flatMap((state) =>
        processes.map((process) => ({
          labels: { ...labels(process), state },
          value: Number(process.state === state),
        })),
      ),
    ),
    ...measured(processes, labels),
    ...(withProbes ? [probes(processes, labels)] : []),
  ];
};

const measured = (processes: readonly Observed[], labels: LabelsOf): readonly Metric[] => {
  const running = processes.flatMap((process) =>
    process.usage === null ? [] : [{ process, usage: process.usage }],
  );
  return [
    metric(
      'sidecarctl_process_tree_size',
      'gauge',
      'Processes of its tree.',
      running.map(({ process, usage }) => ({ labels: labels(process), value: usage.processes })),
    ),
    metric(
      'sidecarctl_process_cpu_cores',
      'gauge',
      'Cores in use since the last sample.',
      running.map(({ process, usage }) => ({ labels: labels(process), value: usage.cpu })),
    ),
  ];
};

const probes = (processes: readonly Observed[], labels: LabelsOf): Metric =>
  metric(
    'sidecarctl_probe_success',
    'gauge',
    '1: the newest result of the probe is a success.',
    processes.flatMap((process) =>
      [...process.probes].map(([probe, ok]) => ({
        labels: { ...labels(process), probe },
        value: Number(ok),
      })),
    ),
  );
