import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const src = join(root, 'src');

/** By room: those that it may import, as the table in ARCHITECTURE.md says. */
const documented = (): ReadonlyMap<string, readonly string[] | 'everything'> => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `src\/(\w+)\/` \|[^|]*\| ([^|]*) \|$/gm)];
  const above: string[] = [];
  return new Map(
    rows.map(([, room = '', may = '']) => {
      const allowed = [...may.matchAll(/`(\w+)\/`/g)].map(([, name = '']) => name);
      const all = may === 'everything above' ? [...above] : allowed;
      above.push(room);
      return [room, may === 'everything' ? 'everything' : all];
    }),
  );
};

interface Override {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: { readonly style?: { readonly noRestrictedImports?: RestrictedImports } };
  };
}

interface RestrictedImports {
  readonly options: { readonly patterns: ReadonlyArray<{ readonly group: readonly string[] }> };
}

/** By room: those that the linter keeps it from importing. */
const denied = (): ReadonlyMap<string, readonly string[]> => {
  const { overrides } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as {
    readonly overrides: readonly Override[];
  };
  const rooms = overrides.flatMap(({ includes, linter }) => {
    const room = /^src\/(\w+)\/\*\*$/.exec(includes[0] ?? '')?.[1];
    const groups =
      linter.rules.style?.noRestrictedImports?.options.patterns.flatMap(({ group }) => group) ?? [];
    const names = groups.flatMap((pattern) => /^\*\*\/\.\.\/(\w+)\/\*\*$/.exec(pattern)?.[1] ?? []);
    return room === undefined ? [] : [[room, names] as const];
  });
  return new Map(rooms);
};

const sources = (): readonly string[] =>
  readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\/.*\.tsx?$/.test(file));

const textOf = (file: string): string => readFileSync(join(src, file), 'utf8');

const roomOf = (file: string): string => relative(src, file).split('/')[0] ?? '';

const IMPORT = /(?:from|import\()\s*'(\.{1,2}\/[^']+)'/g;

/** Each import that leaves its room, as `room -> room`. Every room may import what the build puts in. */
const arrows = (): ReadonlySet<string> =>
  new Set(
    sources().flatMap((file) => {
      const path = join(src, file);
      const targets = [...textOf(file).matchAll(IMPORT)].map(([, to = '']) => join(dirname(path), to));
      return targets
        .filter((target) => roomOf(target) !== roomOf(path) && target !== join(src, 'build.ts'))
        .map((target) => `${roomOf(path)} -> ${roomOf(target)}`);
    }),
  );

/** A literal of several words as such a field, or as the message of an error that is told apart by its class. */
const SENTENCE =
  /(?:\b(?:message|text|reason|cause|problem|advice|answer): |\bsuper\()(?:'[^'\n]* [^\n]*|`[^`\n]* [^\n]*|"[^"\n]* [^\n]*)/g;

describe('the rooms of src/', () => {
  const rooms = documented();

  test('are those of the table in ARCHITECTURE.md', () => {
    const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).toSorted()).toEqual([...rooms.keys()].toSorted());
  });

  test('are kept apart by the linter as the table says', () => {
    const bound = [...rooms].filter(([, may]) => may !== 'everything');
    const expected = bound.map(([room, may]) => [
      room,
      [...rooms.keys()].filter((other) => other !== room && !may.includes(other)).toSorted(),
    ]);
    const linted = [...denied()].map(([room, names]) => [room, names.toSorted()]);
    expect(linted.toSorted()).toEqual(expected.toSorted());
  });

  test('import no other room than the table says, and no two import each other', () => {
    const found = [...arrows()];
    const wrong = found.filter((arrow) => {
      const [from = '', to = ''] = arrow.split(' -> ');
      const may = rooms.get(from);
      return may !== 'everything' && may?.includes(to) !== true;
    });
    expect(wrong).toEqual([]);
    const back = found.filter((arrow) => found.includes(arrow.split(' -> ').toReversed().join(' -> ')));
    expect(back).toEqual([]);
    expect(found.length).toBeGreaterThan(20);
  });

  test('know of the programs of ready-made sidecars only types, so that none is loaded with sidecarctl', () => {
    const imports = sources()
      .filter((file) => !file.startsWith('programs/'))
      .flatMap((file) => textOf(file).match(/^import [^;]*'[^']*\/programs\/[^']*';/gm) ?? []);
    expect(imports.filter((statement) => !statement.startsWith('import type '))).toEqual([]);
  });

  test('wait for time only by what time/ exports', () => {
    const found = sources().filter(
      (file) => /node:timers|\bset(?:Timeout|Interval)\(/.test(textOf(file)) && !file.startsWith('time/'),
    );
    // It is in the entry, which an old Node must be able to load, and has a comment for the linter. The others
    // call methods of node:http and node:net.
    expect(found.toSorted()).toEqual([
      'cli/no-debugger.ts',
      'control/client/connection.ts',
      'control/server/routes.ts',
      'programs/proxy/streams/upgrade/h1-tunnel.ts',
    ]);
  });

  test('load node:http without its getters, one of which loads the fetch of Node', () => {
    // The build turns every import statement into a call of getBuiltinModule, and leaves these as they are.
    expect(sources().filter((file) => textOf(file).includes("import('node:http'"))).toEqual([]);
  });

  test('below report/ carry facts, and put no sentence into a field that people read', () => {
    const below = sources().filter((file) => /^(?:model|core|time|files|logs|runtime)\//.test(file));
    expect(below.flatMap((file) => textOf(file).match(SENTENCE) ?? [])).toEqual([]);
    expect("{ kind: 'said', text: 'no answer yet' }").toMatch(SENTENCE);
  });

  test('have the values of the build from one file', () => {
    const declaring = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && /\bSIDECARCTL_\w+: string/.test(textOf(file)),
    );
    expect(declaring).toEqual(['build.ts']);
  });
});
