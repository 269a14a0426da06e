import { keyOf } from '../../export/chosen-ports.ts';
import type { DeclaredPort, DeclaredPorts } from '../../export/declared.ts';
import { inFrontOf } from '../../export/order.ts';
import type { Part, Parts } from '../../export/parts.ts';

export interface Publishing {
  /** Whether its ports are for this machine even if the config leaves their numbers open. */
  readonly isOpen: boolean;
  readonly declared: PortsByKey;
  /** Number of containers of the service: only one of them could have a number on this machine. */
  readonly replicas: number;
}

export type PortsByKey = ReadonlyMap<string, DeclaredPort>;

/** Ports as the config has them, by the name of their process in its part, and their own. */
export const portsByKey = (declared: DeclaredPorts, { nameOf }: Parts): PortsByKey =>
  new Map(
    [...declared].flatMap(([process, ports]) =>
      [...ports].map(([name, port]) => [keyOf(nameOf(process), name), port] as const),
    ),
  );

/** Primaries, and what stands in front of them. */
export const openIn = (parts: readonly Part[]): ReadonlySet<string> =>
  new Set(
    parts.flatMap(({ processes }) =>
      [...processes.filter(({ role }) => role === 'primary'), ...inFrontOf(processes)].map(
        ({ name }) => name,
      ),
    ),
  );
