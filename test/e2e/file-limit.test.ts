import { describe, expect, test } from 'vitest';
import { CLI, CommandLine } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';

const CLOSE_TO_IT = 80;

describe.runIf(process.platform === 'linux')('the soft limit of open files', () => {
  const limitsUnder = async (limit: number, ...args: readonly string[]) => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({
        sidecars: { native: { command: 'ulimit -Sn; exec sleep 1000', readiness: { log: /^\d+$/ } } },
        primary: { command: ['sh', '-c', 'ulimit -Sn'] },
      }),
    });
    // Not the last command of the shell, which it might become.
    const script = `ulimit -Sn ${limit}; "$@"; exit $?`;
    const words = ['sh', '-c', script, 'sh', process.execPath, CLI] as const;
    await using run = new CommandLine(['up', '--ui', 'plain', ...args], project.folder, {}, { words });
    expect(await run.exitCode()).toBe(0);
    return [...run.stdout.matchAll(/^(?:native|primary) +\| (\d+)$/gm)].map(([, shown]) => Number(shown));
  };

  test('is for children what it was for sidecarctl, though Node has raised its own', async () => {
    expect(await limitsUnder(640)).toEqual([640, 640]);
  });

  test('is that too where the supervisor has more files open than it allows', async () => {
    expect(await limitsUnder(CLOSE_TO_IT)).toEqual([CLOSE_TO_IT, CLOSE_TO_IT]);
  });
});
