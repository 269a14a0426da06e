import { expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';

const says = (name: string) => ({ command: `echo ${name} is up; exec sleep 600` });

test('pinned logs are there again in the next dashboard of the project', async () => {
  await using project = await Project.create({
    'sidecars.config.mjs': configFile({
      name: 'shop',
      sidecars: { db: says('db') },
      primary: { name: 'shop', ...says('shop') },
    }),
  });
  await using pod = new CommandLine(['dev', '--ui', 'json'], project.folder);
  await pod.state('db', 'ready');
  await pod.state('shop', 'ready');
  const attach = () => new PseudoTerminal(['attach'], { cwd: project.folder, columns: 120 });
  {
    await using terminal = attach();
    await terminal.shows('shop is up');
    terminal.type('1P2');
    await terminal.shows(/db {2}following {2}pinned/);
    await terminal.shows(/shop is up[\s\S]*db is up/);
    terminal.type('q');
    expect(await terminal.exit()).toBe(0);
  }
  await using again = attach();
  await again.shows(/shop {2}following[\s\S]*db {2}following {2}pinned/);
  again.type('\tq');
  expect(await again.exit()).toBe(0);
});
