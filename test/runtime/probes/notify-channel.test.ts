import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { type NotifyChannel, openNotifyChannel } from '../../../src/runtime/probes/notify-channel.ts';

interface Heard {
  readonly channel: NotifyChannel;
  readonly calls: number;
}

const hear = async (chunks: readonly (string | Buffer)[]): Promise<Heard> => {
  const stream = new PassThrough();
  let calls = 0;
  const channel = openNotifyChannel(stream, () => {
    calls += 1;
  });
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await once(stream, 'end');
  return { channel, calls };
};

test.each([
  ['a lone newline', ['\n']],
  ['a lone newline of another system', ['\r\n']],
  ['READY=1 on a line', ['READY=1\n']],
  ['READY=1 without a newline', ['READY=1']],
  ['READY=1 split over chunks', ['REA', 'DY', '=1', '\n']],
  ['READY=1 among other lines', ['MAINPID=4\nSTATUS=up\nREADY=1\nWATCHDOG=1\n']],
  ['any line', ['up and running\n']],
  ['READY=1 after a line that is too long', ['x'.repeat(5000), 'y'.repeat(5000), '\nREADY=1\n']],
])('%s means ready', async (_what, chunks) => {
  const { channel, calls } = await hear(chunks);
  expect(channel.ready).toBe(true);
  expect(calls).toBe(1);
});

test.each([
  ['nothing', []],
  ['another assignment', ['READY=0\nNOTREADY=1\nSTATUS=loading\n']],
  ['an unfinished line', ['READY=']],
  ['READY=1 inside a line that is too long', [`${'x'.repeat(5000)}READY=1\n`]],
  ['the rest of a line that is too long', ['x'.repeat(5000), 'READY=1']],
])('%s does not mean ready', async (_what, chunks) => {
  const { channel, calls } = await hear(chunks);
  expect(channel.ready).toBe(false);
  expect(calls).toBe(0);
});

test('ready is told once, however often it is said', async () => {
  const { calls } = await hear(['READY=1\n', '\n', 'READY=1\n']);
  expect(calls).toBe(1);
});

test('the last status is kept', async () => {
  const { channel } = await hear(['STATUS=loading 10%\n', 'STATUS=loading ', '90%\n']);
  expect(channel.status).toBe('loading 90%');
  expect(channel.ready).toBe(false);
});

test('a real process is heard while it runs on', async () => {
  const child = spawn('/bin/sh', ['-c', 'echo STATUS=warm >&3; printf READY=1 >&3; read wait'], {
    stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  const channel = openNotifyChannel(child.stdio[3] as Readable, resolve);
  await promise;
  expect(child.exitCode).toBeNull();
  expect(channel.status).toBe('warm');
  child.stdin?.end();
  await once(child, 'exit');
});
