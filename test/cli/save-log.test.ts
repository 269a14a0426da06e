import { mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { savingBeside } from '../../src/cli/save-log.ts';
import { Project } from '../support/project.ts';

test('a log is saved below .sidecarctl, for its user alone', async () => {
  await using project = await Project.create({});
  const save = savingBeside(project.path('sidecars.config.ts'));
  const path = save('shop-web.log', Buffer.from([0xff, 0x0a]));
  expect(path).toBe(project.path('.sidecarctl/saved/shop-web.log'));
  expect(await readFile(path)).toEqual(Buffer.from([0xff, 0x0a]));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(() => save('shop-web.log', Buffer.from(''))).toThrow('EEXIST');
});

test('a log is not saved through a symlink', async () => {
  await using project = await Project.create({});
  await mkdir(project.path('elsewhere'));
  await mkdir(project.path('.sidecarctl'));
  await symlink(project.path('elsewhere'), project.path('.sidecarctl/saved'));
  expect(() => savingBeside(project.path('sidecars.config.ts'))('a.log', Buffer.from(''))).toThrow('ENOTDIR');
});
