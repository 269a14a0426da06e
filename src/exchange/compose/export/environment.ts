import { isItself, ownVariables, volumeVariables } from '../../export/environment.ts';
import type { Process } from '../../export/pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import type { Data } from './compose-file.ts';
import type { InsideService } from './inside-service.ts';
import { pathHere } from './path-here.ts';

/** Variables of a service beside those that all have. `volumes`: those that it has at their own place. */
export const environmentOf = (
  process: Process,
  volumes: readonly string[],
  inside: InsideService,
  lost: ReportLoss,
): Readonly<Record<string, string>> => {
  const places = new Set(volumes);
  const paths = volumeVariables(process, inside).filter(([, path]) => places.has(path));
  const own = Object.entries(ownVariables(process.launch));
  for (const [name] of own.filter(([, value]) => value === null))
    lost(`${name} cannot be taken from an image`, 'env');
  const assumed = Object.entries(process.launch.env.assumed);
  return Object.fromEntries(
    [...assumed, ...paths, ...own.filter(([, value]) => value !== null)].map(([name, value]) => [
      name,
      isItself(name, value) ? `\${${name}?}` : inside.text(value),
    ]),
  );
};

/** The files with variables of the pod, and then those of the process, which win. */
export const envFilesOf = ({ launch }: Process, folder: string): readonly unknown[] =>
  [...launch.env.podFiles, ...launch.env.files].map(({ path, required }): string | Data =>
    required ? pathHere(path, folder) : { path: pathHere(path, folder), required: false },
  );
