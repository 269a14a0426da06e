import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import type { SymbolicPod } from '../../config/resolve/symbolic/resolve-symbolically.ts';
import { choosePorts } from '../export/chosen-ports.ts';
import { declaredIn } from '../export/declared.ts';
import { functionLosses } from '../export/function-losses.ts';
import { Parts } from '../export/parts.ts';
import type { Pod } from '../export/pod.ts';
import { findProblems } from '../export/problems.ts';
import { inContainers } from '../export/ready-made.ts';
import { Losses } from '../form/losses.ts';
import type { Exported, ExportOptions, Manifest } from './export-options.ts';
import { exportPart } from './export-part.ts';
import { InsidePod } from './inside-pod.ts';
import { reportSharedVolumes } from './volumes.ts';

/**
 * A config as Kubernetes describes it: a workload for each app, and one for what apps share. The same config gives the same
 * manifests. What its functions lose comes before what the format loses.
 */
export const exportKubernetes = (
  loaded: LoadedConfig,
  symbolic: SymbolicPod,
  options: ExportOptions,
): Exported => {
  const pod = inContainers(symbolic.pod as Pod);
  const declared = declaredIn(loaded);
  const parts = new Parts(pod, declared.volumeOwners);
  const problems = findProblems(parts.all, options, 'Kubernetes');
  if (problems.length > 0) return { ok: false, problems };
  const losses = new Losses();
  losses.add(...functionLosses(symbolic));
  reportSharedVolumes(parts.all, options.kind, losses);
  const ports = choosePorts(declared.ports, parts);
  const manifests = parts.all.flatMap((part) => {
    const inside = new InsidePod(ports, parts, part.name, part.instance);
    return exportPart(part, { pod, inside, losses, options });
  });
  return { ok: true, manifests: distinct(manifests), losses: losses.all };
};

/** The claim of a volume that several apps share is there once. */
const distinct = (manifests: readonly Manifest[]): readonly Manifest[] => [
  ...new Map(manifests.map((manifest) => [JSON.stringify(manifest), manifest])).values(),
];
