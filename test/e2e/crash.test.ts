import { expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { Project } from '../support/project.ts';

const config = (later: string): string =>
  `setTimeout(() => { ${later} }, 300);
   export default { sidecars: { db: { command: 'exec sleep 300' } }, primary: { command: 'exec sleep 300' } };`;

/** Throws, from no code of the config's, once there is a file named `now`. */
const BOOM = `import { existsSync } from 'node:fs';
setInterval(() => { if (existsSync('now')) throw new Error('boom'); }, 20).unref();`;

test('an exception that nobody has caught ends the pod in order, with a report and exit code 1', async () => {
  await using project = await Project.create({ 'sidecars.config.mjs': config(''), 'boom.mjs': BOOM });
  const env = { NODE_OPTIONS: `--import=${project.path('boom.mjs')}` };
  await using run = new CommandLine(['up', '--ui', 'json'], project.folder, env);
  await run.state('primary', 'ready');
  await project.write('now', '');
  const { code } = await run.exit();
  expect(code).toBe(1);
  const notice = run.events.find(({ kind }) => kind === 'internal-error');
  expect(notice?.['message']).toMatch(/boom\n\s+at .*boom\.mjs/);
  expect(await run.state('db', 'stopped')).toMatchObject({ signal: 'SIGTERM' });
});

test('what the config’s own code throws later on is told, and the pod goes on', async () => {
  await using project = await Project.create({
    'sidecars.config.mjs': config("Promise.reject(new Error('left behind')); throw 1"),
  });
  await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
  await run.event('the word', ({ message }) => /failed later: it threw 1/.test(String(message)));
  run.signal('SIGTERM');
  expect(await run.exitCode()).toBe(0);
});

test.each([
  ['a request that is refused', "fetch('http://127.0.0.1:1')", 'fetch failed'],
  ['a program that is not there', "process.getBuiltinModule('child_process').spawn('/nope')", 'ENOENT'],
  ['a file that is not there', "process.getBuiltinModule('fs').createReadStream('/nope')", 'ENOENT'],
  ['a promise that is rejected with nothing', 'Promise.reject()', 'undefined'],
  ['an error without a stack', "throw Object.assign(new Error('bare'), { stack: undefined })", 'bare'],
])('what the config has begun may fail in Node’s own code: %s', async (_what, later, says) => {
  await using project = await Project.create({ 'sidecars.config.mjs': config(later) });
  await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
  await run.event('the word', ({ message }) => String(message).includes('failed later'));
  run.signal('SIGTERM');
  expect(await run.exitCode()).toBe(0);
  expect(run.stdout).toContain(says);
});
