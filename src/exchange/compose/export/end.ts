import type { Process } from '../../export/pod.ts';

/**
 * What to say to Compose so that the pod ends with its only primary. It watches what it is
 * told to start, and the end of an init task would end all the others.
 */
export const endOf = (processes: readonly Process[]): readonly string[] => {
  const [primary, ...more] = processes.filter(({ role }) => role === 'primary');
  if (primary === undefined || more.length > 0 || primary.restart.policy === 'always') return [];
  const hasInit = processes.some(({ role }) => role === 'init');
  const named = hasInit
    ? [primary.name, ...besides(primary, processes)].map((name) => ` ${name}`).join('')
    : '';
  return [
    `Compose goes on when ${primary.name} has ended. This ends with it, and with its exit code:`,
    `  docker compose up --exit-code-from ${primary.name}${named}`,
  ];
};

/** Services that start by themselves, and that the primary does not need. */
const besides = (primary: Process, processes: readonly Process[]): readonly string[] => {
  const needed = new Set([primary.name]);
  for (const { name, dependsOn } of processes.toReversed())
    if (needed.has(name)) for (const { process } of dependsOn) needed.add(process);
  return processes
    .filter(
      ({ name, role, restart }) => role === 'sidecar' && restart.policy !== 'never' && !needed.has(name),
    )
    .map(({ name }) => name);
};
