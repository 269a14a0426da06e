import type { Metric, Sample } from '../../admin/exposition.ts';
import type { UsageDetails } from '../../pod/pod-usage.ts';
import type { Observed } from '../observed-pod.ts';

type Type = 'counter' | 'gauge';
type Labels = Readonly<Record<string, string>>;

/** Labels that say of which process a sample is. */
export type LabelsOf = (process: Observed) => Labels;

export const metric = (name: string, type: Type, help: string, samples: readonly Sample[]): Metric => ({
  ...{ name, type, help, samples },
});

/** A value of every process that has been measured closely. */
export const perProcess = (
  processes: readonly Observed[],
  labelsOf: LabelsOf,
  read: (details: UsageDetails, process: Observed) => number | null,
): readonly Sample[] =>
  processes.flatMap((process) => {
    const details = process.usage?.details;
    const value = details === undefined ? null : read(details, process);
    return value === null ? [] : [{ labels: labelsOf(process), value }];
  });

/** Several values of every process, which one label tells apart. */
export const perKind = (
  processes: readonly Observed[],
  labelsOf: LabelsOf,
  label: string,
  kinds: Readonly<Record<string, (details: UsageDetails) => number | null>>,
): readonly Sample[] =>
  Object.entries(kinds).flatMap(([kind, read]) =>
    perProcess(processes, (process) => ({ ...labelsOf(process), [label]: kind }), read),
  );
