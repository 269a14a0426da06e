import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What Node runs itself. */
export const codeExtensions: readonly string[] = ['.ts', '.mts', '.js', '.mjs', '.cjs'];

/** What is read as data; without an extension: YAML, and so JSON as well. */
export const dataExtensions: readonly string[] = ['.json', '.yaml', '.yml'];

/** In one folder the first of these that is there is the config; then comes `package.json`, for its own key. */
const fileNames: readonly string[] = [
  ...[...codeExtensions, ...dataExtensions].map((extension) => `sidecars.config${extension}`),
  ...['', ...dataExtensions, ...codeExtensions].map((extension) => `.sidecarsrc${extension}`),
];

export const packageKey = 'sidecars';

/** What is looked for, as messages list it. */
export const searchedNames: readonly string[] = [
  'sidecars.config.{ts,mts,js,mjs,cjs,json,yaml,yml}',
  '.sidecarsrc*',
  `package.json#${packageKey}`,
];

/** The config of the nearest folder, from `folder` upwards; `null` when there is none up to the root. */
export const findConfig = (folder: string): string | null => {
  const found = configIn(folder);
  if (found !== null) return found;
  const parent = dirname(folder);
  return parent === folder ? null : findConfig(parent);
};

/** A file of a folder without a config that was probably meant to be one: `sidecars.config.cts`, `sidecar.config.ts`. */
export const nearlyConfig = (folder: string): string | null => {
  try {
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    return files.find(({ name }) => /^\.?sidecar/i.test(name))?.name ?? null;
  } catch {
    return null;
  }
};

const configIn = (folder: string): string | null => {
  const paths = fileNames.map((name) => join(folder, name));
  const file = paths.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  if (file !== undefined) return file;
  const packageFile = join(folder, 'package.json');
  return hasPackageKey(packageFile) ? packageFile : null;
};

const hasPackageKey = (path: string): boolean => {
  if (!existsSync(path)) return false;
  try {
    const text = readFileSync(path, 'utf8');
    return text.includes(`"${packageKey}"`) && Object.hasOwn(JSON.parse(text), packageKey);
  } catch {
    // Somebody else's file, perhaps half written: it cannot say that it has a config.
    return false;
  }
};
