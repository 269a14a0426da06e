import { chmod, rename } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ProgramsOfTurn } from '../../../src/runtime/launch/programs-of-turn.ts';
import { Project } from '../../support/project.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a program is searched once in a turn, and anew in the next', async () => {
  await using project = await Project.create({ 'late/run': '#!/bin/sh\n' });
  await chmod(project.path('late/run'), 0o755);
  const programs = new ProgramsOfTurn();
  const find = () => programs.find('run', project.folder, { PATH: 'bin:late' });

  const first = find();
  await rename(project.path('late'), project.path('bin'));
  await nextTurn();

  expect([first, find()]).toEqual([{ path: project.path('late/run') }, { path: project.path('bin/run') }]);
});

test('what is found in one PATH or folder is not taken for what another has', async () => {
  await using project = await Project.create({ 'a/run': '', 'b/run': '' });
  for (const path of ['a/run', 'b/run']) await chmod(project.path(path), 0o755);
  const programs = new ProgramsOfTurn();

  const found = [
    programs.find('run', project.folder, { PATH: 'a' }),
    programs.find('run', project.folder, { PATH: 'b' }),
    programs.find('./run', project.path('a'), { PATH: 'b' }),
    programs.find('./run', project.path('b'), { PATH: 'b' }),
  ];

  const paths = ['a', 'b', 'a', 'b'].map((folder) => ({ path: project.path(folder, 'run') }));
  expect(found).toEqual(paths);
});
