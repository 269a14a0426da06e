import { utimes } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { findChangedFiles } from '../../../src/supervisor/crash-report/changed-files.ts';
import { Project } from '../../support/project.ts';

const SINCE = Date.UTC(2026, 0, 1);

/** Each file's change, in seconds after the time that is asked for. */
const projectOf = async (files: Readonly<Record<string, number | string>>): Promise<Project> => {
  const project = await Project.create();
  for (const [path, content] of Object.entries(files)) {
    await project.write(path, typeof content === 'string' ? content : '');
    const at = new Date(SINCE + (typeof content === 'number' ? content : -1) * 1000);
    await utimes(project.path(path), at, at);
  }
  return project;
};

describe('files that have changed', () => {
  test('are those since then, newest first', async () => {
    await using project = await projectOf({
      'src/old.js': -5,
      'src/a.js': 1,
      'src/deep/er/b.js': 3,
      'c.json': 2,
    });
    const { files, isWhole } = await findChangedFiles(project.folder, SINCE);
    expect(files).toEqual([
      { path: 'src/deep/er/b.js', at: SINCE + 3000 },
      { path: 'c.json', at: SINCE + 2000 },
      { path: 'src/a.js', at: SINCE + 1000 },
    ]);
    expect(isWhole).toBe(true);
  });

  test('are none that git would ignore, nor what is never anybody’s own code', async () => {
    await using project = await projectOf({
      '.gitignore': '/build/\n*.log\n!keep.log\n',
      'build/out.js': 1,
      'src/build/mine.js': 1,
      'a.log': 1,
      'keep.log': 2,
      'packages/api/.gitignore': 'generated\n',
      'packages/api/generated/x.js': 1,
      'packages/web/generated/y.js': 3,
      'node_modules/x/index.js': 1,
      '.sidecarctl/logs/x.txt': 1,
      '.git/index': 1,
    });
    const { files } = await findChangedFiles(project.folder, SINCE);
    expect(files.map(({ path }) => path)).toEqual([
      'packages/web/generated/y.js',
      'keep.log',
      'src/build/mine.js',
    ]);
  });

  test('are at most twenty', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${at}.js`, at + 1]));
    await using project = await projectOf(many);
    const { files } = await findChangedFiles(project.folder, SINCE);
    expect(files).toHaveLength(20);
    expect(files[0]?.path).toBe('29.js');
  });

  test('are none in a folder that is not there', async () => {
    expect(await findChangedFiles('/no/such/folder', SINCE)).toEqual({ files: [], isWhole: true });
  });
});
