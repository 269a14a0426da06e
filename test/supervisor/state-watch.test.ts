import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { StateWatch } from '../../src/supervisor/state-watch.ts';
import { withDeadline } from '../support/deadline.ts';
import { Project } from '../support/project.ts';

test('a loss is noticed though others come and go in the same folder without a pause', async () => {
  await using project = await Project.create();
  const restored = Promise.withResolvers<void>();
  let isWhole = false;
  const watch = new StateWatch({
    folders: () => [project.folder],
    isWhole: () => isWhole,
    restore: async () => {
      isWhole = true;
      restored.resolve();
    },
  });
  const others = setInterval(() => {
    writeFileSync(project.path('other.sock'), '');
    rmSync(project.path('other.sock'));
  }, 50);
  try {
    await withDeadline('the loss to be noticed', restored.promise);
    expect(isWhole).toBe(true);
  } finally {
    clearInterval(others);
    watch.close();
  }
});
