import { resolve } from 'node:path';
import { type RecalledConfig, recallConfig } from '../../config/known/known-config.ts';
import type { ConfigModules } from '../../config/load/config-modules.ts';
import { findConfig } from '../../config/load/find-config.ts';
import type { Result } from '../../model/failures/config-problem.ts';
import type { Preparation } from '../preparation.ts';
import { readsApart } from './begin-anew.ts';
import { type PlannedPod, planIn, podKeyOf, specFrom, specKeyOf } from './known-plan.ts';
import type { ReadPod } from './messages.ts';
import type { Reading } from './reading.ts';

/**
 * Reads the config: from what is known of it, in this process, or in another one if that has proved necessary. Loaded
 * late: a config that is known needs neither the code that runs a config nor the code that checks or resolves one, which
 * are half of a start.
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
  if (known !== null && (await holds(known, preparation)))
    return { ok: true, value: await readKnown(known, preparation, runId) };
  const { readHere } = await import('./read-here.ts');
  return readHere(preparation, modules, runId);
};

const recall = ({ origin, cache, env }: Preparation, modules: ConfigModules): RecalledConfig | null => {
  if (origin.kind !== 'file' || origin.locals.size > 0 || cache === null) return null;
  const folder = resolve(origin.folder);
  const file = origin.file === null ? findConfig(folder) : resolve(folder, origin.file);
  return file === null ? null : recallConfig({ cache, file, env }, (path) => modules.add(path));
};

/** If something is missing now, whoever reads the config whole finds the words for that. */
const holds = async (known: RecalledConfig, preparation: Preparation): Promise<boolean> =>
  !known.namesOthers || (await import('./resolve-known.ts')).isStillRight(known, preparation);

/** What was resolved the last time is used again if it was resolved with the same. */
const readKnown = async (
  known: RecalledConfig,
  preparation: Preparation,
  runId: string,
): Promise<Reading> => {
  const plan = planIn(known.lines);
  if (plan.podKey !== podKeyOf(preparation)) return resolveAnew(known, preparation, runId);
  const { name, ports, desired }: PlannedPod = JSON.parse(plan.pod);
  const { file, folder, leftOut } = known.loaded;
  const pod: ReadPod = { name, file, folder, ports, desired: new Set(desired), leftOut };
  let anew: Reading | null = null;
  return {
    pod,
    resolve: async (ports) => {
      const isSame = plan.specKey === specKeyOf(preparation, ports);
      const spec = isSame ? specFrom(plan, runId, preparation.env) : null;
      if (spec !== null) return { ok: true, value: spec };
      anew = await resolveAnew(known, preparation, runId);
      return anew.resolve(ports);
    },
    stay: () => anew?.stay(() => undefined),
    close: async () => anew?.close(),
  };
};

const resolveAnew = async (...known: [RecalledConfig, Preparation, string]): Promise<Reading> => {
  const { resolveKnown } = await import('./resolve-known.ts');
  return resolveKnown(...known);
};
