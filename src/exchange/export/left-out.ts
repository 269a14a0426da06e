import { symbolsIn } from '../../config/resolve/symbolic/fill-symbols.ts';
import type { Losses } from '../form/losses.ts';
import type { Pod, Process } from './pod.ts';

/** A pod in which nobody is told of processes that are left out. */
export const withoutLeftOut = (pod: Pod): Pod => {
  const isThere = (name: string): boolean => pod.processes.get(name)?.desired === true;
  const told = (process: Process): Process => {
    const { env } = process.launch;
    const services = kept(env.services, (value) => namedIn(value).every(isThere));
    const provided = kept(env.provided, ({ by }) => isThere(String(by)));
    return { ...process, launch: { ...process.launch, env: { ...env, services, provided } } };
  };
  return { ...pod, processes: new Map([...pod.processes].map(([name, process]) => [name, told(process)])) };
};

const kept = <Value>(
  all: Readonly<Record<string, Value>>,
  isKept: (value: Value) => boolean,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => isKept(value)));

/** Processes whose addresses are in a value. */
const namedIn = (value: unknown): readonly string[] =>
  symbolsIn(value).flatMap((symbol) =>
    symbol.is === 'port' || symbol.is === 'host' ? [symbol.process] : [],
  );

/** Tells which values have the address of a process that is left out. */
export const reportLeftOut = ({ processes }: Pod, losses: Losses): void => {
  for (const { name, desired, launch, files } of processes.values()) {
    const { command, env } = launch;
    const fields = { command, env: [env.pod, env.own], files };
    for (const [field, value] of desired ? Object.entries(fields) : [])
      for (const other of new Set(namedIn(value)))
        if (processes.get(other)?.desired !== true)
          losses.of(name)(`it has the address of ${other}, which is left out`, field);
  }
};
