import { declaredProcesses } from '../../config/resolve/declared.ts';
import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import type { SymbolicPod } from '../../config/resolve/symbolic/resolve-symbolically.ts';
import { choosePorts } from '../export/chosen-ports.ts';
import { declaredIn } from '../export/declared.ts';
import { functionLosses } from '../export/function-losses.ts';
import { reportLeftOut, withoutLeftOut } from '../export/left-out.ts';
import { workloadName } from '../export/names.ts';
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
  const pod = withoutLeftOut(inContainers(symbolic.pod as Pod));
  const declared = declaredIn(loaded);
  const parts = new Parts(pod, declared.volumeOwners);
  const problems = findProblems(parts.all, options, 'Kubernetes');
  if (problems.length > 0) return { ok: false, problems };
  const losses = new Losses();
  losses.add(...functionLosses(symbolic));
  if (workloadName(pod.name) !== pod.name)
    losses.of(null)(`there it is called ${workloadName(pod.name)}`, 'name');
  reportByHand(loaded, pod, losses);
  reportLeftOut(pod, losses);
  reportSharedVolumes(parts.all, options.kind, losses);
  const ports = choosePorts(declared.ports, parts);
  const manifests = parts.all.flatMap((part) => {
    const inside = new InsidePod(ports, parts, part.name, part.instance);
    return exportPart(part, { pod, inside, losses, options });
  });
  const all = distinct(manifests);
  const clashes = findClashes(all);
  return clashes.length > 0
    ? { ok: false, problems: clashes }
    : { ok: true, manifests: all, losses: losses.all };
};

/** Processes that somebody would have to start. */
const reportByHand = ({ config }: LoadedConfig, { processes }: Pod, losses: Losses): void => {
  for (const { name, role, fields } of declaredProcesses(config))
    if (role !== 'primary' && fields.autostart === false && processes.get(name)?.desired !== true)
      losses.of(name)('nobody starts a container by hand; it is left out', 'autostart');
};

/** Names that two processes or volumes have together, once they are put together and cut. */
const findClashes = (manifests: readonly Manifest[]): readonly string[] => {
  const titles = manifests.map(({ kind, metadata }) => `${kind} ${(metadata as Manifest)['name']}`);
  return [...new Set(titles.filter((title, index) => titles.indexOf(title) !== index))].map(
    (title) => `two things become the ${title} in Kubernetes; rename a process, an app or a volume`,
  );
};

/** The claim of a volume that several apps share is there once. */
const distinct = (manifests: readonly Manifest[]): readonly Manifest[] => [
  ...new Map(manifests.map((manifest) => [JSON.stringify(manifest), manifest])).values(),
];
