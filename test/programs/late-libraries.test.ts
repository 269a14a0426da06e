import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type OutputChunk } from 'rolldown';
import { expect, test } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../src/programs/', import.meta.url));

const programs = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /^[^/]+\/main\.ts$/.test(file),
);

const chunksOf = async (program: string): Promise<readonly OutputChunk[]> => {
  const { output } = await build({
    input: FOLDER + program,
    platform: 'node',
    write: false,
    logLevel: 'silent',
  });
  return output.filter((each) => each.type === 'chunk');
};

/** A chunk with all that it loads before it runs itself. */
const loadedBy = (chunk: OutputChunk, chunks: readonly OutputChunk[]): readonly OutputChunk[] => {
  const found = new Set([chunk]);
  for (const each of found)
    for (const file of each.imports) {
      const imported = chunks.find(({ fileName }) => fileName === file);
      if (imported !== undefined) found.add(imported);
    }
  return [...found];
};

const librariesOf = (chunks: readonly OutputChunk[]): readonly string[] => {
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  return [...new Set(modules.flatMap((id) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? []))];
};

test.each(programs)('%s starts without any library', async (program) => {
  const chunks = await chunksOf(program);
  const entry = chunks.find(({ isEntry }) => isEntry);
  if (entry === undefined) throw new Error('there is no entry');
  expect(librariesOf(loadedBy(entry, chunks))).toEqual([]);
});

test('the library for metrics is one that faults loads later', async () => {
  expect(librariesOf(await chunksOf('faults/main.ts'))).toContain('prom-client');
});
