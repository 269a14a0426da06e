import type { ReportLoss } from '../form/losses.ts';
import { compact, type Manifest, type Process } from './export-options.ts';
import { type InsidePod, outsideVariables } from './inside-pod.ts';

type Values = Readonly<Record<string, unknown>>;

/** Variables that are the same in every container of a pod: the addresses of ports and the places of volumes. */
export const sharedVariables = (
  processes: Iterable<Process>,
  inside: InsidePod,
): Readonly<Record<string, string>> => {
  const all: Record<string, string> = {};
  for (const { launch } of processes) {
    const { assumed, services, injected } = launch.env;
    const volumes = Object.entries(injected).filter(([name]) => isShared(name));
    for (const [name, value] of [...Object.entries({ ...assumed, ...services }), ...volumes])
      all[name] = inside.plain(value);
  }
  return all;
};

/** Where a volume is; all containers have it at the same place. */
const isShared = (name: string): boolean => name.startsWith('VOLUME_');

/** The number of an instance, which replicas do not have. */
export const INSTANCE = 'SIDECARCTL_INSTANCE';

/** Variables of one container, lowest rank first; a later one wins, and `null` removes what is below. */
const ownVariables = ({ env }: Process['launch']): Values => {
  const injected = Object.entries(env.injected).filter(([name]) => !isShared(name));
  const provided = Object.entries(env.provided).map(([name, { value }]) => [name, value]);
  return { ...Object.fromEntries([...injected, ...provided]), ...env.pod, ...env.own };
};

/**
 * The variables of a container. One that the config takes from its own environment comes from a secret, which whoever applies
 * the manifests creates: a reference to it can stand in other values once it is there.
 */
export const environmentOf = (
  { launch }: Process,
  outside: { readonly secret: string; readonly command: unknown },
  inside: InsidePod,
  lost: ReportLoss,
): readonly Manifest[] => {
  const own = ownVariables(launch);
  for (const { path } of [...launch.env.podFiles, ...launch.env.files])
    lost(`create a secret from ${inside.plain(path)}, and refer to it`, 'envFile');
  for (const name of Object.keys(own).filter((each) => own[each] === null))
    lost(`${name} cannot be taken from an image`, 'env');
  const said = Object.entries(own).filter(([, value]) => value !== null);
  const needed = [...new Set(outsideVariables([said, outside.command]))];
  return [
    ...needed.map((name) => fromSecret(name, outside.secret)),
    ...said
      .filter(([name, value]) => !needed.includes(name) || !isItself(name, value))
      .map(([name, value]) => ({ name, value: inside.expanding(value) })),
  ];
};

const fromSecret = (name: string, secret: string): Manifest => ({
  name,
  valueFrom: { secretKeyRef: compact({ name: secret, key: name }) },
});

/** A variable that is only passed on needs no second one. */
const isItself = (name: string, value: unknown): boolean =>
  typeof value === 'object' &&
  JSON.stringify(value) === JSON.stringify({ parts: [{ is: 'variable', name, app: null, fallback: null }] });
