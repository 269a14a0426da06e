import type { Inside } from './inside.ts';
import type { Process } from './pod.ts';

type Values = Readonly<Record<string, unknown>>;

/** Variables that tell where processes are. */
export const serviceVariables = (
  processes: Iterable<Process>,
  inside: Inside,
): Readonly<Record<string, string>> => {
  const all: Record<string, string> = {};
  for (const { launch } of processes)
    for (const [name, value] of Object.entries(launch.env.services)) all[name] = inside.plain(value);
  return all;
};

/** The places of volumes, where a process has them. */
export const volumeVariables = (
  { launch }: Process,
  inside: Inside,
): ReadonlyArray<readonly [string, string]> =>
  Object.entries(launch.env.injected)
    .filter(([name]) => isOfVolume(name))
    .map(([name, value]) => [name, inside.plain(value)]);

const isOfVolume = (name: string): boolean => name.startsWith('VOLUME_');

/** The number of an instance, which replicas do not have. */
export const INSTANCE = 'SIDECARCTL_INSTANCE';

/** Variables of one container, lowest rank first; a later one wins, and `null` removes what is below. */
export const ownVariables = ({ env }: Process['launch']): Values => {
  const injected = Object.entries(env.injected).filter(([name]) => !isOfVolume(name));
  const provided = Object.entries(env.provided).map(([name, { value }]) => [name, value]);
  return { ...Object.fromEntries([...injected, ...provided]), ...env.pod, ...env.own };
};

/** A variable that is only passed on needs no second one. */
export const isItself = (name: string, value: unknown): boolean =>
  typeof value === 'object' &&
  JSON.stringify(value) === JSON.stringify({ parts: [{ is: 'variable', name, app: null, fallback: null }] });
