import { join } from 'node:path';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import type { FileChangeAction, FileSpec, RenderedFileSpec } from '../../model/pod-spec.ts';
import type { RenderedDeclaration } from './component.ts';
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
  readonly rendered: readonly RenderedDeclaration[];
}

/** Where the files of processes are: their own in a folder, and those that others render in volumes. */
interface FilePlaces {
  readonly filesFolder: string;
  readonly volumes: ReadonlyMap<string, string>;
}

/** The absolute paths of a process's files by name. */
export const filePaths = (
  { name, fields, rendered }: WithFiles,
  { filesFolder, volumes }: FilePlaces,
): ReadonlyMap<string, string> =>
  new Map([
    ...Object.keys(fields.files ?? {}).map((file) => [file, join(filesFolder, name, file)] as const),
    ...rendered.map((file) => [file.name, join(volumes.get(file.volume) ?? filesFolder, file.path)] as const),
  ]);

/** The files of a process that another one renders. */
export const resolveRenderedFiles = (
  process: FilledProcess,
  places: FilePlaces,
): readonly RenderedFileSpec[] => {
  const paths = filePaths(process, places);
  return process.rendered.map(({ name }) => ({ name, path: paths.get(name) ?? '' }));
};

export const resolveFiles = (
  process: FilledProcess,
  places: FilePlaces,
  report: (problem: ConfigProblem) => void,
): readonly FileSpec[] => {
  const paths = filePaths(process, places);
  const files = Object.entries(process.fields.files ?? {}).flatMap(([name, file]) =>
    typeof file === 'object' && 'from' in file
      ? []
      : [resolveFile(name, paths.get(name) ?? '', file, process.fields.image !== undefined)],
  );
  const bytes = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  if (bytes > MOST_BYTES)
    report({ kind: 'files-too-large', path: [...process.path, 'files'], bytes, limit: MOST_BYTES });
  return files;
};

type FilledFile = Exclude<NonNullable<FilledProcess['fields']['files']>[string], { readonly from: string }>;

const resolveFile = (name: string, path: string, file: FilledFile, isContained: boolean): FileSpec => {
  const { content, mode, onChange, secret = false } = typeof file === 'string' ? { content: file } : file;
  // A container may run as any user. Nobody else reaches the file on this machine, by its folder.
  const byDefault = secret && !isContained ? SECRET_MODE : PUBLIC_MODE;
  return {
    name,
    path,
    content: typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    mode: mode === undefined ? byDefault : Number.parseInt(mode, 8),
    secret,
    onChange: resolveAction(onChange),
  };
};

type Action = 'restart' | 'none' | { readonly signal: string };

/** What a new content does to a process, from what the config says of it. */
export const resolveAction = (onChange: Action = 'restart'): FileChangeAction =>
  typeof onChange === 'string'
    ? { kind: onChange }
    : { kind: 'signal', signal: signalName(onChange.signal) ?? 'SIGHUP' };
