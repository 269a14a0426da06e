import { join } from 'node:path';
import { LIBRARY } from '../build.ts';
import { SETTLES_WITHIN } from '../config/load/bounded-evaluation.ts';
import { runWithConfigCode } from '../config/load/config-code.ts';
import type { ConfigModules } from '../config/load/config-modules.ts';
import { forbidEnding } from '../config/load/forbid-ending.ts';
import { checkGivenConfig, loadConfig } from '../config/load/load-config.ts';
import { stopTracing, traceProcess } from '../config/load/process-traces.ts';
import type { LoadedConfig } from '../config/resolve/loaded-config.ts';
import { declaredVolumes, resolvePod } from '../config/resolve/resolve-pod.ts';
import type { SymbolicPod } from '../config/resolve/symbolic/resolve-symbolically.ts';
import { errorMessage } from '../model/error-message.ts';
import type { Result } from '../model/failures/config-problem.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { type HardDeadline, setHardDeadline } from '../runtime/native/hard-deadline.ts';
import type { AllocatedPorts } from '../runtime/ports/allocate-ports.ts';
import { runFolderPath, stateFolderPath } from '../runtime/state/state-folder.ts';
import { planVolumes } from '../runtime/volumes/volumes.ts';
import { loadPresets } from '../sidecars/load-presets.ts';
import { loadRunnable, withFormat } from './load-runnable.ts';
import type { ConfigOrigin, Preparation } from './preparation.ts';
import { beginAnew } from './reading/begin-anew.ts';

type FileOrigin = Extract<ConfigOrigin, { readonly kind: 'file' }>;

/** A config that yields to the event loop fails earlier than this; the limit is for one that does not. */
const NOT_DONE_AFTER: Milliseconds = SETTLES_WITHIN + 1_000;
/** Same code as for every wrong config. */
const USAGE_ERROR = 2;

interface ReaderFacts {
  /** True if this process exists only to read a config. */
  readonly isApart: boolean;
  /** Exit code if the config does not end. */
  readonly exitCode: number;
}

const HERE: ReaderFacts = { isApart: false, exitCode: USAGE_ERROR };

/** Reads a pod's config and checks it. Bounded in time, whatever its code does. */
export const load = (
  preparation: Preparation,
  modules: ConfigModules,
  reader: ReaderFacts = HERE,
): Promise<Result<LoadedConfig>> =>
  bounded(preparation, reader, (afterCode) => loadFrom(preparation, modules, afterCode));

const loadFrom = async (
  preparation: Preparation,
  modules: ConfigModules,
  afterCode: () => void,
): Promise<Result<LoadedConfig>> => {
  const { origin, mode, env, primaryArgs, primaryCommand } = preparation;
  const context = { mode, env: process.env, args: primaryCommand ?? primaryArgs };
  if (origin.kind === 'given')
    return checkGivenConfig(origin.config, { ...context, env, folder: origin.folder, presets: loadPresets });
  const runnable = await loadRunnable(origin, modules);
  if (runnable !== null) return runnable;
  const loaded = await loadConfig({
    ...context,
    cwd: origin.folder,
    ...(origin.file === null ? {} : { file: origin.file }),
    selfUrl: new URL(LIBRARY, import.meta.url).href,
    modules,
    presets: loadPresets,
    afterCode,
  });
  if (!loaded.ok) return withFormat(loaded, origin);
  if (origin.locals.size === 0) return loaded;
  return { ok: false, file: loaded.value.file, problems: [{ kind: 'local-without-containers' }] };
};

/** Calls the config's functions. Bounded in time, whatever they do. */
export const resolve = (
  preparation: Preparation,
  loaded: LoadedConfig,
  ports: AllocatedPorts,
  runId: string,
  reader: ReaderFacts = HERE,
): Promise<Result<PodSpec>> =>
  bounded(preparation, reader, async () =>
    runWithConfigCode(() => resolveFrom(preparation, loaded, ports, runId)),
  ).finally(stopTracing);

/** Resolves the config to symbols, for the format of another tool. Bounded in time, whatever its functions do. */
export const resolveToSymbols = (
  preparation: Preparation,
  loaded: LoadedConfig,
): Promise<Result<SymbolicPod>> =>
  bounded(preparation, HERE, async () => {
    const { resolveSymbolically } = await import('../config/resolve/symbolic/resolve-symbolically.ts');
    return runWithConfigCode(() => ({ ok: true, value: resolveSymbolically(loaded, preparation) }) as const);
  }).finally(stopTracing);

/**
 * Runs a config's code, which cannot end this process meanwhile. If the code has changed the process, or would keep
 * running in it, this does not return: the process starts again and reads the config in another process, which can be
 * ended.
 */
const bounded = async <Value>(
  preparation: Preparation,
  { isApart, exitCode }: ReaderFacts,
  run: (afterCode: () => void) => Promise<Result<Value>>,
): Promise<Result<Value>> => {
  if (preparation.origin.kind === 'given') return run(() => undefined);
  const deadline = setDeadline(preparation.origin, exitCode);
  const traces = traceProcess();
  const anew = (): void => {
    const isWhole = traces.restore() && Object.isExtensible(process);
    if (!isWhole) throw new Error('it freezes objects that the whole process needs: remove that');
    if (!isApart) beginAnew(preparation.env);
  };
  const letEnd = forbidEnding();
  try {
    const result = await run(() => {
      if (traces.hasChangedPromises()) anew();
    });
    letEnd();
    if (traces.hasChanged()) anew();
    // It does not matter what a refused config leaves running: the process ends.
    if ((await traces.hasLeftBehind()) && result.ok) anew();
    return result;
  } catch (error) {
    // The config's values may have code of their own.
    const problem = { kind: 'evaluation', message: errorMessage(error), at: null } as const;
    return { ok: false, file: preparation.origin.file, problems: [problem] };
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
  const filesFolder = join(runFolderPath(stateFolderPath(loaded.folder), runId), 'files');
  return resolvePod(loaded, { ...preparation, ports, volumes, filesFolder });
};

/** Returns null without the optional dependency that it needs. */
const setDeadline = ({ file, folder }: FileOrigin, exitCode: number): HardDeadline | null => {
  const words = `${file ?? folder}: the config does not end: it loops, waits in a call that blocks, or is far too large`;
  return setHardDeadline(NOT_DONE_AFTER, exitCode, words);
};
