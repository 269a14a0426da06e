import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';
import { type Outcome, runToEnd } from '../support/run-to-end.ts';

const CONFIG = 'sidecars.config.mjs';

const projectWith = async (files: Readonly<Record<string, string>>): Promise<Project> => {
  const project = await Project.create(files);
  await mkdir(project.path('cache'), { mode: 0o700 });
  // Nothing is remembered where others may write.
  await mkdir(project.path('open'));
  await chmod(project.path('open'), 0o777);
  return project;
};

const run = (
  project: Project,
  args: readonly string[],
  cache = 'cache',
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> => runToEnd(args, project.folder, { ...env, XDG_CACHE_HOME: project.path(cache) });

const saying = (word: string): string => configFile({ name: word, primary: { command: ['echo', word] } });

/** Makes the memory say another word: whoever says it has not read the config. */
const forge = (project: Project, word: string, forged: string): void => {
  const folder = project.path('cache/sidecarctl/configs');
  const [name = ''] = readdirSync(folder);
  const [first = '', ...rest] = readFileSync(join(folder, name), 'utf8').split('\n');
  const known = JSON.parse(first);
  const config = JSON.parse(JSON.stringify(known.config).replaceAll(word, forged));
  const lines = [JSON.stringify({ ...known, config }), ...rest.map((line) => line.replaceAll(word, forged))];
  writeFileSync(join(folder, name), lines.join('\n'));
};

test('a second start does not evaluate the config, and check does', async () => {
  await using project = await projectWith({ [CONFIG]: saying('bread') });
  expect((await run(project, ['up', '--ui', 'plain'])).stdout).toContain('| bread\n');
  forge(project, 'bread', 'salt');
  expect((await run(project, ['up', '--ui', 'plain'])).stdout).toContain('| salt\n');
  expect((await run(project, ['graph', '--json'])).stdout).toContain('salt');
  expect((await run(project, ['check'])).stdout).toContain('pod bread');
  await project.write(CONFIG, saying('butter'));
  expect((await run(project, ['up', '--ui', 'plain'])).stdout).toContain('| butter\n');
});

test('a config that was edited while its pod ran is reloaded, and is what the next start reads', async () => {
  const lasting = (word: string): string =>
    configFile({ name: 'shop', primary: { command: `echo ${word}; exec sleep 1000` } });
  await using project = await projectWith({ [CONFIG]: lasting('bread') });
  const start = () =>
    new CommandLine(['dev', '--ui', 'plain'], project.folder, { XDG_CACHE_HOME: project.path('cache') });
  for (const [before, edited] of [
    ['bread', 'salt'],
    ['salt', 'butter'],
  ] as const) {
    await using cli = start();
    await cli.output(new RegExp(`\\| ${before}\n`));
    await project.write(CONFIG, lasting(edited));
    await cli.output(new RegExp(`\\| ${edited}\n`));
  }
});

describe('a start says the same of what is missing, whether the config is remembered or not:', () => {
  test.each<[what: string, primary: object, env: Record<string, string>, missing: string | null]>([
    ['a variable', { command: ['echo', '${env.WORD}'] }, {}, null],
    ['an env file', { command: 'echo', envFile: '.env' }, { WORD: 'bread' }, '.env'],
    ['a folder', { command: 'echo', cwd: 'here' }, { WORD: 'bread' }, 'here'],
    ['a program', { command: './run.sh' }, { WORD: 'bread' }, 'run.sh'],
  ])('%s', async (_, primary, env, missing) => {
    await using project = await projectWith({
      [CONFIG]: configFile({ name: 'shop', primary }),
      '.env': 'A=b\n',
      'here/file': '',
    });
    await project.write('run.sh', '#!/bin/sh\n', 0o755);
    expect(await run(project, ['up', '--ui', 'plain'], 'cache', { WORD: 'bread' })).toMatchObject({
      code: 0,
    });
    expect(readdirSync(project.path('cache/sidecarctl/configs'))).toHaveLength(1);
    if (missing !== null) await rm(project.path(missing), { recursive: true });
    for (const args of [
      ['up', '--ui', 'plain'],
      ['run', '--', 'true'],
      ['graph', '--json'],
    ]) {
      const known = await run(project, args, 'cache', env);
      const whole = await run(project, args, 'open', env);
      const stable = (outcome: Outcome) => JSON.stringify(outcome).replaceAll(/pid \d+|\d{8}T\w+/g, '');
      expect(stable(known)).toBe(stable(whole));
    }
  });
});
