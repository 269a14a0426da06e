import { mkdirSync, rmSync } from 'node:fs';

/** Folder of everything that is made while an engine runs, in the folder of its configuration. */
const OWN = 'engine';

/** Paths within the working directory, which is the folder of the configuration: a socket's path must be short. */
export const place = (name: string): string => `${OWN}/${name}`;

export const certificatesPlace = place('certificates');

/** Nothing is left of an earlier start: an engine does not listen at a socket that is there. */
export const makeFolder = (): void => {
  rmSync(OWN, { recursive: true, force: true });
  for (const name of ['certificates', 'temporary', 'storage', 'positions'])
    mkdirSync(place(name), { recursive: true, mode: 0o700 });
};
