import { compact } from '../export/compact.ts';
import { volumePath } from '../export/inside.ts';
import { labelOf } from '../export/names.ts';
import { ownMounts } from '../export/own-mounts.ts';
import type { Part } from '../export/parts.ts';
import type { Process } from '../export/pod.ts';
import type { Losses } from '../form/losses.ts';
import { filesVolume } from './config-files.ts';
import type { Kind, Manifest } from './export-options.ts';
import type { InsidePod } from './inside-pod.ts';

/** Size that is asked for: the config has none, and Kubernetes takes no claim without. */
const SIZE = '1Gi';

export interface WrittenVolumes {
  /** Entries of `volumes` in a pod. */
  readonly volumes: readonly Manifest[];
  /** Claims of volumes that are kept. */
  readonly claims: readonly Manifest[];
}

/** A volume of the pod is an empty folder, and one that is kept a claim. `inSet`: a StatefulSet makes the claims. */
export const volumesOf = (
  pod: string,
  { volumes: all }: Part,
  inSet: boolean,
  losses: Losses,
): WrittenVolumes => {
  const kept = all.filter(({ lifetime }) => lifetime === 'persist');
  for (const { name, lifetime } of all)
    if (lifetime === 'external')
      losses.of(null)('it is a folder of this machine; an empty one takes its place', `volumes.${name}.path`);
  for (const { name } of kept)
    losses.of(null)(`the config has no size; ${SIZE} is asked for`, `volumes.${name}`);
  const claims = kept.map(({ name }) => claim(inSet ? labelOf(name) : claimName(pod, name)));
  const named = all.filter(({ lifetime }) => !inSet || lifetime !== 'persist');
  return {
    volumes: named.map(({ name, lifetime }) =>
      lifetime === 'persist'
        ? { name: labelOf(name), persistentVolumeClaim: { claimName: claimName(pod, name) } }
        : { name: labelOf(name), emptyDir: {} },
    ),
    claims,
  };
};

/** Volumes that several workloads have: only a claim can be the same one for all of them. */
export const reportSharedVolumes = (parts: readonly Part[], kind: Kind, losses: Losses): void => {
  const all = parts.flatMap(({ volumes }) => volumes);
  const shared = all.filter(
    ({ name }, index) =>
      all.findIndex((other) => other.name === name) === index &&
      all.filter((other) => other.name === name).length > 1,
  );
  for (const { name, lifetime } of shared)
    losses.of(null)(
      lifetime === 'persist' && kind !== 'statefulset'
        ? 'several workloads have one claim, so they have to run on one node'
        : 'each workload has a folder of its own for it',
      `volumes.${name}`,
    );
};

const claimName = (pod: string, volume: string): string => labelOf(`${pod}-${volume}`);

const claim = (name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: SIZE } } },
});

/** Every process can use every volume, at the same place, and also where its config mounts it. */
export const mountsOf = ({ volumes }: Part, process: Process, inside: InsidePod): readonly Manifest[] => {
  const everywhere = volumes.map(({ name }) => ({
    name: labelOf(name),
    mountPath: volumePath(name),
  }));
  const own = ownMounts(process, volumes, inside).map(({ volume, part, path, readOnly }) =>
    compact({
      name: volume === null ? filesVolume(process.name) : labelOf(volume),
      mountPath: path,
      subPath: part === '' ? undefined : part,
      readOnly: readOnly ? true : undefined,
    }),
  );
  return [...everywhere, ...own];
};
