import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Extensions of files that Node runs. */
export const codeExtensions: readonly string[] = ['.ts', '.mts', '.js', '.mjs', '.cjs'];

/** Extensions of files that are read as data. A file without an extension is YAML, which includes JSON. */
export const dataExtensions: readonly string[] = ['.json', '.yaml', '.yml'];

/**
 * Names of config files: the first one that exists in a folder is the config. `package.json`, with a key of its own,
 * comes last.
 */
const fileNames: readonly string[] = [
  ...[...codeExtensions, ...dataExtensions].map((extension) => `sidecars.config${extension}`),
  ...['', ...dataExtensions, ...codeExtensions].map((extension) => `.sidecarsrc${extension}`),
];

export const packageKey = 'sidecars';

/** Names that are searched for, as messages list them. */
export const searchedNames: readonly string[] = [
  'sidecars.config.{ts,mts,js,mjs,cjs,json,yaml,yml}',
  '.sidecarsrc*',
  `package.json#${packageKey}`,
];

/**
 * Returns the config of the nearest folder, from `folder` upwards, or `null` if there is none up to the root.
 *
 * This is not cosmiconfig's explorer, for three reasons. The explorer first looks in the working directory for settings
 * of its own, which can change where it searches. It reads each file that it finds, but Node imports a config in code,
 * and `readBounded` limits the others. It also costs a start 6 to 11 ms: to load it and to search took 14.4 ms, and this
 * search 8.1 ms (least of 20 processes each, in turns; medians on a busy machine: 24.6 and 13.5 ms).
 */
export const findConfig = (folder: string): string | null => {
  const found = configIn(folder);
  if (found !== null) return found;
  const parent = dirname(folder);
  return parent === folder ? null : findConfig(parent);
};

/**
 * Returns a file of a folder without a config that was probably meant to be one: `sidecars.config.cts`,
 * `sidecar.config.ts`.
 */
export const nearlyConfig = (folder: string): string | null => {
  try {
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    return files.find(({ name }) => /^\.?sidecar/i.test(name))?.name ?? null;
  } catch {
    return null;
  }
};

/** Compose's names for its file, in its own order. */
export const composeNames: readonly string[] = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yaml',
  'docker-compose.yml',
];

/** Returns the name of the Compose file in a folder, which runs if it is named. */
export const composeIn = (folder: string): string | null =>
  composeNames.find((name) => existsSync(join(folder, name))) ?? null;

const configIn = (folder: string): string | null => {
  const file = fileNames.find(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true,
  );
  if (file !== undefined) return join(folder, file);
  const packageFile = join(folder, 'package.json');
  return hasPackageKey(packageFile) ? packageFile : null;
};

const hasPackageKey = (path: string): boolean => {
  if (!existsSync(path)) return false;
  try {
    const text = readFileSync(path, 'utf8');
    return text.includes(`"${packageKey}"`) && Object.hasOwn(JSON.parse(text), packageKey);
  } catch {
    // The file belongs to somebody else and may be half written, so it cannot claim to hold a config.
    return false;
  }
};
