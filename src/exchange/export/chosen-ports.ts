import type { DeclaredPorts } from './declared.ts';
import type { Parts } from './parts.ts';

/** Numbers that processes listen on, by the name of their process in its part, and their own. */
export type ChosenPorts = ReadonlyMap<string, number>;

/** Numbers for ports that the config leaves open, from this one. */
const FIRST_PORT = 8080;

export const keyOf = (process: string, port: string): string => `${process}\0${port}`;

/** A port that the config leaves open gets the first number that no other one has. */
export const choosePorts = (declared: DeclaredPorts, { nameOf }: Parts): ChosenPorts => {
  const all = new Map(
    [...declared].flatMap(([process, ports]) =>
      [...ports].map(
        ([port, { port: number, target }]) => [keyOf(nameOf(process), port), target ?? number] as const,
      ),
    ),
  );
  const fixed = [...declared.values()].flatMap((ports) => [...ports.values()].map(({ port }) => port));
  const taken = new Set([...all.values(), ...fixed]);
  let next = FIRST_PORT;
  const chosen = (number: number | 'auto'): number => {
    if (number !== 'auto') return number;
    while (taken.has(next)) next++;
    return next++;
  };
  return new Map([...all].map(([key, number]) => [key, chosen(number)]));
};
