import { chmod } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { hostCommands } from '../support/command-host.ts';
import { HeldPort } from '../support/held-port.ts';
import { configFile, Project } from '../support/project.ts';
import { published } from '../support/published-schema.ts';
import { type Outcome, runToEnd } from '../support/run-to-end.ts';
import { treeOf } from '../support/tree-of.ts';

const run = hostCommands();

/** The outcome of `check`, which must leave the folder as it was. */
const check = (project: Project, ...args: string[]): Promise<Outcome> => checkBy(run, project, ...args);

const checkBy = async (runOne: typeof run, project: Project, ...args: string[]): Promise<Outcome> => {
  const before = await treeOf(project.folder);
  const outcome = await runOne(['check', ...args], project.folder);
  expect(await treeOf(project.folder)).toEqual(before);
  return outcome;
};

const touch = (file: string) => ['touch', file];

describe('a pod that could start', () => {
  it('is said to be right, and nothing of it is started or written', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        name: 'shop',
        volumes: { logs: {}, data: { persist: true } },
        init: { seed: { command: touch('seeded') } },
        sidecars: {
          web: { command: touch('web'), ports: { http: 'auto' }, mounts: { logs: './var/log' } },
        },
        primary: { command: 'touch started', preStop: touch('stopped'), postStart: touch('hooked') },
      }),
    });

    const { code, stdout, stderr } = await checkBy(runToEnd, project);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      `${project.path('sidecars.config.ts')} is valid: pod shop, 3 processes: seed, web, primary\n`,
    );
  });

  it('may have its programs beside the config, and on a PATH of its own', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        sidecars: { beside: { command: ['./run.sh'] }, below: { command: ['./up.sh'], cwd: 'bin' } },
        primary: { command: ['up.sh'], env: { PATH: './bin' } },
      }),
      'run.sh': '#!/bin/sh\n',
      'bin/up.sh': '#!/bin/sh\n',
    });
    await Promise.all(['run.sh', 'bin/up.sh'].map((file) => chmod(project.path(file), 0o755)));

    expect(await check(project)).toMatchObject({ code: 0, stderr: '' });
  });

  it('may have env files with lines that it is warned about', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({ envFile: '.env', primary: { command: 'true' } }),
      '.env': 'A=1\nPASSWORD=pa$word\n',
    });
    const warning =
      `${project.path('.env')}:2: PASSWORD refers to word, which is not set, so it is empty there; ` +
      "single quotes keep a '$' literal.";

    const { code, stderr } = await check(project);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `sidecarctl: warning: ${warning}\n` });
    const { stdout } = await check(project, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, problems: [], warnings: [warning] });
  });

  it('may have a command beside a process that it is warned about, and that keeps nothing from starting', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        primary: { name: 'web', command: 'true', commands: { seed: ['no-such-program'], ok: 'true' } },
      }),
    });
    const { code, stderr } = await check(project);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^sidecarctl: warning: web: seed: .*no-such-program/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('may not have an env file that cannot be read', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({ primary: { command: 'true', envFile: '.env' } }),
      '.env': 'A="1\nB=2\n',
    });

    const { code, stderr } = await check(project);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `primary.envFile: ${project.path('.env')}:1: the quote that opens the value of A is never closed.`,
    );
  });

  it('is found by -c', async () => {
    await using project = await Project.create({
      'pods/night.ts': configFile({ primary: { command: 'true' } }),
    });

    const { code, stdout } = await check(project, '-c', 'pods/night.ts');

    expect(code).toBe(0);
    expect(stdout).toContain(project.path('pods', 'night.ts'));
  });
});

describe('a pod that could not start', () => {
  it('is told every reason at once: commands, ports and mounts', async () => {
    await using held = await HeldPort.take();
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        volumes: { logs: {} },
        sidecars: {
          cache: { command: ['no-such-cache'] },
          shipper: { command: ['./no-such.sh'], mounts: { logs: 'var/log' } },
        },
        primary: { command: 'touch started', ports: { http: held.number } },
      }),
      'var/log/old.log': 'a line',
    });

    const { code, stdout, stderr } = await check(project);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toEqual([
      'sidecarctl: cache: command not found: no-such-cache; install it, or give its path',
      'sidecarctl: shipper: command not found: ./no-such.sh; install it, or give its path',
      expect.stringContaining(
        `port ${held.number} (http of primary) on 127.0.0.1 is taken by pid ${process.pid}`,
      ),
      expect.stringMatching(/a volume is to be mounted at .*\/var\/log, but a (folder|directory) is there/),
    ]);
  });

  it('is told of a program that may not be executed', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({ primary: { command: ['./app.sh'] } }),
      'app.sh': '#!/bin/sh\n',
    });

    const { code, stderr } = await check(project);

    expect(code).toBe(1);
    expect(stderr).toContain('primary: ');
    expect(stderr).toContain('./app.sh');
  });
});

describe('what is left out', () => {
  it('need not be there: neither its command nor its port', async () => {
    await using held = await HeldPort.take();
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        sidecars: { cache: { command: ['no-such-cache'], ports: { main: held.number } } },
        primary: { command: ['node', '--version'] },
      }),
    });

    expect((await check(project)).code).toBe(1);
    expect(await check(project, '--without', 'cache')).toMatchObject({ code: 0, stderr: '' });
  });

  it('may run elsewhere: the pod starts without it, and finds it on its port', async () => {
    await using held = await HeldPort.take();
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        sidecars: { cache: { command: ['no-such-cache'], ports: { main: held.number } } },
        primary: { command: ['node', '-p', 'process.env.CACHE_SERVICE_PORT'] },
      }),
    });

    const { code, stdout, stderr } = await runToEnd(
      ['up', '--ui', 'plain', '--without', 'cache'],
      project.folder,
    );

    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`${held.number}`);
  });
});

it('a wrong config is told with exit code 2, before the machine is looked at', async () => {
  await using project = await Project.create({
    'sidecars.config.ts': configFile({ primary: { command: ['no-such-app'], essential: 'yes' } }),
  });

  const { code, stdout, stderr } = await checkBy(runToEnd, project);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain("primary.essential: is 'yes'; expected true or false");
  expect(stderr).not.toContain('no-such-app');
});

describe('check --json says that', () => {
  const json = async (project: Project): Promise<{ code: number | null; told: Record<string, unknown> }> => {
    const { code, stdout } = await check(project, '--json');
    return { code, told: published('checked', JSON.parse(stdout)) };
  };

  it('a pod that could start has no problems', async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({ name: 'shop', primary: { name: 'web', command: 'true' } }),
    });
    expect(await json(project)).toEqual({
      code: 0,
      told: {
        ok: true,
        configFile: project.path('sidecars.config.mjs'),
        name: 'shop',
        processes: ['web'],
        problems: [],
        warnings: [],
      },
    });
  });

  it('what is wrong with a config is told with its place', async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({ primary: { command: 'true', dependsOn: ['db'] } }),
    });
    const { code, told } = await json(project);
    expect(code).toBe(2);
    expect(told).toMatchObject({
      ok: false,
      configFile: project.path('sidecars.config.mjs'),
      problems: [{ field: 'primary.dependsOn[0]', message: expect.stringContaining("'db'") }],
    });
  });

  it('what is in its way on this machine is told in words', async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({ primary: { name: 'web', command: ['no-such-program'] } }),
    });
    const { code, told } = await json(project);
    expect(code).toBe(1);
    expect(told).toMatchObject({
      ok: false,
      problems: [{ field: null, message: expect.stringContaining('no-such-program') }],
    });
  });

  it('an empty folder has no config', async () => {
    await using project = await Project.create();
    const { code, told } = await json(project);
    expect(code).toBe(2);
    expect(told).toMatchObject({ ok: false, configFile: null, problems: [{ field: null }] });
  });
});
