import { ConfigReads } from '../../config/known/config-reads.ts';
import type { ConfigModules } from '../../config/load/config-modules.ts';
import type { Result } from '../../model/failures/config-problem.ts';
import { load, resolve } from '../load-pod-config.ts';
import type { Preparation } from '../preparation.ts';
import { podOf, withLabel } from './pod-of.ts';
import type { Reading } from './reading.ts';
import { Remembering } from './remembering.ts';

/** Reads the config in this process, and remembers it for the next start. */
export const readHere = async (
  preparation: Preparation,
  modules: ConfigModules,
  runId: string,
): Promise<Result<Reading>> => {
  const read = new ConfigReads();
  const found = await load(preparation, modules, { reads: read });
  if (!found.ok) return found;
  const loaded = withLabel(found.value, preparation.label);
  const pod = podOf(loaded, preparation);
  const reads = new ConfigReads();
  const { files } = modules;
  const text = async () => {
    const { knownTextOf } = await import('../../config/known/remember-config.ts');
    return knownTextOf(found.value, { reads: read, files });
  };
  const memory = new Remembering(preparation, { loaded, pod, runId, reads, text });
  const reading: Reading = {
    pod,
    resolve: async (ports) =>
      memory.resolved(ports, await resolve(preparation, loaded, { ports, runId, reads })),
    stay: () => memory.later(),
    close: () => memory.now(),
  };
  return { ok: true, value: reading };
};
