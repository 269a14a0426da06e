import { componentsOf, volumesOf } from '../../config/resolve/component.ts';
import { declaredProcesses, portsOf } from '../../config/resolve/declared.ts';
import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import type { LossReason, Loss as SymbolicLoss } from '../../config/resolve/symbolic/loss.ts';
import type { SymbolicPod } from '../../config/resolve/symbolic/resolve-symbolically.ts';
import type { Loss } from '../form/losses.ts';
import { type Declared, exportKubernetes } from './export-kubernetes.ts';
import type { Exported, ExportOptions, Pod } from './export-options.ts';

/** The manifests of a config that is resolved to symbols. What its functions lose comes before what the format loses. */
export const exportConfig = (
  loaded: LoadedConfig,
  symbolic: SymbolicPod,
  options: ExportOptions,
): Exported => {
  // Names are texts, whatever the type of a symbolic pod says.
  const exported = exportKubernetes(symbolic.pod as Pod, declaredIn(loaded), options);
  if (!exported.ok) return exported;
  return { ...exported, losses: [...symbolic.losses.map(functionLoss), ...exported.losses] };
};

const declaredIn = ({ config }: LoadedConfig): Declared => ({
  ports: new Map(
    declaredProcesses(config).map((process) => [
      process.name,
      new Map(portsOf(process).map(({ name, port, target }) => [name, target ?? port])),
    ]),
  ),
  volumeOwners: new Map(
    componentsOf(config).flatMap((component) =>
      volumesOf(component).map(({ name }) => [name, component.app?.primary ?? null]),
    ),
  ),
});

const functionLoss = ({ path, because }: SymbolicLoss): Loss => ({
  process: null,
  field: path.join('.'),
  why: REASONS[because],
});

const REASONS: Readonly<Record<LossReason, string>> = {
  fails: 'the function fails with other ports and folders than those of this machine',
  computes: 'the function computes with a value that is another one in a cluster',
  decides: 'the function decides by a value that is another one in a cluster',
  'depends-on-unset': 'the function depends on whether a variable is set',
  'lists-variables': 'the function reads the whole environment, which is another one in a cluster',
  unresolved: 'the value is known only when a pod starts',
};
