import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { withDeadline } from '../support/deadline.ts';
import { configFile, Project } from '../support/project.ts';

/** Nobody reads what it answers, or complains of. */
const runUnread = async (
  args: readonly string[],
  cwd: string,
  unread: 'stdout' | 'stderr' = 'stdout',
): Promise<{ code: number; stderr: string }> => {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child[unread].destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = await withDeadline('the command to end', once(child, 'close'));
  return { code, stderr };
};

describe('a reader that has seen enough is no reason to crash', () => {
  test.each(['--help', 'dev --help', 'graph', 'graph --json', 'check', 'doctor', 'completion bash'])(
    'sidecarctl %s ends with 0 when nobody reads its output',
    async (line) => {
      await using project = await Project.create({
        'sidecars.config.mjs': configFile({ name: 'shop', primary: { command: 'true' } }),
      });
      expect(await runUnread(line.split(' '), project.folder)).toEqual({ code: 0, stderr: '' });
    },
  );

  test.each(['nonsense', 'dev --nonsense', 'check', 'status'])(
    'sidecarctl %s ends with its own code when nobody reads its errors',
    async (line) => {
      await using project = await Project.create();
      expect((await runUnread(line.split(' '), project.folder, 'stderr')).code).toBe(2);
    },
  );
});
