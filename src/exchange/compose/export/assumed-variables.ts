import { outsideVariables } from '../../export/outside-variables.ts';
import type { Process } from '../../export/pod.ts';
import type { Losses } from '../../form/losses.ts';
import { pathHere } from './path-here.ts';

/** Compose fills in variables from its own environment and from `.env`; the config may have them from other files. */
export const assumedVariables = (
  processes: readonly Process[],
  folder: string,
  assumptions: Losses,
): void => {
  const names = [...new Set(outsideVariables(processes))];
  const files = processes.flatMap(({ launch }) =>
    launch.env.podFiles.map(({ path }) => pathHere(path, folder)),
  );
  const others = [...new Set(files)].filter((file) => file !== './.env');
  if (names.length > 0 && others.length > 0)
    assumptions.of(null)(
      `${names.join(', ')}: set where Compose is started, or say 'docker compose ${others.map((file) => `--env-file ${file}`).join(' ')}'`,
    );
};
