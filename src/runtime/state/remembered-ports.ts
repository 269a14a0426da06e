import { dirname } from 'node:path';
import { HeldFolder } from '../../files/held-folder.ts';

/** Which port an `auto` port was given at its last run, by pod, process and port name. */
export type RememberedPorts = ReadonlyMap<string, number>;

export const rememberedKey = (
  pod: string,
  port: { readonly process: string; readonly name: string },
): string => `${pod}/${port.process}/${port.name}`;

const FILE = 'ports.json';
/** Each label (`--name pr-17`) and each process of old has its own. */
const MOST = 500;

/** What `ports.json` says; a missing or broken file says nothing. `stateFolder` is a path, in the config's folder. */
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

/** Adds to what is remembered. That it cannot be written is no failure: the next run looks for ports afresh. */
export const rememberPorts = (stateFolder: string, given: RememberedPorts): void => {
  // Read again: a pod that started meanwhile may have added its own.
  const before = new Map(readRememberedPorts(stateFolder));
  if ([...given].every(([key, port]) => before.get(key) === port)) return;
  for (const key of given.keys()) before.delete(key);
  // The newest at the end: what was not given for longest is what is let go.
  const ports = Object.fromEntries([...before, ...given].slice(-MOST));
  try {
    using folder = HeldFolder.open(dirname(stateFolder), stateFolder);
    folder.replace(FILE, `${JSON.stringify({ version: 1, ports }, null, 2)}\n`);
  } catch {
    // The hash of folder, pod, process and name leads to the same port again unless it was taken.
  }
};
