import { SETTLES_WITHIN } from '../config/bounded-evaluation.ts';
import { runWithConfigCode } from '../config/config-code.ts';
import type { ConfigModules } from '../config/config-modules.ts';
import { checkGivenConfig, loadConfig } from '../config/load-config.ts';
import { messageOf } from '../config/module-problem.ts';
import { declaredVolumes, type LoadedConfig, resolvePod } from '../config/resolve-pod.ts';
import type { Result } from '../core/config-problem.ts';
import type { Milliseconds, PodSpec } from '../core/pod-spec.ts';
import { type HardDeadline, setHardDeadline } from '../runtime/native/hard-deadline.ts';
import type { AllocatedPorts } from '../runtime/ports/allocate-ports.ts';
import { stateFolderPath } from '../runtime/state-folder.ts';
import { planVolumes } from '../runtime/volumes/volumes.ts';
import type { Preparation } from './prepare-pod.ts';

/** The build puts the library beside the command line; a config that imports `sidecarctl` may mean this one. */
declare const SIDECARCTL_LIBRARY: string;

/** Later than a config that gives others their turn is told so: this is for one that does not. */
const NOT_DONE_AFTER: Milliseconds = SETTLES_WITHIN + 1_000;
/** As for every config that is wrong. */
const USAGE_ERROR = 2;

/** Reads a pod's config, and checks it. Bounded in time, whatever its code does. */
export const load = async (
  preparation: Preparation,
  modules: ConfigModules,
): Promise<Result<LoadedConfig>> => {
  const deadline = deadlineOf(preparation);
  try {
    return await loadFrom(preparation, modules);
  } finally {
    deadline?.callOff();
  }
};

const loadFrom = (preparation: Preparation, modules: ConfigModules): Promise<Result<LoadedConfig>> => {
  const { origin, mode, env, primaryArgs, primaryCommand } = preparation;
  const context = { mode, env: process.env, args: primaryCommand ?? primaryArgs };
  if (origin.kind === 'given') {
    return checkGivenConfig(origin.config, { ...context, env, folder: origin.folder });
  }
  return loadConfig({
    ...context,
    cwd: origin.folder,
    ...(origin.file === null ? {} : { file: origin.file }),
    selfUrl: new URL(SIDECARCTL_LIBRARY, import.meta.url).href,
    modules,
  });
};

/** Calls the config's functions. Bounded in time, whatever they do. */
export const resolve = (
  preparation: Preparation,
  loaded: LoadedConfig,
  ports: AllocatedPorts,
  runId: string,
): Result<PodSpec> => {
  const deadline = deadlineOf(preparation);
  try {
    return runWithConfigCode(() => resolveFrom(preparation, loaded, ports, runId));
  } catch (error) {
    // What they have given may have code of its own.
    const problem = { kind: 'evaluation', message: messageOf(error), at: null } as const;
    return { ok: false, file: loaded.file, problems: [problem] };
  } finally {
    deadline?.callOff();
  }
};

const resolveFrom = (
  preparation: Preparation,
  loaded: LoadedConfig,
  ports: AllocatedPorts,
  runId: string,
): Result<PodSpec> => {
  const { label } = preparation;
  const volumes = planVolumes(declaredVolumes(loaded), stateFolderPath(loaded.folder), { runId, label });
  return resolvePod(loaded, { ...preparation, ports, volumes });
};

/** Null in a program that starts pods: whether it ends is for that to say. */
const deadlineOf = ({ origin }: Preparation): HardDeadline | null => {
  if (origin.kind === 'given') return null;
  const words = `${origin.file ?? origin.folder}: the config does not end: it loops, or waits in a call that blocks`;
  return setHardDeadline(NOT_DONE_AFTER, USAGE_ERROR, words);
};
