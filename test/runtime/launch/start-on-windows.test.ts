import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import type { StartOptions } from '../../../src/runtime/launch/child.ts';
import { startOnWindows } from '../../../src/runtime/launch/start-on-windows.ts';
import { withDeadline } from '../../support/deadline.ts';

// execa starts programs everywhere, so that what Windows runs is run here too.

const { PATH = '' } = process.env;
const options: StartOptions = {
  cwd: tmpdir(),
  env: { PATH },
  inOurSession: false,
  stdin: 'ignore',
  stdout: 'pipe',
  stderr: 'pipe',
  handed: [],
  notify: false,
};
const node = (script: string) => ({ file: process.execPath, args: ['-e', script], verbatim: false });

test('a program is started with its environment and nothing else', async () => {
  const started = startOnWindows(node('console.log(Object.keys(process.env).join())'), options);
  if (!started.ok) throw new Error('it was not started');
  const [printed] = await once(started.child.stdout as NodeJS.ReadableStream, 'data');
  expect(String(printed)).toBe('PATH\n');
});

test('a program that is missing is told by its code, and nothing is thrown', async () => {
  const started = startOnWindows({ file: 'there-is-no-such-program', args: [], verbatim: false }, options);
  if (started.ok) throw new Error('it was started');
  expect(await started.code).toBe('ENOENT');
});

test('a program can say that it is ready, by either of the pipes it gets', async () => {
  const script = "require('fs').writeSync(3, 'READY=1'); process.send('ready')";
  const started = startOnWindows(node(script), {
    ...options,
    env: { ...options.env, NODE_CHANNEL_FD: '4' },
    notify: true,
  });
  if (!started.ok || started.notify === null) throw new Error('it was not started with pipes');
  const { plain, channel } = started.notify;
  const said = Promise.all([once(channel, 'data'), once(plain, 'data')]);
  expect((await withDeadline('both', said)).map(String)).toEqual(['"ready"\n', 'READY=1']);
});
