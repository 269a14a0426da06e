import type { ConfigModules } from '../../config/load/config-modules.ts';
import type { Result } from '../../model/failures/config-problem.ts';
import { load, resolve } from '../load-pod-config.ts';
import type { Preparation } from '../preparation.ts';
import { readsApart } from './begin-anew.ts';
import { podOf, withLabel } from './pod-of.ts';
import type { Reading } from './reading.ts';

/** Reads the config in this process, or in another one if that has proved necessary. */
export const openReading = async (
  preparation: Preparation,
  modules: ConfigModules,
  runId: string,
): Promise<Result<Reading>> => {
  if (preparation.origin.kind === 'file' && readsApart()) {
    const { readApart } = await import('./read-apart.ts');
    return readApart(preparation, modules, runId);
  }
  const found = await load(preparation, modules);
  if (!found.ok) return found;
  const loaded = withLabel(found.value, preparation.label);
  const reading: Reading = {
    pod: podOf(loaded, preparation),
    resolve: (ports) => resolve(preparation, loaded, ports, runId),
    stay: () => undefined,
    close: async () => undefined,
  };
  return { ok: true, value: reading };
};
