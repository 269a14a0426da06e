import { dirname } from 'node:path';
import { HeldFolder } from '../../files/held-folder.ts';

/** The number of each `auto` port at its last run, by pod, process and port name. */
export type RememberedPorts = ReadonlyMap<string, number>;

export const rememberedKey = (
  pod: string,
  port: { readonly process: string; readonly name: string },
): string => `${pod}/${port.process}/${port.name}`;

const FILE = 'ports.json';
/** Each label (`--name pr-17`) and each former process has its own. */
const MOST = 500;

/** Reads `ports.json`; a missing or broken file counts as empty. `stateFolder` is a path, in the config's folder. */
export const readRememberedPorts = (stateFolder: string): RememberedPorts => {
  try {
    using folder = HeldFolder.open(dirname(stateFolder), stateFolder);
    const content: unknown = JSON.parse(folder.read(FILE));
    const { version, ports } = content as { readonly version?: unknown; readonly ports?: unknown };
    if (version !== 1 || typeof ports !== 'object' || ports === null) return new Map();
    return new Map(Object.entries(ports).filter(([, port]) => Number.isInteger(port)));
  } catch {
    return new Map();
  }
};

/** Adds ports to the remembered ones. A failed write is acceptable: the next run searches for ports again. */
export const rememberPorts = (stateFolder: string, given: RememberedPorts): void => {
  // Read again: a pod that started meanwhile may have added its own.
  const before = new Map(readRememberedPorts(stateFolder));
  if ([...given].every(([key, port]) => before.get(key) === port)) return;
  for (const key of given.keys()) before.delete(key);
  // The newest are at the end; the ones that have not been used for the longest time are dropped.
  const ports = Object.fromEntries([...before, ...given].slice(-MOST));
  try {
    using folder = HeldFolder.open(dirname(stateFolder), stateFolder);
    folder.replace(FILE, `${JSON.stringify({ version: 1, ports }, null, 2)}\n`);
  } catch {
    // The hash of folder, pod, process and name leads to the same port again unless it was taken.
  }
};
