import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figure } from './measure.ts';
import { NPM_PACKAGES } from './peers/tools.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
}

/** What an installation downloads and writes, beside what the peers from npm take with all that they depend on. */
export const benchPackage = async (): Promise<Figure[]> => {
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', pack, { cwd: ROOT, maxBuffer: 2 ** 24 });
  const [packed] = JSON.parse(stdout) as readonly Packed[];
  if (packed === undefined) throw new Error('npm packs nothing');
  const { size, unpackedSize, entryCount } = packed;
  return [
    { name: 'package, packed', value: `${(size / 1e6).toFixed(2)} MB`, target: '3.2 MB' },
    { name: 'package, installed', value: described(unpackedSize, entryCount), target: '-' },
    ...peerFigures(process.env['BENCH_PEERS'] ?? ''),
  ];
};

const described = (bytes: number, files: number): string =>
  `${(bytes / 1e6).toFixed(1)} MB in ${files} files`;

const peerFigures = (folder: string): Figure[] =>
  NPM_PACKAGES.filter((name) => existsSync(join(folder, 'node_modules', name))).map((name) => {
    const files = [...packagesOf(join(folder, 'node_modules', name))].flatMap(filesOf);
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    return { name: `${name}, installed`, value: described(bytes, files.length), target: '-' };
  });

/** The folder of a package, and those of all that it depends on. */
const packagesOf = (folder: string, found = new Set<string>()): ReadonlySet<string> => {
  if (found.has(folder)) return found;
  found.add(folder);
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const installed = folderOf(name, folder);
    if (installed !== null) packagesOf(installed, found);
  }
  return found;
};

/** Null: it is optional, and not for this platform. */
const folderOf = (name: string, from: string): string | null => {
  const here = join(from, 'node_modules', name);
  if (existsSync(here)) return here;
  return dirname(from) === from ? null : folderOf(name, dirname(from));
};

/** Without those of packages inside of it, which count for themselves. */
const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesOf(join(folder, entry.name));
    return entry.isFile() ? [join(folder, entry.name)] : [];
  });
