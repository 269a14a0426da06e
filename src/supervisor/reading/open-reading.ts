import { resolve } from 'node:path';
import { recallConfig } from '../../config/known/known-config.ts';
import type { ConfigModules } from '../../config/load/config-modules.ts';
import { findConfig } from '../../config/load/find-config.ts';
import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import type { Result } from '../../model/failures/config-problem.ts';
import type { Preparation } from '../preparation.ts';
import { readsApart } from './begin-anew.ts';
import { podOf, withLabel } from './pod-of.ts';
import type { Reading } from './reading.ts';
import { resolveLoaded } from './resolve-loaded.ts';

/**
 * Reads the config: from what is known of it, in this process, or in another one if that has proved necessary. Loaded
 * late: a config that is known needs neither the code that runs a config nor the code that checks one, which are half of
 * a start.
 */
export const openReading = async (
  preparation: Preparation,
  modules: ConfigModules,
  runId: string,
): Promise<Result<Reading>> => {
  if (preparation.origin.kind === 'file' && readsApart()) {
    const { readApart } = await import('./read-apart.ts');
    return readApart(preparation, modules, runId);
  }
  const known = recall(preparation, modules);
  if (known !== null) return { ok: true, value: readingOf(known, preparation, runId) };
  const { readHere } = await import('./read-here.ts');
  return readHere(preparation, modules, runId);
};

const recall = ({ origin, cache, env }: Preparation, modules: ConfigModules): LoadedConfig | null => {
  if (origin.kind !== 'file' || origin.locals.size > 0 || cache === null) return null;
  const folder = resolve(origin.folder);
  const file = origin.file === null ? findConfig(folder) : resolve(folder, origin.file);
  return file === null ? null : recallConfig(cache, file, env, (path) => modules.add(path));
};

const readingOf = (known: LoadedConfig, preparation: Preparation, runId: string): Reading => {
  const loaded = withLabel(known, preparation.label);
  return {
    pod: podOf(loaded, preparation),
    resolve: async (ports) => resolveLoaded(preparation, loaded, { ports, runId, checkResult: noFunctions }),
    stay: () => undefined,
    close: async () => undefined,
  };
};

const noFunctions = (): never => {
  throw new Error('a known config has no functions');
};
