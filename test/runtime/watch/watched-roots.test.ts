import { symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { watchedRoots } from '../../../src/runtime/watch/watched-roots.ts';
import { Project } from '../../support/project.ts';

test.each([
  ['src', ['src']],
  ['linked', ['']],
  ['linked/deep', ['']],
  ['app/linked/deep', ['app']],
  ['none/yet', ['none/yet']],
  ['file/.gitignore', ['file/.gitignore']],
])('%s is watched from where a link on the way is seen to change', async (root, expected) => {
  await using project = await Project.create({ 'src/a': '', 'app/b': '', file: '' });
  await symlink('src', project.path('linked'));
  await symlink('../src', project.path('app/linked'));
  const paths = expected.map((path) => (path === '' ? project.folder : project.path(path)));
  expect(watchedRoots([project.path(root)], project.folder)).toEqual(paths);
});

test('a root in another one is not watched twice, and links above the config are left alone', async () => {
  await using project = await Project.create({ 'src/a': '' });
  await symlink('src', project.path('linked'));
  const [src, linked] = [project.path('src'), project.path('linked')];
  expect(watchedRoots([src, project.path('src/a'), src], project.folder)).toEqual([src]);
  expect(watchedRoots([src, linked], project.folder)).toEqual([project.folder]);
  expect(watchedRoots([linked], linked)).toEqual([linked]);
});
