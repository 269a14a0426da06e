import { INSTANCE } from '../export/environment.ts';
import { differences } from '../export/instances.ts';
import type { Part } from '../export/parts.ts';
import type { Losses } from '../form/losses.ts';
import type { Kind } from './export-options.ts';
import type { InsidePod } from './inside-pod.ts';

/** Replicas are all the same: whatever is another one in each instance of an app is lost. */
export const reportInstances = (
  { processes, twins, volumes, replicas, name: part }: Part,
  kind: Kind,
  inside: InsidePod,
  losses: Losses,
): void => {
  if (replicas === 1) return;
  const seen = (value: unknown, instance: number | null) => inside.seenBy(instance).filled(value);
  if (kind === 'pod') losses.of(null)(`a Pod is one instance of ${part}, not ${replicas}`, 'kind');
  const kept = volumes.filter(({ lifetime }) => lifetime === 'persist');
  for (const { name } of kind === 'statefulset' ? [] : kept)
    losses.of(null)(
      "all replicas have the same claim; '--kind statefulset' makes one for each",
      `volumes.${name}`,
    );
  for (const process of processes) {
    const twin = twins.find(({ name }) => name === process.name);
    const lost = losses.of(process.name);
    if (process.launch.env.injected[INSTANCE] !== undefined)
      lost('replicas have no number', `env.${INSTANCE}`);
    for (const field of twin === undefined ? [] : differences(process, twin, seen))
      lost('instances differ in it, and replicas do not; all have that of the first', field);
  }
};
