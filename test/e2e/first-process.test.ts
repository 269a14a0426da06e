import { describe, expect, test } from 'vitest';
import { CLI, CommandLine } from '../support/command-line.ts';
import { isInstalled } from '../support/installed.ts';
import { configFile, Project } from '../support/project.ts';

const IN_NAMESPACE = [
  'unshare',
  '--pid',
  '--fork',
  '--mount-proc',
  '--kill-child',
  process.execPath,
  CLI,
] as const;

const canUnshare = process.platform === 'linux' && process.geteuid?.() === 0 && isInstalled('unshare');

describe.runIf(canUnshare)('as the first process of a container', () => {
  test('sidecarctl reaps what loses its parents, with and without its marks', async () => {
    const orphan = (setup: string): string => `(setsid ${setup} sh -c 'exec sleep 0.01' &)`;
    const bare = 'env -i prlimit --locks=unlimited:unlimited';
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({
        sidecars: {
          orphans: {
            command: `for i in 1 2 3 4 5; do ${orphan('')}; ${orphan(bare)}; done; exec sleep 1000`,
          },
        },
        // By then they have ended, and there is time for those that nothing tells of.
        primary: { command: 'sleep 2; ps -eo stat= | grep -c Z || true' },
      }),
    });
    await using run = new CommandLine(['up', '--ui', 'plain'], project.folder, {}, { words: IN_NAMESPACE });
    expect(await run.exitCode()).toBe(0);
    expect(run.stdout).toMatch(/primary +\| 0$/m);
  });
});
