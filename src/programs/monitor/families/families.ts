import type { Metric } from '../../admin/exposition.ts';
import type { Observed } from '../observed-pod.ts';
import type { Vocabulary } from '../options.ts';
import { kubernetesFamilies } from './kubernetes.ts';
import { otelFamilies } from './otel.ts';
import { ownFamilies } from './own.ts';
import { processExporterFamilies } from './process-exporter.ts';

export interface Shown {
  readonly pod: string;
  readonly names: readonly Vocabulary[];
  readonly probes: boolean;
}

const FAMILIES: Readonly<
  Record<Vocabulary, (processes: readonly Observed[], pod: string) => readonly Metric[]>
> = {
  otel: otelFamilies,
  'process-exporter': processExporterFamilies,
  kubernetes: kubernetesFamilies,
};

/** All metrics of a pod, in the names that were chosen, and in those that only sidecarctl has. */
export const familiesOf = (
  processes: readonly Observed[],
  { pod, names, probes }: Shown,
): readonly Metric[] => [
  ...names.flatMap((name) => FAMILIES[name](processes, pod)),
  ...ownFamilies(processes, pod, probes),
];
