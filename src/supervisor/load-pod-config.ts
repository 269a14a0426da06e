import { LIBRARY } from '../build.ts';
import type { ConfigReads } from '../config/known/config-reads.ts';
import { SETTLES_WITHIN } from '../config/load/bounded-evaluation.ts';
import { runWithConfigCode } from '../config/load/config-code.ts';
import type { ConfigModules } from '../config/load/config-modules.ts';
import { forbidEnding } from '../config/load/forbid-ending.ts';
import { checkGivenConfig, type LoadOptions, loadConfig } from '../config/load/load-config.ts';
import { stopTracing, traceProcess } from '../config/load/process-traces.ts';
import type { LoadedConfig } from '../config/resolve/loaded-config.ts';
import type { SymbolicPod } from '../config/resolve/symbolic/resolve-symbolically.ts';
import { findSlotProblems } from '../config/schema/schema-problems.ts';
import { errorMessage } from '../model/error-message.ts';
import type { Result } from '../model/failures/config-problem.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { type HardDeadline, setHardDeadline } from '../runtime/native/hard-deadline.ts';
import type { AllocatedPorts } from '../runtime/ports/allocate-ports.ts';
import { loadPresets } from '../sidecars/load-presets.ts';
import { loadRunnable, withFormat } from './load-runnable.ts';
import type { ConfigOrigin, Preparation } from './preparation.ts';
import { beginAnew } from './reading/begin-anew.ts';
import { resolveLoaded } from './reading/resolve-loaded.ts';

type FileOrigin = Extract<ConfigOrigin, { readonly kind: 'file' }>;

/** A config that yields to the event loop fails earlier than this; the limit is for one that does not. */
const NOT_DONE_AFTER: Milliseconds = SETTLES_WITHIN + 1_000;
/** Same code as for every wrong config. */
const USAGE_ERROR = 2;

interface ReaderFacts {
  /** True if this process exists only to read a config. Default: false. */
  readonly isApart?: boolean;
  /** Exit code if the config does not end. */
  readonly exitCode?: number;
  /** Notes what the config is made from. */
  readonly reads?: ConfigReads;
}

/** Reads a pod's config and checks it. Bounded in time, whatever its code does. */
export const load = (
  preparation: Preparation,
  modules: ConfigModules,
  reader: ReaderFacts = {},
): Promise<Result<LoadedConfig>> =>
  bounded(preparation, reader, (afterCode) =>
    loadFrom(preparation, modules, { afterCode, reads: reader.reads }),
  );

const loadFrom = async (
  preparation: Preparation,
  modules: ConfigModules,
  { afterCode, reads }: Pick<LoadOptions, 'afterCode' | 'reads'>,
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
    ...{ afterCode, reads },
  });
  if (!loaded.ok) return withFormat(loaded, origin);
  if (origin.locals.size === 0) return loaded;
  return { ok: false, file: loaded.value.file, problems: [{ kind: 'local-without-containers' }] };
};

interface Run {
  readonly ports: AllocatedPorts;
  readonly runId: string;
}

/** Calls the config's functions. Bounded in time, whatever they do. */
export const resolve = (
  preparation: Preparation,
  loaded: LoadedConfig,
  { ports, runId, ...reader }: Run & ReaderFacts,
): Promise<Result<PodSpec>> =>
  bounded(preparation, reader, async () =>
    runWithConfigCode(() =>
      resolveLoaded(preparation, loaded, {
        ports,
        runId,
        checkResult: findSlotProblems,
        reads: reader.reads,
      }),
    ),
  ).finally(stopTracing);

/** Resolves the config to symbols, for the format of another tool. Bounded in time, whatever its functions do. */
export const resolveToSymbols = (
  preparation: Preparation,
  loaded: LoadedConfig,
): Promise<Result<SymbolicPod>> =>
  bounded(preparation, {}, async () => {
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
  { isApart = false, exitCode = USAGE_ERROR }: ReaderFacts,
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

/** Returns null without the optional dependency that it needs. */
const setDeadline = ({ file, folder }: FileOrigin, exitCode: number): HardDeadline | null => {
  const words = `${file ?? folder}: the config does not end: it loops, waits in a call that blocks, or is far too large`;
  return setHardDeadline(NOT_DONE_AFTER, exitCode, words);
};
