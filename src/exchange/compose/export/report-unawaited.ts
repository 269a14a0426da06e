import type { Process } from '../../export/pod.ts';
import type { Losses } from '../../form/losses.ts';

/** An init task is a service like any other: only those that wait for its end say that it has one. */
export const reportUnawaited = (processes: readonly Process[], losses: Losses): void => {
  const awaited = new Set(
    processes.flatMap(({ dependsOn }) =>
      dependsOn.filter(({ condition }) => condition === 'completed').map(({ process }) => process),
    ),
  );
  for (const { name, role } of processes)
    if (role === 'init' && !awaited.has(name))
      losses.of(name)('no service waits for its end, and its failure stops nothing', 'init');
};
