import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { isAlive } from '../support/pod-rig.ts';
import { Project } from '../support/project.ts';
import { RunningPod } from './running-pod.ts';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const VITE = [process.execPath, `${MODULES}/vite/bin/vite.js`];
const VITEST = [process.execPath, `${MODULES}/vitest/vitest.mjs`];
const ESBUILD = [`${MODULES}/.bin/esbuild`];
const TAILWIND = [process.execPath, `${MODULES}/@tailwindcss/cli/dist/index.mjs`];

const start = async (files: Readonly<Record<string, string>>, tool: object): Promise<RunningPod> => {
  const project = await Project.create(files);
  // Styles are imported from the project's own packages.
  await mkdir(project.path('node_modules'));
  await symlink(`${MODULES}/tailwindcss`, project.path('node_modules', 'tailwindcss'));
  const config = {
    sidecars: { tool: { restart: 'never', env: { NO_COLOR: '1' }, ...tool } },
    primary: { name: 'web', command: ['sleep', '600'] },
  };
  const running = await RunningPod.open(config, { project });
  running.pod.start(null);
  return running;
};

const textOf = ({ client }: RunningPod): string =>
  client
    .log('tool')
    .before(Number.POSITIVE_INFINITY, 10_000)
    .map(({ line }) => stripVTControlCharacters(line.toString()))
    .join('\n');

const shows = (running: RunningPod, pattern: RegExp): Promise<void> =>
  eventually(`${pattern}`, () => pattern.test(textOf(running))).catch((error: Error) => {
    throw new Error(`${error.message} in ${JSON.stringify(textOf(running))}`);
  });

const send = async ({ client }: RunningPod, text: string): Promise<void> => {
  expect(await client.request({ type: 'send', process: 'tool', text, eof: false })).toEqual({ ok: true });
};

const holds = ({ project }: RunningPod, file: string, text: string): Promise<void> =>
  eventually(`${text} in ${file}`, () => {
    const path = project.path(file);
    return existsSync(path) && readFileSync(path, 'utf8').includes(text);
  });

/** Ends the pod: what the tool has started is gone, too. */
const endOf = async (running: RunningPod): Promise<void> => {
  const pids = (await running.client.details('tool'))?.tree.map(({ pid }) => pid) ?? [];
  expect(pids).not.toEqual([]);
  await running[Symbol.asyncDispose]();
  expect(pids.filter(isAlive)).toEqual([]);
};

describe.runIf(process.platform === 'linux')('a dev server on its terminal', () => {
  test('vite takes its shortcuts: help, restart, quit', async () => {
    await using running = await start(
      { 'index.html': '<title>shop</title>' },
      {
        command: [...VITE, '--host', '127.0.0.1', '--port', '${ports.tool.http}', '--strictPort'],
        ports: { http: 'auto' },
        tty: true,
      },
    );
    await shows(running, /press h \+ enter/);
    await send(running, 'h\r');
    await shows(running, /press q \+ enter to quit/);
    await send(running, 'r\r');
    await shows(running, /server restarted/);
    await send(running, 'q\r');
    await running.is('tool', 'completed');
  });

  test('vitest takes its shortcuts in watch mode: help, run all again, quit', async () => {
    await using running = await start(
      { 'sum.test.js': `test('adds', () => expect(1 + 1).toBe(2));` },
      { command: [...VITEST, '--watch', '--globals', '--root', '.'], tty: true },
    );
    await shows(running, /press h to show help/);
    await send(running, 'h');
    await shows(running, /press q to quit/);
    await send(running, 'a');
    await shows(running, /RERUN[\s\S]*press h to show help/);
    await send(running, 'q');
    await running.is('tool', 'completed');
  });
});

describe.runIf(process.platform === 'linux').each([
  ['with an open stdin', false],
  ['on its terminal', true],
])('%s', (_, tty) => {
  test('esbuild builds again when a file changes, and ends with the pod', async () => {
    const running = await start(
      { 'app.ts': 'console.log("first" as string);' },
      { command: [...ESBUILD, 'app.ts', '--watch', '--outfile=out/app.js'], tty },
    );
    await holds(running, 'out/app.js', 'first');
    await running.project.write('app.ts', 'console.log("second" as string);');
    await holds(running, 'out/app.js', 'second');
    await endOf(running);
  });

  test('tailwindcss builds again when a file changes, and ends with the pod', async () => {
    const running = await start(
      {
        'src/app.css': '@import "tailwindcss/utilities" source(".");',
        'src/index.html': '<p class="underline">',
      },
      { command: [...TAILWIND, '-i', 'src/app.css', '-o', 'out/app.css', '--watch'], tty },
    );
    await holds(running, 'out/app.css', 'underline');
    await shows(running, /Done in/);
    await running.project.write('src/index.html', '<p class="underline italic">');
    await holds(running, 'out/app.css', 'italic');
    await endOf(running);
  });
});
