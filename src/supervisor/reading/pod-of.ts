import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import { declaredPorts, desiredProcesses } from '../../config/resolve/resolve-pod.ts';
import type { Preparation } from '../preparation.ts';
import type { ReadPod } from './messages.ts';

/** Facts about a pod that are known before the functions of its config are called. */
export const podOf = (loaded: LoadedConfig, preparation: Preparation): ReadPod => ({
  name: loaded.name,
  file: loaded.file,
  folder: loaded.folder,
  ports: declaredPorts(loaded),
  desired: desiredProcesses(loaded, preparation),
  leftOut: loaded.leftOut,
});

export const withLabel = (loaded: LoadedConfig, label: string | null): LoadedConfig =>
  label === null ? loaded : { ...loaded, name: label };
