import { join } from 'node:path';
import type { Source } from '../format.ts';
import { type Data, record, text } from '../reading/read-yaml.ts';
import { runsSidecarctl, type Scripts } from './runs-sidecarctl.ts';

/** Scripts that run the app by convention; the first one that exists is the primary. */
const PRIMARY_SCRIPTS = ['dev', 'start:dev', 'develop', 'serve', 'start', 'watch'];

export interface Manifest {
  readonly data: Data;
  /** Scripts without those that start the pod itself. */
  readonly scripts: Scripts;
  /** Names of the scripts that start the pod itself. */
  readonly itself: readonly string[];
  /** The script that runs the app, or null. */
  readonly primary: string | null;
  /** Command that runs a script: `npm run`. */
  readonly runner: string;
  /** Command that runs a program of the package: `npx`. */
  readonly exec: string;
}

/** @throws SyntaxError */
export const readManifest = (source: Source): Manifest => {
  const data = record(JSON.parse(source.text));
  const written = scriptsOf(data, source);
  const itself = [...written.keys()].filter((name) => runsSidecarctl(`npm run ${name}`, written));
  const scripts = new Map([...written].filter(([name]) => !itself.includes(name)));
  const manager = packageManager(data, source);
  return {
    data,
    scripts,
    itself,
    primary: PRIMARY_SCRIPTS.find((name) => scripts.has(name)) ?? null,
    runner: `${manager} run`,
    exec: EXEC[manager] ?? 'npx',
  };
};

/** Scripts of a package that may run its app, the most usual one first. */
export const primaryScripts = ({ scripts }: Manifest): readonly string[] =>
  PRIMARY_SCRIPTS.filter((name) => scripts.has(name));

export const isPrimaryScript = (name: string): boolean => PRIMARY_SCRIPTS.includes(name);

/** npm has a default of its own for `start`. */
const scriptsOf = (data: Data, { folder, machine }: Source): Scripts => {
  const written = Object.entries(record(data['scripts'])).flatMap(([name, script]) => {
    const line = text(script);
    return line === undefined ? [] : [[name, line] as const];
  });
  const implied = machine.isFile(join(folder, 'server.js')) ? [['start', 'node server.js'] as const] : [];
  return new Map([...implied, ...written]);
};

const EXEC: Readonly<Record<string, string>> = { pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' };

/** The manager that the package names, or that has left its lock file here or in a workspace above. */
const packageManager = (data: Data, { folder, machine }: Source): string => {
  const declared = text(data['packageManager'])?.split('@')[0];
  if (declared !== undefined) return declared;
  if (machine.isFile(join(folder, 'pnpm-workspace.yaml'))) return 'pnpm';
  for (const above of ['.', '..', '../..']) {
    const found = LOCK_FILES.find(([file]) => machine.isFile(join(folder, above, file)));
    if (found !== undefined) return found[1];
  }
  return 'npm';
};

const LOCK_FILES = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
] as const;
