import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LineWriter } from '../../../../src/programs/proxy/log/line-writer.ts';

it('makes the folder of its file, and appends to what is there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'line-writer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'logs', 'of-edge', 'access.log');
  for (const line of ['one\n', 'two\n']) {
    const writer = await LineWriter.to(file);
    writer.write(line);
    await writer.close();
  }
  expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
});
