import { expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { Project } from '../support/project.ts';

const config = (later: string): string =>
  `setTimeout(() => { ${later} }, 300);
   export default { sidecars: { db: { command: 'exec sleep 300' } }, primary: { command: 'exec sleep 300' } };`;

test('an exception that nobody has caught ends the pod in order, with a report and exit code 1', async () => {
  // As one of sidecarctl itself: nothing in the stack is the config's.
  const boom =
    "const e = new Error('boom'); e.stack = 'Error: boom\\n    at ours (file:///x.js:1:1)'; throw e;";
  await using project = await Project.create({ 'sidecars.config.mjs': config(boom) });
  await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
  const { code } = await run.exit();
  expect(code).toBe(1);
  const notice = run.events.find(({ kind }) => kind === 'internal-error');
  expect(notice?.['message']).toMatch(/boom\n\s+at ours/);
  expect(await run.state('db', 'stopped')).toMatchObject({ signal: 'SIGTERM' });
});

test('what the config’s own code throws later on is told, and the pod goes on', async () => {
  await using project = await Project.create({
    'sidecars.config.mjs': config("Promise.reject(new Error('left behind')); throw 1"),
  });
  await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
  await run.event('the word', ({ message }) => /failed later on: it threw 1/.test(String(message)));
  run.signal('SIGTERM');
  expect(await run.exitCode()).toBe(0);
});
