import { build, type OutputChunk, type Plugin, type RolldownOptions } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';
import configs from '../../rolldown.config.ts';

/** What a chunk needs, what it loads with that, and what is there already when it is loaded: by the ids of modules. */
interface Loaded {
  readonly name: string;
  readonly isEntry: boolean;
  readonly isThere: ReadonlySet<string>;
  readonly needs: ReadonlySet<string>;
  readonly loads: ReadonlySet<string>;
}

const closure = <T>(first: readonly T[], next: (from: T) => readonly T[]): ReadonlySet<T> => {
  const found = new Set(first);
  for (const each of found) for (const other of next(each)) found.add(other);
  return found;
};

const inAll = ([first, ...others]: readonly ReadonlySet<string>[]): ReadonlySet<string> =>
  new Set([...(first ?? [])].filter((each) => others.every((other) => other.has(each))));

const programs = (configs as readonly RolldownOptions[]).filter(({ input }) =>
  Object.values(Object(input)).some((file) => /^src\/programs\//.test(String(file))),
);

/** The chunks of a program as it is built for the package. */
const chunksOf = async (program: RolldownOptions): Promise<readonly Loaded[]> => {
  const imports = new Map<string, readonly string[]>();
  const graph: Plugin = {
    name: 'graph',
    buildEnd() {
      for (const id of this.getModuleIds()) imports.set(id, this.getModuleInfo(id)?.importedIds ?? []);
    },
  };
  const { output } = await build({
    ...program,
    plugins: [program.plugins, graph],
    output: { ...Object(program.output), sourcemap: false, minify: false },
    ...{ write: false, logLevel: 'silent' },
  });
  const chunks = output.filter((each) => each.type === 'chunk');
  return chunks.map((chunk) => ({
    ...{ name: chunk.name, isEntry: chunk.isEntry },
    needs: closure(chunk.moduleIds, (id) => imports.get(id) ?? []),
    loads: loadedWith(chunk, chunks),
    isThere: inAll(
      chunks
        .filter(({ dynamicImports }) => dynamicImports.includes(chunk.fileName))
        .map((importer) => loadedWith(importer, chunks)),
    ),
  }));
};

const loadedWith = (chunk: OutputChunk, chunks: readonly OutputChunk[]): ReadonlySet<string> => {
  const importsOf = (file: string) => chunks.find(({ fileName }) => fileName === file)?.imports ?? [];
  const files = closure([chunk.fileName], importsOf);
  return new Set(chunks.filter(({ fileName }) => files.has(fileName)).flatMap(({ moduleIds }) => moduleIds));
};

const librariesIn = (modules: ReadonlySet<string>): readonly string[] => [
  ...new Set([...modules].flatMap((id) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? [])),
];

describe('the programs of ready-made sidecars', () => {
  let all: readonly Loaded[] = [];
  beforeAll(async () => {
    all = (await Promise.all(programs.map(chunksOf))).flat();
  });

  it('start without any library', () => {
    const entries = all.filter(({ isEntry }) => isEntry);
    expect(entries.length).toBeGreaterThan(9);
    for (const { name, loads } of entries) expect([name, librariesIn(loads)]).toEqual([name, []]);
  });

  it('load no library that they do not need with one that they need', () => {
    expect(all.flatMap(({ loads }) => librariesIn(loads))).toContain('prom-client');
    for (const { name, needs, loads, isThere } of all) {
      const expected = librariesIn(new Set([...needs, ...isThere]));
      expect([name, librariesIn(loads).filter((each) => !expected.includes(each))]).toEqual([name, []]);
    }
  });
});
