import { ExpansionReads } from '../../config/known/expansion-reads.ts';
import type { ConfigModules } from '../../config/load/config-modules.ts';
import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import type { Result } from '../../model/failures/config-problem.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { after } from '../../time/timers.ts';
import { load, resolve } from '../load-pod-config.ts';
import type { Preparation } from '../preparation.ts';
import { podOf, withLabel } from './pod-of.ts';
import type { Reading } from './reading.ts';

/** By then the pod's processes have been launched, or wait for something. */
const REMEMBERED_AFTER: Milliseconds = 2_000;

/** Reads the config in this process, and remembers it for the next start. */
export const readHere = async (
  preparation: Preparation,
  modules: ConfigModules,
  runId: string,
): Promise<Result<Reading>> => {
  const reads = new ExpansionReads();
  const begunAt = Date.now();
  const found = await load(preparation, modules, { reads });
  if (!found.ok) return found;
  const loaded = withLabel(found.value, preparation.label);
  const memory = remembering(preparation, found.value, { modules, reads, begunAt });
  const reading: Reading = {
    pod: podOf(loaded, preparation),
    resolve: (ports) => resolve(preparation, loaded, ports, runId),
    stay: () => memory.later(),
    close: () => memory.now(),
  };
  return { ok: true, value: reading };
};

interface Read {
  readonly modules: ConfigModules;
  readonly reads: ExpansionReads;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

/** Writing takes some milliseconds, which are those of nobody who waits for a start. */
const remembering = (
  { origin, cache }: Preparation,
  loaded: LoadedConfig,
  { modules, reads, begunAt }: Read,
): { later(): void; now(): Promise<void> } => {
  let isDue =
    cache !== null && origin.kind === 'file' && origin.locals.size === 0 && loaded.leftOut.length === 0;
  const { files } = modules;
  const now = async (): Promise<void> => {
    if (!isDue || cache === null) return;
    isDue = false;
    const { rememberConfig } = await import('../../config/known/remember-config.ts');
    rememberConfig(cache, loaded, { files, begunAt, variables: reads.variables });
  };
  return { later: () => void after(REMEMBERED_AFTER, () => void now(), { ref: false }), now };
};
