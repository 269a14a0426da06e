import { chmod, cp, readFile, symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Project } from '../support/project.ts';
import { RunningBlock } from './running-block.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = await readFile(`${root}README.md`, 'utf8');

/** The first block in this language that has this in it. */
const blockWith = (language: string, text: string): string => {
  const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
  const found = blocks.find(([, is, body]) => is === language && body?.includes(text));
  if (found === undefined) throw new Error(`README.md has no ${language} block with ${text}`);
  return found[2] ?? '';
};

/** A clone of this repository, with all installed and built. */
const clone = async (): Promise<Project> => {
  const project = await Project.create({
    // What it would install is here already.
    'bin/npm': `#!/bin/sh\n[ "$1" = ci ] || exec node -p 'require("./package.json").scripts[process.argv[1]]' "$1"\n`,
  });
  await chmod(project.path('bin/npm'), 0o755);
  for (const name of ['package.json', 'sidecars.config.ts', 'fixtures/shop'])
    await cp(`${root}${name}`, project.path('shop', name), { recursive: true });
  for (const name of ['dist', 'node_modules']) await symlink(`${root}${name}`, project.path('shop', name));
  return project;
};

/** Without what is different each time: numbers, paths, and which of two that start together is the first. */
const ownLines = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('sidecarctl |') && !line.includes(' starting pod '))
    .map((line) => line.replaceAll(/\d+(\.\d+)?m?s\b|\d+/g, 'N'))
    .sort();

describe('what the README says to try', () => {
  const [first = '', second = '', ...others] = blockWith('sh', 'npm ci').trim().split('\n');

  test('runs the demo pod, which tells what the README shows', async () => {
    await using project = await clone();
    await using running = new RunningBlock(project, first.replace('npx', 'exec npx'));
    await running.shows(['ambassador is ready']);
    running.interrupt();
    await running.exitCode();
    // A slow machine may have it say more.
    const shown = ownLines(blockWith('', '$ sidecarctl dev'));
    expect(ownLines(running.output)).toEqual(expect.arrayContaining([...shown]));
    expect(shown.length).toBeGreaterThan(10);
  });

  test('runs the tests', async () => {
    await using project = await clone();
    await using running = new RunningBlock(project, second);
    expect(await running.exitCode()).toBe(0);
    expect(running.output).toContain('vitest run');
    expect(others).toEqual([]);
  });
});

test('the config in the README is one', async () => {
  await using project = await clone();
  await project.write('shop/sidecars.config.ts', blockWith('ts', 'defineConfig'));
  await using running = new RunningBlock(project, 'npx sidecarctl graph');
  expect(await running.exitCode()).toBe(0);
  expect(running.output).toContain('redis (sidecar), once ready');
});
