import { expect, test } from 'vitest';
import { findShellObstacle } from '../../../src/supervisor/cause/shell-obstacle.ts';
import { Project } from '../../support/project.ts';

test.each([
  'sh: 1: ./run: Permission denied',
  '/bin/sh: 12: exec: ./run: Permission denied',
  'deploy.sh: 3: ./run: Permission denied',
  'bash: line 1: ./run: Permission denied',
  'bash: ./run: Permission denied',
  './run: Permission denied',
])('what is in the way of a file that a shell could not start is found: %s', async (line) => {
  await using project = await Project.create({ run: 'echo' });
  expect(findShellObstacle([line], project.folder, {})).toMatchObject({
    file: './run',
    obstacle: { kind: 'not-executable' },
  });
});

test.each([
  'cat: ./run: Permission denied',
  'ls: ./gone: No such file or directory',
  "python3: can't open file './run': [Errno 13] Permission denied",
  'tail: ./run: Permission denied',
])('what another program says of a file that it reads is none of it: %s', async (line) => {
  await using project = await Project.create({ run: 'echo' });
  expect(findShellObstacle([line], project.folder, {})).toBeNull();
});
