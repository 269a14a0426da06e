import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Fields, FoundPod, FoundProcess, Value } from './found-pod.ts';
import { isFolder } from './host.ts';

/**
 * Returns the pod with its paths relative to the config's folder; `prefix` is the source's folder from there. Missing
 * files would be an error, so a missing env file becomes optional, and a missing folder is left out.
 */
export const onThisDisk = (pod: FoundPod, folder: string, prefix: string): FoundPod => {
  const leftOut = [...pod.leftOut];
  const fields = (of: Fields, name: string): Fields => ({
    ...of,
    ...('envFile' in of ? { envFile: envFiles(of['envFile'], folder, prefix, reportLossFor(name)) } : {}),
  });
  const reportLossFor = (name: string) => (what: string) => void leftOut.push(`${name}: ${what}`);
  return {
    ...pod,
    fields: fields(pod.fields, pod.source),
    processes: pod.processes.flatMap((process): FoundProcess[] => {
      const reportLoss = reportLossFor(process.name);
      if (process.fields['command'] !== undefined) {
        const cwd = folderOf(process.fields['cwd'], folder, prefix, reportLoss);
        const watch = watched(process.fields['watch'], prefix);
        return [{ ...process, fields: { ...fields(process.fields, process.name), cwd, watch } }];
      }
      reportLoss('it has no command');
      return [];
    }),
    leftOut,
  };
};

type ReportLoss = (what: string) => void;

const envFiles = (
  value: Value | undefined,
  folder: string,
  prefix: string,
  reportLoss: ReportLoss,
): Value | undefined => {
  if (Array.isArray(value)) return value.map((file) => envFiles(file, folder, prefix, reportLoss) ?? null);
  if (typeof value === 'string') {
    const path = join(prefix, value);
    if (existsSync(join(folder, path))) return path;
    reportLoss(`its env file ${path} does not exist yet, and is optional`);
    return { path, required: false };
  }
  const { path } = (value ?? {}) as Fields;
  return typeof path === 'string' ? { ...(value as Fields), path: join(prefix, path) } : value;
};

/** Takes a list of globs, or an object with two lists. */
const watched = (value: Value | undefined, prefix: string): Value | undefined => {
  if (Array.isArray(value)) return value.map((glob) => join(prefix, String(glob)));
  if (typeof value !== 'object' || value === null) return value;
  const { paths, ignore, ...rest } = value as Fields;
  return { paths: watched(paths, prefix), ignore: watched(ignore, prefix), ...rest };
};

const folderOf = (
  cwd: Value | undefined,
  folder: string,
  prefix: string,
  reportLoss: ReportLoss,
): Value | undefined => {
  if (cwd !== undefined && typeof cwd !== 'string') return cwd;
  const path = join(prefix, cwd ?? '.');
  if (path === '.' || path === '../cli/init/') return undefined;
  if (isFolder(join(folder, path))) return path;
  reportLoss(`its folder ${path} does not exist`);
  return undefined;
};
