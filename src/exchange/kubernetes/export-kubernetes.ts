import { Losses } from '../form/losses.ts';
import type { Exported, ExportOptions, Manifest, Pod } from './export-options.ts';
import { exportPart } from './export-part.ts';
import { choosePorts, type DeclaredPorts, InsidePod } from './inside-pod.ts';
import { Parts, type VolumeOwners } from './parts.ts';
import { findProblems } from './problems.ts';
import { asInContainer } from './ready-made.ts';
import { reportSharedVolumes } from './volumes.ts';

/** What of a config a symbolic pod does not say. */
export interface Declared {
  readonly ports: DeclaredPorts;
  readonly volumeOwners: VolumeOwners;
}

/** A pod as Kubernetes describes it: a workload for each app, and one for what apps share. The same pod gives the same. */
export const exportKubernetes = (here: Pod, declared: Declared, options: ExportOptions): Exported => {
  const pod = inContainers(here);
  const parts = new Parts(pod, declared.volumeOwners);
  const problems = findProblems(parts.all, options);
  if (problems.length > 0) return { ok: false, problems };
  const losses = new Losses();
  reportSharedVolumes(parts.all, options.kind, losses);
  const ports = choosePorts(declared.ports, parts);
  const manifests = parts.all.flatMap((part) => {
    const inside = new InsidePod(ports, parts, part.name, part.instance);
    return exportPart(part, { pod, inside, losses, options });
  });
  return { ok: true, manifests: distinct(manifests), losses: losses.all };
};

const inContainers = (pod: Pod): Pod => ({
  ...pod,
  processes: new Map([...pod.processes].map(([name, process]) => [name, asInContainer(process)])),
});

/** The claim of a volume that several apps share is there once. */
const distinct = (manifests: readonly Manifest[]): readonly Manifest[] => [
  ...new Map(manifests.map((manifest) => [JSON.stringify(manifest), manifest])).values(),
];
