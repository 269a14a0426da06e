import { join } from 'node:path';
import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import { declaredVolumes, resolvePod } from '../../config/resolve/resolve-pod.ts';
import type { WiringAround } from '../../config/resolve/wiring-source.ts';
import type { Result } from '../../model/failures/config-problem.ts';
import type { PodSpec } from '../../model/pod-spec.ts';
import type { AllocatedPorts } from '../../runtime/ports/allocate-ports.ts';
import { runFolderPath, stateFolderPath } from '../../runtime/state/state-folder.ts';
import { planVolumes } from '../../runtime/volumes/volumes.ts';
import type { Preparation } from '../preparation.ts';

/** Resolves a loaded config with the folders of its run. */
export const resolveLoaded = (
  preparation: Preparation,
  loaded: LoadedConfig,
  { ports, runId, ...around }: RunInputs,
): Result<PodSpec> => {
  const { label } = preparation;
  const state = stateFolderPath(loaded.folder);
  const volumes = planVolumes(declaredVolumes(loaded), state, { runId, label });
  const filesFolder = join(runFolderPath(state, runId), 'files');
  return resolvePod(loaded, { ...preparation, ports, volumes, filesFolder, ...around });
};

interface RunInputs extends WiringAround {
  readonly ports: AllocatedPorts;
  readonly runId: string;
}
