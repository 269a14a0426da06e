import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Runs a program in a folder of its own until the end of the test, or until the returned function is called. */
export const runInFolder = (command: string, argumentsIn: (folder: string) => readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'program-'));
  const child = spawn(command, argumentsIn(folder), { cwd: folder, stdio: 'ignore' });
  const exit = once(child, 'exit');
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exit;
  };
  onTestFinished(async () => {
    await end();
    rmSync(folder, { recursive: true, force: true });
  });
  return end;
};
