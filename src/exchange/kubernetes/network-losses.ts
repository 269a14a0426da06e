import type { Process } from '../export/pod.ts';
import type { Losses } from '../form/losses.ts';
import type { InsidePod } from './inside-pod.ts';

/** Containers of a pod share their network: two of them cannot listen on one number. */
export const reportSharedNumbers = (
  processes: readonly Process[],
  inside: InsidePod,
  losses: Losses,
): void => {
  const users = new Map<string, string>();
  for (const { name, ports } of processes)
    for (const port of ports) {
      const number = inside.port(name, port.name);
      const address = `${number}/${port.protocol}`;
      const other = users.get(address);
      users.set(address, other ?? name);
      if (other !== undefined && other !== name)
        losses.of(name)(
          `${other} listens on ${number}, too, and containers of a pod share their network`,
          `ports.${port.name}`,
        );
    }
};
