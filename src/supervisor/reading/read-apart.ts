import type { ConfigModules } from '../../config/load/config-modules.ts';
import type { ConfigFailure, Result } from '../../model/failures/config-problem.ts';
import { createLooseTrees } from '../../runtime/process-tree/create-process-trees.ts';
import type { Preparation } from '../preparation.ts';
import { ConfigReader } from './config-reader.ts';
import type { Refused } from './messages.ts';
import type { Reading } from './reading.ts';

/** Reads a config in a process of its own. The config's output is shown. */
export const readApart = async (
  preparation: Preparation,
  modules: ConfigModules,
  runId: string,
): Promise<Result<Reading>> => {
  const trees = createLooseTrees(runId);
  const reader = ConfigReader.start(trees);
  const { argv, env } = process;
  const show = (): void => {
    if (reader.printed !== '') process.stderr.write(`${reader.printed}\n`);
  };
  const close = async (): Promise<void> => {
    await reader.close();
    await trees.close();
  };
  const read = await reader.read({ preparation, runId, stays: true, argv, env: { ...env } });
  for (const file of read.files) modules.add(file);
  if (!read.ok) {
    await close();
    show();
    return failureOf(read, preparation);
  }
  const reading: Reading = {
    pod: read.pod,
    resolve: async (ports) => {
      const resolved = await reader.resolve(ports);
      show();
      return resolved.ok
        ? { ok: true, value: resolved.spec }
        : failureOf(resolved, preparation, read.pod.file);
    },
    stay: (onFailure) => void reader.stay(onFailure),
    close,
  };
  return { ok: true, value: reading };
};

const failureOf = (
  { failure, message }: Refused,
  { origin }: Preparation,
  file = origin.kind === 'file' ? origin.file : null,
): ConfigFailure => failure ?? { ok: false, file, problems: [{ kind: 'evaluation', message, at: null }] };
