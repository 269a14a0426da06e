import { join } from 'node:path';
import { parseEnvFile, type Variables } from '../../../model/env-file.ts';
import type { EnvFileError } from '../../../model/failures/config-problem.ts';
import type { Machine } from '../../reading/machine.ts';

/** Variables of env files; those of `outer` win, and fill in the files' own. Missing files have none. */
export const withEnvFiles = (
  paths: readonly string[],
  outer: Variables,
  machine: Machine,
  onError: (path: string, why: string) => void,
): Variables => {
  let values: Variables = {};
  for (const path of paths) {
    const parsed = parseEnvFile(machine.read(path) ?? '', outer, values);
    if (parsed.error !== null) onError(path, wordedEnvFileError(parsed.error));
    values = { ...values, ...parsed.values };
  }
  return { ...values, ...outer };
};

/** `.env` beside the file is read without being asked. */
export const besideFile = (folder: string): string => join(folder, '.env');

export const wordedEnvFileError = (error: EnvFileError): string => {
  const line = `line ${error.line}`;
  switch (error.kind) {
    case 'bad-name':
      return `${line}: '${error.text}' begins with no name of a variable`;
    case 'unclosed-quote':
      return `${line}: the quote of ${error.name} is not closed`;
    case 'required-variable':
      return `${line}: ${error.name} has to be set${error.message === '' ? '' : `: ${error.message}`}`;
    case 'bad-template':
      return `${line}: '${error.text}' is no variable in the form of Compose; $$ is a dollar`;
    default:
      return error satisfies never;
  }
};
