import { stripTypeScriptTypes } from 'node:module';
import { join, posix } from 'node:path';
import { checkConfig } from '../../../src/config/check/check-config.ts';
import { draftConfig } from '../../../src/exchange/draft-config.ts';
import type { Machine } from '../../../src/exchange/reading/machine.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';
import { PRESETS } from '../../../src/sidecars/presets.ts';

export type Files = Readonly<Record<string, string>>;

export interface DraftOptions {
  readonly from?: string;
  /** Programs on the PATH. */
  readonly programs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where symlinks lead, by their absolute paths. */
  readonly links?: Readonly<Record<string, string>>;
}

export const FOLDER = '/shop';

const PROGRAMS = ['node', 'npm', 'npx', 'python3', 'redis-server', 'bash', 'ruby'];

/** A machine that has only these files, by their paths in the folder or absolute. */
export const machineWith = (
  files: Files,
  { programs = PROGRAMS, env = {}, links = {} }: DraftOptions,
): Machine => {
  const texts = new Map(Object.entries(files).map(([name, text]) => [absolute(name), text]));
  const folders = new Set([FOLDER, '/', '/tmp']);
  for (const path of texts.keys())
    for (let folder = posix.dirname(path); folder !== '/'; folder = posix.dirname(folder))
      folders.add(folder);
  const isFolder = (path: string): boolean => folders.has(path.replace(/(?<=.)\/+$/, ''));
  return {
    env,
    read: (path) => texts.get(path) ?? null,
    isFolder,
    isFile: (path) => texts.has(path),
    names: (folder) => [
      ...new Set(
        [...texts.keys(), ...folders]
          .filter((path) => path.startsWith(folder === '/' ? '/' : `${folder}/`) && path !== folder)
          .map((path) => path.slice(folder.length + (folder === '/' ? 0 : 1)).split('/')[0] ?? ''),
      ),
    ],
    realPath: (path) => links[path] ?? path,
    hasProgram: (name) => programs.includes(name),
    cpus: 8,
    memory: 16 * 2 ** 30,
    evaluate: async (path) => {
      const module = { exports: undefined as unknown };
      new Function('module', '__dirname', texts.get(path) ?? '')(module, posix.dirname(path));
      return module.exports;
    },
  };
};

const absolute = (name: string): string => (name.startsWith('/') ? name : join(FOLDER, name));

export interface Drafted {
  /** The config, with its functions called. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly leftOut: readonly string[];
  readonly remarks: readonly string[];
  readonly sources: readonly string[];
}

/** What `init` writes for a folder with these files: it passes `check`, or an error is thrown. */
export const draft = async (files: Files, options: DraftOptions = {}): Promise<Drafted> => {
  const drafted = await draftConfig(FOLDER, options.from, machineWith(files, options));
  if (!drafted.ok) throw new Error(drafted.message);
  return checked(drafted, options);
};

type Written = Extract<Awaited<ReturnType<typeof draftConfig>>, { ok: true }>;

/** Reads a written config, which has to pass `check`. */
export const checked = (drafted: Omit<Written, 'ok'>, options: DraftOptions = {}): Drafted => {
  const { text, pod, sources } = drafted;
  const config = evaluated(text);
  const env = { HOME: '/home/ann', ...options.env };
  const outcome = checkConfig(
    config,
    { file: join(FOLDER, 'sidecars.config.ts'), folder: FOLDER, env },
    PRESETS,
  );
  // The files are not on this machine.
  const problems = outcome.ok
    ? []
    : outcome.problems.filter((problem) => !NO_FILE.test(JSON.stringify(problem)));
  if (!outcome.ok && problems.length > 0)
    throw new Error(`${formatConfigProblems({ ...outcome, problems }, { color: false })}\n${text}`);
  return { text, config: called(config, env), leftOut: pod.leftOut, remarks: pod.remarks, sources };
};

const NO_FILE = /no-such-path|"no-folder"|ENOENT|missing-env-file/;

/** What `init` says where it writes nothing. */
export const refusal = async (files: Files, options: DraftOptions = {}): Promise<string> => {
  const drafted = await draftConfig(FOLDER, options.from, machineWith(files, options));
  return drafted.ok ? `a config:\n${drafted.text}` : drafted.message;
};

export const evaluated = (text: string): Readonly<Record<string, unknown>> => {
  const code = stripTypeScriptTypes(text)
    .replace(/^import .*$/m, 'const defineConfig = (config) => config;')
    .replace('export default', 'return');
  return new Function(code)() as Readonly<Record<string, unknown>>;
};

type Env = Readonly<Record<string, string>>;

/** Calls functions of the wiring; references to ports become `{process.port}`. */
export const called = (
  value: Readonly<Record<string, unknown>>,
  env: Env,
): Readonly<Record<string, unknown>> => filled(value, env) as Readonly<Record<string, unknown>>;

const filled = (value: unknown, env: Env): unknown => {
  if (typeof value === 'function') return value({ env, ports: named(2), volumes: named(1), files: named(1) });
  if (Array.isArray(value)) return value.map((item) => filled(item, env));
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, filled(field, env)]));
};

const named = (depth: number, path: readonly string[] = []): unknown =>
  path.length === depth
    ? `{${path.join('.')}}`
    : new Proxy({}, { get: (_, name) => named(depth, [...path, String(name)]) });
