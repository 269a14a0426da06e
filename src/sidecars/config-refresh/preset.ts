import { dirname, posix, resolve } from 'node:path';
import type { Expansion, Preset, PresetPlace, RenderedFile, Told } from '../../config/expand/preset.ts';
import type {
  ConfigRefreshOptions,
  RefreshAction,
  RefreshedFile,
} from '../../config/observe/config-refresh.ts';
import { signalName } from '../../config/resolve/signal-name.ts';
import { parseDuration } from '../../config/schema/duration.ts';
import type { CommandProcess } from '../../config/types.ts';
import type {
  ActionOptions,
  ConfigRefreshProgramOptions,
  FileOptions,
} from '../../programs/config-refresh/options.ts';
import { embeddedProgram } from '../embedded-program.ts';
import { urlHost } from '../neighbor.ts';
import { filledCommand } from './command.ts';
import { configRefreshOptions } from './options.ts';
import { configRefreshProblems } from './problems.ts';
import { filledSource } from './sources.ts';

export const configRefresh: Preset = {
  engines: ['embedded'],
  options: configRefreshOptions,
  ports: () => PORTS,
  problems: configRefreshProblems,
  expand: (options: ConfigRefreshOptions, place): Expansion => ({
    fields: {
      ...embeddedProgram('config-refresh', programOptions(options, place)),
      ports: PORTS,
      ...(options.onError === 'fail' ? { restart: 'never', essential: true } : {}),
      provides: { env: providedPaths(options.files, place) },
    },
    detour: null,
    reasons: {},
    shared: [],
    renders: rendersOf(options.files),
    tells: toldBy(options.onChange),
  }),
};

const PORTS = { admin: 'auto' } as const;

const programOptions = (options: ConfigRefreshOptions, place: PresetPlace): ConfigRefreshProgramOptions => {
  const { sources = {}, wait = {}, retry = {}, onError = 'keep' } = options;
  const min = time(wait.min, 200);
  const byDefault = onError === 'fail' ? 1 : null;
  return {
    admin: `${urlHost(place.hostOf('admin'))}:\${ports.${place.name}.admin}`,
    folder: place.folder,
    sources: Object.fromEntries(
      Object.entries(sources).map(([name, source]) => [name, filledSource(source, place.folder)]),
    ),
    files: options.files.map((file) => filledFile(file, place)),
    wait: { min, max: time(wait.max, Math.max(2_000, min)) },
    action: ownAction(options.onChange),
    splay: time(options.splay, 0),
    onError,
    errorOnMissingKey: options.errorOnMissingKey ?? true,
    retry: {
      backoff: time(retry.backoff, 250),
      maxBackoff: time(retry.maxBackoff, 60_000),
      attempts: retry.attempts === Number.POSITIVE_INFINITY ? null : (retry.attempts ?? byDefault),
    },
  };
};

const filledFile = (file: RefreshedFile, { folder }: PresetPlace): FileOptions => ({
  template:
    file.template === undefined ? { text: file.contents ?? '' } : { file: resolve(folder, file.template) },
  volume: `\${volumes.${file.volume}}`,
  path: file.path,
  perms: typeof file.perms === 'string' ? Number.parseInt(file.perms, 8) : (file.perms ?? 0o644),
  check: file.check === undefined ? null : filledCommand(file.check),
});

const time = (duration: number | string | undefined, byDefault: number): number =>
  (duration === undefined ? null : parseDuration(duration)) ?? byDefault;

/** What the program does itself; a process is restarted or gets its signal by the supervisor. */
const ownAction = (action: RefreshAction = 'none'): ActionOptions | null => {
  if (action === 'none') return null;
  if ('exec' in action) return { kind: 'exec', command: filledCommand(action.exec) };
  return 'http' in action ? { kind: 'http', url: action.http } : null;
};

const toldBy = (action: RefreshAction = 'none'): readonly Told[] => {
  if (action === 'none') return [];
  if ('restart' in action) return [{ to: action.restart, onChange: { kind: 'restart' } }];
  if (!('signal' in action)) return [];
  return [{ to: action.to, onChange: { kind: 'signal', signal: signalName(action.signal) ?? 'SIGHUP' } }];
};

const rendersOf = (files: readonly RefreshedFile[]): Readonly<Record<string, RenderedFile>> =>
  Object.fromEntries(files.map(({ volume, path }) => [path, { volume, path }]));

/** `CONF_DIR` if all files are in one folder, and `CONF_FILE` if there is only one, for a sidecar that is called conf. */
const providedPaths = (
  files: readonly RefreshedFile[],
  { name }: PresetPlace,
): NonNullable<NonNullable<CommandProcess['provides']>['env']> => {
  const prefix = name.toUpperCase().replaceAll('-', '_');
  const paths = files.map(({ volume, path }) => posix.join(`\${volumes.${volume}}`, path));
  const [folder, ...others] = new Set(paths.map((path) => dirname(path)));
  return {
    ...(folder === undefined || others.length > 0 ? {} : { [`${prefix}_DIR`]: folder }),
    ...(paths.length === 1 ? { [`${prefix}_FILE`]: paths[0] ?? null } : {}),
  };
};
