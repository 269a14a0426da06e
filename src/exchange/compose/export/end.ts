import type { Process } from '../../export/pod.ts';

/** What to say to Compose so that the pod ends with its only primary. It watches what it is told to start. */
export const endOf = (processes: readonly Process[]): readonly string[] => {
  const [primary, ...more] = processes.filter(({ role }) => role === 'primary');
  if (primary === undefined || more.length > 0 || primary.restart.policy === 'always') return [];
  const hasInit = processes.some(({ role }) => role === 'init');
  return [
    `Compose goes on when ${primary.name} has ended. This ends with it, and with its exit code:`,
    `  docker compose up --exit-code-from ${primary.name}${hasInit ? ` ${primary.name}` : ''}`,
  ];
};
