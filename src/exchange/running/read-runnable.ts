import { basename, dirname } from 'node:path';
import { checkConfig } from '../../config/check/check-config.ts';
import { plainConfig } from '../../config/load/plain-config.ts';
import { yamlProblem } from '../../config/load/read-data-config.ts';
import { envFilesOf, readEnvFiles } from '../../config/resolve/env-files.ts';
import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import type { EnvFile } from '../../config/types.ts';
import { errorMessage } from '../../model/error-message.ts';
import type { ConfigProblem, Result } from '../../model/failures/config-problem.ts';
import { compose } from '../compose/read-compose.ts';
import type { FoundPod } from '../form/found-pod.ts';
import { wordBriefly } from '../form/losses.ts';
import { SourceMistakes } from '../form/source-mistakes.ts';
import type { Format, Source } from '../format.ts';
import { kubernetes } from '../kubernetes/import/read-kubernetes.ts';
import { type Machine, thisMachine } from '../reading/machine.ts';
import { recordingMachine } from '../reading/recording-machine.ts';
import { assemble } from '../writing/assemble.ts';
import { configObject } from './config-object.ts';
import type { Environment } from './fill-variables.ts';
import { inWordsOf } from './source-words.ts';
import { type LocalCommands, withLocal } from './with-local.ts';

export interface RunnableFile {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  /** Inherited environment. */
  readonly env: Environment;
  /** Commands of this machine by the containers whose places they take, and the folder that they run in. */
  readonly locals: LocalCommands;
  readonly cwd: string;
  /** True if a process of this machine can have mounts that only it sees. */
  readonly canMount: boolean;
  /** Called with the path of every file that is read. */
  readonly onRead: (path: string) => void;
  readonly machine?: Machine;
}

/** Formats that run as they are: they say all that a run needs. */
const RUNNABLE: readonly Format[] = [kubernetes, compose];

/**
 * Reads a Kubernetes manifest or a Compose file into a config that has been checked. Returns null for a file of any other
 * kind.
 */
export const readRunnable = async (asked: RunnableFile): Promise<Result<LoadedConfig> | null> => {
  const { file, machine = thisMachine, onRead } = asked;
  const source: Source = {
    file,
    name: basename(file),
    folder: dirname(file),
    text: asked.text,
    machine: recordingMachine(machine, onRead),
    purpose: 'run',
  };
  try {
    const format = RUNNABLE.find((each) => each.recognizes(source));
    return format === undefined ? null : loadWithLocal(format, await format.read(source), asked);
  } catch (error) {
    return { ok: false, file, problems: readingProblems(error, asked.text) };
  }
};

const loadWithLocal = (format: Format, pod: FoundPod, asked: RunnableFile): Result<LoadedConfig> => {
  const { file, locals, cwd, canMount, machine = thisMachine } = asked;
  const local = withLocal(pod, locals, { machine, canMount, folder: dirname(file), cwd });
  return local.ok ? load(format, local.pod, asked) : { ok: false, file, problems: local.problems };
};

const load = (format: Format, pod: FoundPod, { file, env }: RunnableFile): Result<LoadedConfig> => {
  const folder = dirname(file);
  const written = assemble(pod);
  const { config, unset } = configObject(written, { ...env, ...ofEnvFiles(pod, folder, env) });
  const words = inWordsOf(format, written);
  if (unset.length > 0) {
    const problems = unset.map(
      ({ path, name, why }): ConfigProblem => ({ kind: 'required-variable', path: words(path), name, why }),
    );
    return { ok: false, file, problems };
  }
  const plain = plainConfig(config);
  if (!plain.ok) return { ok: false, file, problems: [plain.problem] };
  const checked = checkConfig(plain.value, { file, folder, env });
  if (checked.ok) {
    const leftOut = [...wordBriefly(written.losses), ...written.remarks].map(
      (what) => `${basename(file)}: ${what}`,
    );
    return { ok: true, value: { ...checked.value, leftOut, prefersTargets: true } };
  }
  const problems = checked.problems.map((problem): ConfigProblem => {
    if (problem.kind === 'port-taken')
      return { ...problem, path: words(problem.path), by: words(problem.by) };
    return 'path' in problem ? { ...problem, path: words(problem.path) } : problem;
  });
  return { ...checked, problems };
};

const ofEnvFiles = ({ fields }: FoundPod, folder: string, env: Environment): Environment =>
  readEnvFiles(envFilesOf(fields['envFile'] as EnvFile | undefined, folder), env);

const readingProblems = (error: unknown, text: string): readonly ConfigProblem[] => {
  if (error instanceof SourceMistakes)
    return error.mistakes.map(({ path, message }) => ({ kind: 'source-mistake', path, message }));
  const problem = yamlProblem(error);
  return [
    (problem && templateProblem(text)) ?? problem ?? { kind: 'unreadable', message: errorMessage(error) },
  ];
};

/** A chart of Helm is no YAML before it is rendered. */
const templateProblem = (text: string): ConfigProblem | null => {
  const start = text.indexOf('{{');
  if (start === -1) return null;
  const before = text.slice(0, start).split('\n');
  return {
    kind: 'syntax',
    message: "it is a template, with {{ … }}: render it first, as with 'helm template CHART > pod.yaml'",
    at: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
  };
};
