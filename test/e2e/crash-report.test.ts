import { readdir, readFile, stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { configFile, Project } from '../support/project.ts';
import { published } from '../support/published-schema.ts';
import { runToEnd } from '../support/run-to-end.ts';

const FOLDER = '.sidecarctl/dossiers';

const pages = async (project: Project): Promise<string[]> =>
  (await readdir(project.path(FOLDER)).catch(() => [])).toSorted();

/** The one page there is about a process. */
const pageOf = async (project: Project, process: string): Promise<string> => {
  const names = (await pages(project)).filter((name) => name.endsWith(`-${process}.txt`));
  expect(names).toHaveLength(1);
  return readFile(project.path(FOLDER, names[0] ?? ''), 'utf8');
};

describe('a process that fails for good', () => {
  test('has a page with its end, its neighbours and the likely cause, named on stderr', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        name: 'shop',
        sidecars: {
          db: { command: 'echo "\u001b[31mdb \u0007is up"; exec sleep 600', readiness: { log: 'is up' } },
          far: { command: 'echo "far away"; exec sleep 600' },
        },
        primary: {
          name: 'web',
          command: 'echo "reading"; echo "Error: Cannot find module \'express\'" >&2; exit 3',
          dependsOn: ['db'],
        },
      }),
    });

    const { code, stderr } = await runToEnd(['up'], project.folder);

    expect(code).toBe(3);
    const [, path = ''] = /web has failed: .*; crash report: (\S+)/.exec(stderr) ?? [];
    const page = await readFile(path, 'utf8');
    expect(page).toMatch(/^web \(primary of pod shop\) exited with code 3, 2\d{3}-/);
    expect(page).toContain('likely cause: the module express is not installed where it looks for it\n');
    expect(page).toContain('  db is ready\n');
    expect(page).toMatch(/exited with code 3 after \d+ms/);
    expect(page).toMatch(/ db {2}\| db is up\n(.*\n)*.* web \| reading\n.* web ! Error: Cannot find module/);
    expect(page).not.toContain('far away');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(project.path(FOLDER))).mode & 0o777).toBe(0o700);
  });

  test('tells the files that have changed since it was last ready, and how its probe fared', async () => {
    await using project = await Project.create({
      '.gitignore': '*.tmp\n',
      'src/old.js': '',
      'sidecars.config.ts': configFile({
        primary: {
          command:
            'touch up; until test -f go; do sleep 0.01; done; echo changed > src/new.js; touch a.tmp; rm up; sleep 0.2; exit 1',
          readiness: { file: 'up', period: '20ms', failureThreshold: 1 },
        },
      }),
    });
    await using cli = new CommandLine(['dev', '--ui', 'json'], project.folder);
    await cli.state('primary', 'ready');
    await project.write('go', '');

    expect(await cli.exitCode()).toBe(1);
    const page = await pageOf(project, 'primary');
    const changed = /files changed since it was last ready at .*:\n((?: {2}.*\n)*)/.exec(page)?.[1] ?? '';
    expect(changed).toContain(' src/new.js\n');
    expect(changed).toContain(' go\n');
    expect(changed).not.toMatch(/old\.js|a\.tmp|\.sidecarctl/);
    expect(page).toMatch(
      /readiness probe \(file .*up every 20ms\), newest first:\n {2}\S+ fails: .*\n {2}\S+ passes: /,
    );
    expect(page).not.toContain('likely cause');
    const notice = cli.events.find(({ type, kind }) => type === 'notice' && kind === 'dossier');
    expect(notice?.['message']).toContain(FOLDER);
  });

  test('is one page for an init task, and none for what waited for it', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        init: { migrate: { command: ['no-such-program'] } },
        primary: { command: 'true' },
      }),
    });

    expect((await runToEnd(['up'], project.folder)).code).toBe(1);
    expect(await pages(project)).toEqual([expect.stringMatching(/-migrate\.txt$/)]);
    expect(await pageOf(project, 'migrate')).toMatch(
      /likely cause: .*no-such-program.*: install it, or give its path/,
    );
  });
});

describe('a start that runs out of time', () => {
  test('has a page for what it was waiting for, which says what its probe answers', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        sidecars: { db: { command: 'sleep 600', readiness: { file: 'never' } } },
        primary: { command: 'true' },
      }),
    });

    expect((await runToEnd(['up', '--start-timeout', '300ms'], project.folder)).code).toBe(1);
    expect(await pages(project)).toEqual([expect.stringMatching(/-db\.txt$/)]);
    expect(await pageOf(project, 'db')).toContain('likely cause: it is running, but its probe fails: ');
  });
});

describe('no crash report is written', () => {
  test('for a process that is restarted, or stopped on request', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        sidecars: { flaky: { command: 'test -f once && exec sleep 600; touch once; exit 1' } },
        primary: { command: "trap 'exit 7' TERM; echo trapped; while :; do sleep 0.05; done" },
      }),
    });
    await using cli = new CommandLine(['dev', '--ui', 'json'], project.folder);
    await cli.output(/"line":"trapped"/);
    await cli.event(
      'flaky is restarted',
      ({ name, restarts, state }) => name === 'flaky' && restarts === 1 && state === 'ready',
    );
    await cli.output(/"state":"running","name":/);
    cli.signal('SIGTERM');

    expect(await cli.exitCode()).toBe(7);
    expect(await pages(project)).toEqual([]);
  });

  test('for the command of run, which reports its end itself', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({ primary: { command: 'true' } }),
    });

    expect((await runToEnd(['run', '--', 'sh', '-c', 'exit 4'], project.folder)).code).toBe(4);
    expect(await pages(project)).toEqual([]);
  });
});

test('the newest twenty pages are kept', async () => {
  await using project = await Project.create({
    'sidecars.config.ts': configFile({ primary: { command: 'exit 1' } }),
  });
  for (let second = 10; second < 40; second += 1) {
    await project.write(`${FOLDER}/20250101T0000${second}000Z-old.txt`, 'old');
  }
  await project.write(`${FOLDER}/mine.txt`, 'not a page');

  await runToEnd(['up'], project.folder);

  const left = await pages(project);
  expect(left).toHaveLength(21);
  expect(left).toContain('mine.txt');
  expect(left).not.toContain('20250101T000020000Z-old.txt');
  expect(left.at(-2)).toMatch(/-primary\.txt$/);
});

describe('why', () => {
  const failing = configFile({
    sidecars: { db: { command: 'echo "PGDATA is not set" >&2; exit 1', restart: 'never', essential: false } },
    primary: { name: 'web', command: 'sleep 600', dependsOn: { db: { required: false } } },
  });

  test('prints the page of a process that has failed for good', async () => {
    await using project = await Project.create({ 'sidecars.config.ts': failing });
    await using cli = new CommandLine(['dev', '--ui', 'json'], project.folder);
    await cli.state('db', 'failed');
    await cli.state('web', 'ready');

    // The page is written a moment after the failure.
    await eventually('the page', async () =>
      (await runToEnd(['why', 'db'], project.folder)).stdout.includes('likely cause'),
    );
    const { code, stdout } = await runToEnd(['why', 'db'], project.folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^db failed \S+ ago: /);
    expect(stdout).toContain('likely cause: the environment variable PGDATA is not set');
    const facts = published(
      'why',
      JSON.parse((await runToEnd(['why', 'db', '--json'], project.folder)).stdout),
    );
    expect(facts.dossier).toContain(FOLDER);
    expect((await runToEnd(['why', 'web'], project.folder)).stdout).not.toContain('likely cause');
  });

  test('prints the newest page when no pod runs any more, and says so', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({ primary: { name: 'web', command: 'echo "first" >&2; exit 3' } }),
    });
    await runToEnd(['up'], project.folder);

    const { code, stdout, stderr } = await runToEnd(['why', 'web'], project.folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^No pod is running\. The last failure of web/);
    expect(stdout).toMatch(/web ! first/);
    expect((await runToEnd(['why', 'other'], project.folder)).code).toBe(3);
  });
});
