import { compact } from '../export/compact.ts';
import { isItself, ownVariables } from '../export/environment.ts';
import { outsideVariables } from '../export/outside-variables.ts';
import type { Process } from '../export/pod.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Manifest } from './export-options.ts';
import type { InsidePod } from './inside-pod.ts';

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
