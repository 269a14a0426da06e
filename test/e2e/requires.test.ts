import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** A program that tells its version, and counts how often it is asked. */
const PROGRAM = '#!/bin/sh\necho x >> asked\necho "tool v=7.0.15"\n';

const open = async (requires: object, more: object = {}): Promise<Project> => {
  const primary = { command: 'echo ran', requires, ...more };
  const project = await Project.create({
    'sidecars.config.mjs': configFile({ env: { PATH: '${env.TOOLS}:${env.PATH}' }, primary }),
  });
  await project.write('bin/tool', PROGRAM, 0o755);
  return project;
};

const run = (project: Project, ...args: string[]) =>
  runToEnd(args, project.folder, { TOOLS: project.path('bin') });

describe('required programs', () => {
  test('that are there in a version that will do let the pod run', async () => {
    await using project = await open({ tool: '>=7 <8', sh: '*' });
    expect(await run(project, 'up', '--ui', 'plain')).toMatchObject({ code: 0 });
    expect(await run(project, 'check')).toMatchObject({ code: 0, stderr: '' });
  });

  test('that are missing, or have another version, keep everything from starting', async () => {
    await using project = await open({ tool: '^6.2', 'no-such-tool': '*' });
    const problems = [
      'primary requires tool ^6.2, but version 7.0.15 is installed; install a version in the range, or change requires',
      'primary requires no-such-tool, but no-such-tool is not found; install it, or set PATH to its folder',
    ];
    for (const args of [
      ['up', '--ui', 'plain'],
      ['run', '--only', 'primary', '--', 'echo', 'ran'],
      ['check'],
    ]) {
      const { code, stdout, stderr } = await run(project, ...args);
      // COMMAND of `run` is another program, with requirements of its own.
      if (args[0] === 'run') expect({ code, stdout }).toEqual({ code: 0, stdout: 'ran\n' });
      else expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      if (args[0] !== 'run') for (const problem of problems) expect(stderr).toContain(problem);
    }
  });

  test('are shown by doctor, met or not', async () => {
    await using project = await open({ tool: '>=7', 'no-such-tool': '*' });
    const { code, stdout } = await run(project, 'doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^requires {4}primary: tool >=7 \(found 7\.0\.15\)$/m);
    expect(stdout).toMatch(/^requires {4}primary requires no-such-tool, but no-such-tool is not found; /m);
  });

  test('can be asked by other arguments, and one without an answer is told', async () => {
    await using project = await open({ sh: { version: '>=1', args: ['-c', 'echo 1.2'] } });
    expect(await run(project, 'check')).toMatchObject({ code: 0 });
    await using silent = await open({ sh: { version: '>=1', args: ['-c', ':'] } });
    expect((await run(silent, 'check')).stderr).toContain(
      "primary requires sh >=1, but 'sh -c :' tells no version (it prints nothing); " +
        'set args of the requirement to the arguments that print it',
    );
  });

  test('are asked once for all instances', async () => {
    await using project = await open({ tool: '>=7' }, { instances: 3 });
    expect(await run(project, 'check')).toMatchObject({ code: 0 });
    expect(readFileSync(project.path('asked'), 'utf8')).toBe('x\n');
    const { stdout } = await runToEnd(['up', '--ui', 'plain'], project.folder, {
      TOOLS: project.path('bin'),
    });
    expect(stdout.match(/ran/g)).toHaveLength(3);
  });

  test('with a range that is none are a config error', async () => {
    await using project = await open({ tool: 'latest' });
    const { code, stderr } = await run(project, 'check');
    expect(code).toBe(2);
    expect(stderr).toContain("primary.requires.tool: is 'latest'; expected a version range");
  });
});
