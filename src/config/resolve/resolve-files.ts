import { join } from 'node:path';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import type { FileChangeAction, FileSpec } from '../../model/pod-spec.ts';
import type { FilledProcess } from './filled-process.ts';
import { signalName } from './signal-name.ts';

/** A ConfigMap holds no more. */
const MOST_BYTES = 1024 * 1024;
const PUBLIC_MODE = 0o644;
const SECRET_MODE = 0o600;

/** A process, whether its functions have been called or not. */
export interface WithFiles {
  readonly name: string;
  readonly fields: { readonly files?: object };
}

/** The absolute paths of a process's files by name. */
export const filePaths = ({ name, fields }: WithFiles, filesFolder: string): ReadonlyMap<string, string> =>
  new Map(Object.keys(fields.files ?? {}).map((file) => [file, join(filesFolder, name, file)]));

export const resolveFiles = (
  process: FilledProcess,
  filesFolder: string,
  report: (problem: ConfigProblem) => void,
): readonly FileSpec[] => {
  const paths = filePaths(process, filesFolder);
  const files = Object.entries(process.fields.files ?? {}).map(([name, file]) =>
    resolveFile(name, paths.get(name) ?? '', file),
  );
  const bytes = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  if (bytes > MOST_BYTES)
    report({ kind: 'files-too-large', path: [...process.path, 'files'], bytes, limit: MOST_BYTES });
  return files;
};

type FilledFile = NonNullable<FilledProcess['fields']['files']>[string];

const resolveFile = (name: string, path: string, file: FilledFile): FileSpec => {
  const { content, mode, onChange, secret = false } = typeof file === 'string' ? { content: file } : file;
  const byDefault = secret ? SECRET_MODE : PUBLIC_MODE;
  return {
    name,
    path,
    content: typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    mode: mode === undefined ? byDefault : Number.parseInt(mode, 8),
    secret,
    onChange: resolveAction(onChange),
  };
};

type FilledAction = Exclude<FilledFile, string>['onChange'];

const resolveAction = (onChange: FilledAction = 'restart'): FileChangeAction =>
  typeof onChange === 'string'
    ? { kind: onChange }
    : { kind: 'signal', signal: signalName(onChange.signal) ?? 'SIGHUP' };
