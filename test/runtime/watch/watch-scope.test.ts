import { expect, test } from 'vitest';
import type { WatchSpec } from '../../../src/model/pod-spec.ts';
import { GitIgnore } from '../../../src/runtime/watch/git-ignore.ts';
import { type Ignored, watchScope } from '../../../src/runtime/watch/watch-scope.ts';
import { Project } from '../../support/project.ts';

const FOLDER = '/shop (old)';
const NOTHING_IGNORED: Ignored = { always: [], byDefault: () => false };

const scopeOf = (paths: string[], ignore: string[] = [], ignored = NOTHING_IGNORED) => {
  const watch: WatchSpec = { paths, ignore, debounce: 0, action: { kind: 'restart' }, polling: null };
  return watchScope(watch, FOLDER, ignored);
};

test.each([
  ['src', 'src/a/b.ts', true],
  ['src', 'srcs/a.ts', false],
  ['./src/', 'src/a.ts', true],
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/deep/a.ts', false],
  ['src/**/*.{ts,tsx}', 'src/deep/a.tsx', true],
  ['**/*.ts', 'a.ts', true],
  ['**/*.ts', 'deep/.hidden/a.ts', true],
  ['**/*.ts', 'a.js', false],
  ['*', 'folder/in/it.txt', true],
  ['../shared/**/*.ts', '../shared/a.ts', true],
  ['.', 'node_modules/x/index.js', false],
  ['node_modules/mine', 'node_modules/mine/index.js', true],
  ['*/node_modules/@acme/*/src/**', 'app/node_modules/@acme/lib/src/a.ts', true],
  ['packages/**/node_modules/@acme', 'packages/a/b/node_modules/@acme/lib/a.ts', true],
  ['packages/**/*.ts', 'packages/a/node_modules/lib/a.ts', false],
  ['packages/*/src/**', 'packages/a/src/node_modules/a.ts', false],
  ['.', '.git/HEAD', false],
  ['.', '.sidecarctl/logs/web.log', false],
  ['.', '.env', true],
])('the glob %s matches the file %s: %s', (glob, file, concerns) => {
  expect(scopeOf([glob]).concerns(new URL(file, `file://${FOLDER}/`).pathname.replaceAll('%20', ' '))).toBe(
    concerns,
  );
});

test('what is ignored does not concern, and is not looked into', () => {
  const scope = scopeOf(['.'], ['**/*.log', 'tmp'], { always: ['/shop (old)/data'], byDefault: () => false });
  expect(scope.concerns(`${FOLDER}/a.log`)).toBe(false);
  expect(scope.reaches(`${FOLDER}/tmp`)).toBe(false);
  expect(scope.reaches(`${FOLDER}/data`)).toBe(false);
  expect(scope.reaches(`${FOLDER}/src`)).toBe(true);
});

test('the way to a glob is looked into, and nothing beside it', () => {
  const scope = scopeOf(['deep/er/*.ts']);
  expect(scope.reaches(`${FOLDER}/deep`)).toBe(true);
  expect(scope.reaches(`${FOLDER}/deep/other`)).toBe(false);
  expect(scope.roots).toEqual([`${FOLDER}/deep/er`]);
});

test('git’s rules hold from the top of the repository down, the nearest one first', async () => {
  await using project = await Project.create({
    '.git/HEAD': '',
    '.gitignore': '*.gen.ts\nbuild/\n',
    'app/.gitignore': '!kept.gen.ts\n',
  });
  const git = new GitIgnore(project.path('app'));
  expect(git.ignores(project.path('app/a.gen.ts'), false)).toBe(true);
  expect(git.ignores(project.path('app/kept.gen.ts'), false)).toBe(false);
  expect(git.ignores(project.path('app/build'), true)).toBe(true);
  expect(git.ignores(project.path('app/build'), false)).toBe(false);
  expect(git.ignores(project.path('app/build/kept.gen.ts'), false)).toBe(true);
  expect(git.ignores('/elsewhere/build', true)).toBe(false);
});

test('a glob that names what git leaves out, behind a wildcard, means it', () => {
  const ignored = { always: [], byDefault: (path: string) => path.split('/').includes('dist') };
  const scope = scopeOf(['packages/*/dist/**/*.js', 'other/**'], [], ignored);
  expect(scope.concerns(`${FOLDER}/packages/a/dist/b/c.js`)).toBe(true);
  expect(scope.reaches(`${FOLDER}/packages/a/dist/b`)).toBe(true);
  expect(scope.concerns(`${FOLDER}/other/dist/c.js`)).toBe(false);
  expect(scope.reaches(`${FOLDER}/other/dist`)).toBe(false);
});

test('only folders that may hold something of a glob are looked into', () => {
  const scope = scopeOf(['packages/*/node_modules/@acme/*/src/**', 'lib/{a/b,c}/*.ts']);
  expect(scope.reaches(`${FOLDER}/packages/app`)).toBe(true);
  expect(scope.reaches(`${FOLDER}/packages/app/node_modules/@acme/lib/src/deep`)).toBe(true);
  expect(scope.reaches(`${FOLDER}/packages/app/node_modules/react`)).toBe(false);
  expect(scope.reaches(`${FOLDER}/packages/app/test`)).toBe(false);
  expect(scope.reaches(`${FOLDER}/lib/a/b`)).toBe(true);
});
