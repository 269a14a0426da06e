import { compact } from '../export/compact.ts';
import { isItself, ownVariables } from '../export/environment.ts';
import { outsideVariables } from '../export/outside-variables.ts';
import type { Process } from '../export/pod.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Manifest } from './export-options.ts';
import type { InsidePod } from './inside-pod.ts';

type Launch = Process['launch'];

/** Text of a container's command and variables. */
export const expandingIn =
  (launch: Launch, inside: InsidePod) =>
  (value: unknown): string =>
    inside.expanding(value, (name) => nameInside(name, launch));

/** A variable of the container with the same name, such as `PATH=/app/bin:$PATH`, is another one. */
const nameInside = (name: string, launch: Launch): string => {
  const own = ownVariables(launch)[name] ?? null;
  return own === null || isItself(name, own) ? name : `OUTSIDE_${name}`;
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
  const expanding = expandingIn(launch, inside);
  return [
    ...needed.map((key) => fromSecret(nameInside(key, launch), outside.secret, key)),
    ...said
      .filter(([name, value]) => !needed.includes(name) || !isItself(name, value))
      .map(([name, value]) => ({ name, value: expanding(value) })),
  ];
};

const fromSecret = (name: string, secret: string, key: string): Manifest => ({
  name,
  valueFrom: { secretKeyRef: compact({ name: secret, key }) },
});
