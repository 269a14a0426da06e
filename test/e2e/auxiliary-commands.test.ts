import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { newTag, processesTagged } from '../support/process-zoo.ts';
import { Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const attempts = (project: Project): number => {
  try {
    return readFileSync(project.path('attempts'), 'latin1').length;
  } catch {
    return 0;
  }
};

const open = (web: object): Promise<Project> =>
  Project.create({
    'sidecars.config.json': JSON.stringify({
      sidecars: { web: { command: 'exec sleep 1000', ...web } },
      primary: { command: 'exec sleep 1000', dependsOn: { web: 'started' } },
    }),
  });

describe.runIf(process.platform === 'linux')(
  'what runs beside a process and leaves something in the background',
  () => {
    test('is ended with each attempt of an exec probe, which piles up no descriptors', async () => {
      const tag = `1000.${newTag()}`;
      const exec = `printf x >>attempts; sleep ${tag} & setsid sleep ${tag} & exit 1`;
      await using project = await open({ readiness: { exec, period: '10ms' } });
      await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
      const descriptors = (): number => readdirSync(`/proc/${run.pid}/fd`).length;
      await eventually('an attempt', () => attempts(project) > 1);
      const before = descriptors();
      await eventually('twenty more', () => attempts(project) > 21);
      // Those of the attempt that is under way, and its shells.
      expect(processesTagged(`sleep ${tag}`).length).toBeLessThanOrEqual(5);
      // One for each attempt would be twenty; the attempt that is under way has some, and so has a look at /proc.
      expect(descriptors()).toBeLessThanOrEqual(before + 10);
    });

    test('as a hook is ended before the process is launched again, and at its stop', async () => {
      const tag = `1000.${newTag()}`;
      const postStart = `setsid sleep ${tag} >/dev/null 2>&1 & sleep ${tag} &`;
      await using project = await open({ postStart });
      await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
      const daemons = (): readonly number[] => processesTagged(`sleep ${tag}`);
      const started = async (other: unknown): Promise<unknown> => {
        const { pid } = await run.event(
          'web to be started',
          ({ name, state, pid }) => name === 'web' && state === 'ready' && pid !== other,
        );
        return pid;
      };
      const first = await started(null);
      await eventually('the daemons', () => daemons().length === 2);
      const before = daemons();
      expect(await runToEnd(['restart', 'web'], project.folder)).toMatchObject({ code: 0 });
      await started(first);
      expect(daemons().filter((pid) => before.includes(pid))).toEqual([]);
      expect(await runToEnd(['stop', 'web'], project.folder)).toMatchObject({ code: 0 });
      expect(daemons()).toEqual([]);
    });
  },
);
