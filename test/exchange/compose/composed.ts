import { basename, join } from 'node:path';
import { checkConfig } from '../../../src/config/check/check-config.ts';
import { compose } from '../../../src/exchange/compose/read-compose.ts';
import type { FoundPod } from '../../../src/exchange/form/found-pod.ts';
import { wordBriefly } from '../../../src/exchange/form/losses.ts';
import { SourceMistakes } from '../../../src/exchange/form/source-mistakes.ts';
import { configObject } from '../../../src/exchange/running/config-object.ts';
import { assemble } from '../../../src/exchange/writing/assemble.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';
import { called, type Files, FOLDER, machineWith } from '../drafts/draft.ts';

interface Composed {
  /** The config of the run, with its functions called: `{db.main}` is a port. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What is not as Compose has it, and remarks. */
  readonly said: readonly string[];
}

type Env = Readonly<Record<string, string>>;

const LINKS = { '/etc/localtime': '/usr/share/zoneinfo/UTC' };

/** Reads a project as `sidecarctl dev -c compose.yaml` does. Its config passes the check, or an error is thrown. */
export const composed = async (files: Files, env: Env = {}, file = 'compose.yaml'): Promise<Composed> => {
  const pod = await read(files, env, file);
  const written = assemble(pod);
  const { config, unset } = configObject(written, env);
  if (unset.length > 0) throw new Error(`not filled in: ${JSON.stringify(unset)}`);
  const outcome = checkConfig(config, { file: join(FOLDER, file), folder: FOLDER, env });
  // The files are not on this machine.
  const problems = outcome.ok ? [] : outcome.problems.filter(({ kind }) => kind !== 'no-such-path');
  if (!outcome.ok && problems.length > 0)
    throw new Error(formatConfigProblems({ ...outcome, problems }, { color: false }));
  return {
    config: called(config, { HOME: '/home/ann', ...env }),
    said: [...wordBriefly(written.losses), ...written.remarks],
  };
};

/** What is wrong with a project, a line each. */
export const mistakes = async (
  files: Files,
  env: Env = {},
  file = 'compose.yaml',
): Promise<readonly string[]> => {
  try {
    await read(files, env, file);
    return [];
  } catch (error) {
    if (error instanceof SourceMistakes)
      return error.mistakes.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
    throw error;
  }
};

const read = (files: Files, env: Env, file: string): FoundPod | Promise<FoundPod> => {
  const machine = machineWith(files, { env: { HOME: '/home/ann', ...env }, links: LINKS });
  const path = join(FOLDER, file);
  const source = { file: path, name: basename(file), folder: FOLDER, machine, purpose: 'run' as const };
  return compose.read({ ...source, text: machine.read(path) ?? '' });
};
