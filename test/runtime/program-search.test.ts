import { chmod } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findProgramObstacle } from '../../src/runtime/program-search.ts';
import { Project } from '../support/project.ts';

const withPrograms = async (): Promise<Project> => {
  const project = await Project.create({
    'bin/run': '#!/bin/sh\n',
    'bin/orphan': '#!/no/such/interpreter\n',
    'other/run': 'text',
    'other/plain': 'text',
  });
  for (const path of ['bin/run', 'bin/orphan']) await chmod(project.path(path), 0o755);
  return project;
};

test('a program is looked for along PATH, past what may not be executed', async () => {
  await using project = await withPrograms();
  const find = (file: string, path: string) => findProgramObstacle(file, project.folder, path);
  expect(find('run', `${project.path('other')}:${project.path('bin')}`)).toBe(null);
  expect(find('run', 'other:bin')).toBe(null);
  expect(find('plain', 'other:bin')).toBe('EACCES');
  expect(find('none', 'other:bin')).toBe('ENOENT');
  expect(find('bin', '.')).toBe('EACCES');
});

test('a path is taken from the working directory', async () => {
  await using project = await withPrograms();
  expect(findProgramObstacle('./run', project.path('bin'), '')).toBe(null);
  expect(findProgramObstacle('./run', project.folder, project.path('bin'))).toBe('ENOENT');
  expect(findProgramObstacle(project.path('bin'), project.folder, '')).toBe('EACCES');
});

test('a script without its interpreter is not found', async () => {
  await using project = await withPrograms();
  expect(findProgramObstacle('bin/orphan', project.folder)).toBe('ENOENT');
});

test('without a PATH the system folders are searched', () => {
  expect(findProgramObstacle('sh', '/', undefined)).toBe(null);
});
