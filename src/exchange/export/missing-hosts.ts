import type { Losses } from '../form/losses.ts';
import type { Inside } from './inside.ts';
import type { Process } from './pod.ts';

/** Whoever gets nothing but the number of a port looks for it at localhost. `elsewhere`: where it is, as `another pod`. */
export const reportMissingHosts = (
  { name, launch, files }: Process,
  inside: Inside,
  losses: Losses,
  elsewhere: string,
): void => {
  const { command, env } = launch;
  const fields = { command, env: [env.pod, env.own], files };
  for (const [field, value] of Object.entries(fields))
    for (const port of inside.portsWithoutHost(value))
      losses.of(name)(
        `${port} is in ${elsewhere}, and has no host beside it; write 'localhost:\${ports.${port}}'`,
        field,
      );
};
