import { isAbsolute, join, posix } from 'node:path';
import type { Fields, FoundPod, FoundProcess, Value } from './form/found-pod.ts';
import { Losses, type ReportLoss } from './form/losses.ts';
import { Template } from './form/template.ts';
import { isThere, type Machine } from './reading/machine.ts';

/** Where the config is, and the source as seen from there. */
export interface Place {
  readonly machine: Machine;
  /** Absolute path of the config's folder. */
  readonly folder: string;
  /** Folder of the source, relative to it. */
  readonly prefix: string;
}

/**
 * Returns the pod with its paths relative to the config's folder; absolute ones stay. Missing files would be an error, so
 * a missing env file becomes optional, and a missing folder is left out.
 */
export const onThisDisk = (pod: FoundPod, place: Place): FoundPod => {
  const losses = new Losses();
  losses.add(...pod.losses);
  return {
    ...pod,
    fields: { ...withEnvFiles(pod.fields, place, losses.of(null)), ...volumesOf(pod.fields, place) },
    processes: pod.processes.flatMap((process): FoundProcess[] => {
      const reportLoss = losses.of(process.name);
      if (process.container !== undefined) return [inContainer(process, place, reportLoss)];
      if (isEmpty(process.fields['command'])) {
        reportLoss('it has no command');
        return [];
      }
      const cwd =
        process.isAnywhere === true ? undefined : folderOf(process.fields['cwd'], place, reportLoss);
      const watch = watched(process.fields['watch'], place.prefix);
      const fields = { ...withEnvFiles(process.fields, place, reportLoss), cwd, watch };
      const code = process.code === undefined ? undefined : posix.join(place.prefix, process.code);
      return [{ ...process, fields, code }];
    }),
    losses: losses.all,
  };
};

/** A list without a program is no command either. */
const isEmpty = (command: Value | undefined): boolean =>
  command === undefined || (Array.isArray(command) ? command[0] : command) === '';

/** The paths of a container are its own, but for those of its build. */
const inContainer = (process: FoundProcess, place: Place, reportLoss: ReportLoss): FoundProcess => {
  const { context, dockerfile, ...rest } = (process.fields['build'] ?? {}) as Fields;
  const code = process.code === undefined ? undefined : posix.join(place.prefix, process.code);
  const watch = watched(process.fields['watch'], place.prefix);
  const fields = { ...withEnvFiles(process.fields, place, reportLoss), watch };
  if (typeof context !== 'string') return { ...process, fields, code };
  const path = typeof dockerfile === 'string' ? within(place.prefix, dockerfile) : undefined;
  const build = { context: within(place.prefix, context), dockerfile: path, ...rest };
  return { ...process, fields: { ...fields, build }, code };
};

const volumesOf = ({ volumes }: Fields, { prefix }: Place): Fields => {
  if (volumes === undefined) return {};
  const moved = Object.entries(volumes as Fields).map(([name, volume]) => {
    const { path, ...rest } = volume as Fields;
    return [name, typeof path === 'string' ? { ...rest, path: within(prefix, path) } : rest] as const;
  });
  return { volumes: Object.fromEntries(moved) };
};

const withEnvFiles = (fields: Fields, place: Place, reportLoss: ReportLoss): Fields =>
  'envFile' in fields ? { ...fields, envFile: envFiles(fields['envFile'], place, reportLoss) } : fields;

const envFiles = (value: Value | undefined, place: Place, reportLoss: ReportLoss): Value | undefined => {
  if (Array.isArray(value)) return value.map((file) => envFiles(file, place, reportLoss) ?? null);
  if (typeof value === 'string') {
    const path = within(place.prefix, value);
    if (isThere(place.machine, absolute(place, path))) return path;
    reportLoss(`its env file ${path} does not exist yet, and is optional`);
    return { path, required: false };
  }
  const { path } = (value ?? {}) as Fields;
  return typeof path === 'string' ? { ...(value as Fields), path: within(place.prefix, path) } : value;
};

const within = (prefix: string, path: string): string => (isAbsolute(path) ? path : join(prefix, path));

const absolute = ({ folder }: Place, path: string): string => (isAbsolute(path) ? path : join(folder, path));

/** Takes a list of globs, or an object with two lists. */
const watched = (value: Value | undefined, prefix: string): Value | undefined => {
  if (Array.isArray(value)) return value.map((glob) => within(prefix, String(glob)));
  if (typeof value !== 'object' || value === null) return value;
  const { paths, ignore, ...rest } = value as Fields;
  return { paths: watched(paths, prefix), ignore: watched(ignore, prefix), ...rest };
};

/** A folder of an unset variable would be another folder, so its variables have to be set. */
const templateWithin = ({ parts }: Template, prefix: string): Template => {
  const set = parts.map((part) =>
    typeof part === 'object' && part.kind === 'variable' && part.operator === ''
      ? { ...part, operator: '?' as const }
      : part,
  );
  const isRelative = typeof parts[0] === 'string' && !isAbsolute(parts[0]);
  return new Template(isRelative && prefix !== '.' && prefix !== '' ? [`${prefix}/`, ...set] : set);
};

const folderOf = (cwd: Value | undefined, place: Place, reportLoss: ReportLoss): Value | undefined => {
  if (cwd instanceof Template) return templateWithin(cwd, place.prefix);
  if (cwd !== undefined && typeof cwd !== 'string') return cwd;
  const path = within(place.prefix, cwd ?? '.').replace(/(?<=.)\/+$/, '');
  if (path === '.' || path === '') return undefined;
  if (place.machine.isFolder(absolute(place, path))) return path;
  reportLoss(`its folder ${path} does not exist`);
  return undefined;
};
