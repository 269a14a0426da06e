import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { BoundedOutput } from '../../src/cli/bounded-output.ts';
import { Project } from '../support/project.ts';

test('the output of a detached pod keeps its newest lines, and does not grow without a bound', async () => {
  await using project = await Project.create();
  const path = project.path('detached.log');
  const fd = openSync(path, 'a+');
  const output = new BoundedOutput(fd);
  let last = '';
  let largest = 0;
  for (let line = 0; line < 60_000; line += 1) {
    last = `${line} ${'x'.repeat(60)}\n`;
    output.wrote(writeSync(fd, last));
    if (line % 500 === 0) largest = Math.max(largest, statSync(path).size);
  }
  closeSync(fd);
  const text = await readFile(path, 'utf8');
  expect(largest).toBeLessThan(1.1 * 1024 * 1024);
  expect(text.endsWith(last)).toBe(true);
  expect(text).toMatch(/^\d+ x{60}\n/);
});
