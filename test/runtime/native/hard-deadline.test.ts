import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const module = new URL('../../../src/runtime/native/hard-deadline.ts', import.meta.url).href;

const run = async (script: string): Promise<readonly [number | null, string]> => {
  const code = `import { setHardDeadline } from ${JSON.stringify(module)};\n${script}`;
  const args = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', code];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return [exitCode, said];
};

test.runIf(process.platform === 'linux')('a loop that never gives way is ended, with the words', async () => {
  const [exitCode, said] = await run("setHardDeadline(100, 2, 'it is 100% busy'); for (;;);");
  expect(exitCode).toBe(2);
  expect(said).toContain('it is 100% busy\n');
});

test('a deadline that is called off does nothing', async () => {
  const wait = 'await new Promise((done) => setTimeout(done, 300))';
  expect(await run(`setHardDeadline(50, 2, 'late')?.callOff(); ${wait}`)).toEqual([0, '']);
});
