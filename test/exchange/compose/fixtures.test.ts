import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkConfig } from '../../../src/config/check/check-config.ts';
import { resolveSymbolically } from '../../../src/config/resolve/symbolic/resolve-symbolically.ts';
import { exportCompose } from '../../../src/exchange/compose/export/export-compose.ts';
import { writeCompose } from '../../../src/exchange/compose/export/write-compose.ts';
import { PRESETS } from '../../../src/sidecars/presets.ts';
import { inputsFor } from '../../config/support.ts';
import { parsed } from './exported.ts';
import { findMistakes } from './find-mistakes.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The test suite has no config, and the dependencies of one lead in a circle. */
const CONFIGS = ['sidecars.config.ts', ...globSync('fixtures/**/*.config.ts', { cwd: ROOT })].filter(
  (file) => !/vitest|cycle/.test(file),
);

/** They ask the supervisor of their pod. */
const WITHOUT = ['watch', 'monitor', 'shipper'];

/** Where the certificates of the user are. */
const DATA = '/home/ann/data';

/** The processes that need an image, by what is said about them. */
const namesIn = (exported: ReturnType<typeof exportCompose>): readonly string[] =>
  exported.ok ? [] : exported.problems.flatMap((line) => line.match(/(?<=--image )[\w-]+(?==)/g) ?? []);

test.each(CONFIGS)('%s becomes what Compose takes, with nothing of this machine', async (path) => {
  const file = join(ROOT, path);
  const source = { file, folder: dirname(file), env: { XDG_DATA_HOME: DATA } };
  const module: { readonly default: unknown } = await import(/* @vite-ignore */ file);
  const loaded = checkConfig(module.default, source, PRESETS);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const inputs = inputsFor(loaded.value, { without: WITHOUT, watching: true });
  const symbolic = resolveSymbolically(loaded.value, inputs);
  const withImages = (names: readonly string[]) =>
    exportCompose(loaded.value, symbolic, {
      ...{ sidecarImage: 'sidecars:1', folder: '.', leftOut: new Set(WITHOUT) },
      images: new Map(names.map((name) => [name, `${name}:1`])),
    });
  const found = withImages(namesIn(withImages([])));
  if (!found.ok) throw new Error(found.problems.join('\n'));
  const text = writeCompose(found.file);
  expect(findMistakes(parsed(text))).toEqual([]);
  for (const here of [ROOT.replace(/\/$/, ''), DATA, process.execPath]) expect(text).not.toContain(here);
});
