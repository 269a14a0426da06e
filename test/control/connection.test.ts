import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Connection, PodGone } from '../../src/control/client/connection.ts';

test('a supervisor that is gone is not waited for as one that does not listen yet', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'connection-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  let looks = 0;
  const isExpected = (): boolean => ++looks < 3;
  const connection = new Connection(join(folder, 'none.sock'), { isExpected });
  await expect(connection.get('pod')).rejects.toBeInstanceOf(PodGone);
  expect(looks).toBe(3);
});
