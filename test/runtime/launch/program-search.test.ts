import { readFileSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorCodeOf, findProgramObstacle } from '../../../src/runtime/launch/program-search.ts';
import { Project } from '../../support/project.ts';

/** As execvp would report it; null: it would start. */
const codeFor = (file: string, folder: string, PATH?: string): string | null => {
  const obstacle = findProgramObstacle(file, folder, { PATH });
  return obstacle === null ? null : errorCodeOf(obstacle);
};

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
  const find = (file: string, path: string) => codeFor(file, project.folder, path);
  expect(find('run', `${project.path('other')}:${project.path('bin')}`)).toBe(null);
  expect(find('run', 'other:bin')).toBe(null);
  expect(find('plain', 'other:bin')).toBe('EACCES');
  expect(find('none', 'other:bin')).toBe('ENOENT');
  expect(find('bin', '.')).toBe('EACCES');
});

test('a path is taken from the working directory', async () => {
  await using project = await withPrograms();
  expect(codeFor('./run', project.path('bin'), '')).toBe(null);
  expect(codeFor('./run', project.folder, project.path('bin'))).toBe('ENOENT');
  expect(codeFor(project.path('bin'), project.folder, '')).toBe('EACCES');
});

test('a script without its interpreter is not found', async () => {
  await using project = await withPrograms();
  expect(codeFor('bin/orphan', project.folder)).toBe('ENOENT');
});

test('without a PATH the system folders are searched', () => {
  expect(codeFor('sh', '/', undefined)).toBe(null);
});

test.each([
  ['a missing interpreter', '#!/no/such/sh\n', { kind: 'interpreter-missing', interpreter: '/no/such/sh' }],
  ['Windows line endings', '#!/bin/sh\r\necho\r\n', { kind: 'windows-lines' }],
  ['Windows line endings behind env', '#!/usr/bin/env node\r\n', { kind: 'windows-lines' }],
  ['env without the command', '#!/usr/bin/env no-such-command\n', { interpreter: 'no-such-command' }],
  [
    'env -S without the command',
    '#!/usr/bin/env -S no-such-command -x\n',
    { interpreter: 'no-such-command' },
  ],
])('what is in the way of a script with %s is told', async (_what, text, obstacle) => {
  await using project = await Project.create();
  await project.write('run', text, 0o755);
  expect(findProgramObstacle('./run', project.folder, process.env)).toMatchObject(obstacle);
});

test.each([
  ['what is not there', '../gone/run'],
  ['itself', 'run'],
])('a symlink to %s is told as one, by its path and on PATH', async (_what, target) => {
  await using project = await withPrograms();
  await mkdir(project.path('links'));
  await symlink(target, project.path('links/run'));
  const dangling = { kind: 'dangling', target };
  expect(findProgramObstacle('links/run', project.folder)).toMatchObject(dangling);
  expect(findProgramObstacle('run', project.folder, { PATH: 'links:none' })).toMatchObject(dangling);
  expect(findProgramObstacle('run', project.folder, { PATH: 'links:bin' })).toBeNull();
});

test.each(['#!/bin/sh\n', '#! /bin/sh -e\n', '#!/usr/bin/env sh\n', '#!/usr/bin/env A=b sh\n', 'echo\n', ''])(
  'nothing is in the way of a script that begins with %j',
  async (text) => {
    await using project = await Project.create();
    await project.write('run', text, 0o755);
    expect(findProgramObstacle('./run', project.folder, process.env)).toBeNull();
  },
);

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'what loads a program of another C library is missed',
  async () => {
    await using project = await Project.create();
    const bytes = readFileSync(process.execPath).subarray(0, 64 * 1024);
    const loader = bytes.toString('latin1').match(/\/lib\S*?\/ld-[\w.-]+/)?.[0] ?? '';
    const other = loader.replace(/.$/, 'X');
    bytes.write(other, bytes.indexOf(loader), 'latin1');
    await writeFile(project.path('run'), bytes, { mode: 0o755 });
    expect(findProgramObstacle('./run', project.folder)).toMatchObject({
      kind: 'loader-missing',
      loader: other,
    });
    expect(findProgramObstacle(process.execPath, '/')).toBeNull();
  },
);
