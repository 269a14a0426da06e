import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { listenForReady, listenForRefreshes } from '../../../src/runtime/probes/notify-channel.ts';

type Chunks = readonly (string | Buffer)[];

/** How often a process that writes this to its two pipes, and closes them, counts as ready. */
const timesReady = async ({ plain = [], channel = [] }: { plain?: Chunks; channel?: Chunks }) => {
  const pipes = { plain: new PassThrough(), channel: new PassThrough() };
  let calls = 0;
  listenForReady(pipes, () => {
    calls += 1;
  });
  for (const chunk of plain) pipes.plain.write(chunk);
  for (const chunk of channel) pipes.channel.write(chunk);
  const ends = [once(pipes.plain, 'end'), once(pipes.channel, 'end')];
  pipes.plain.end();
  pipes.channel.end();
  await Promise.all(ends);
  return calls;
};

const noise = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7919) % 251).filter((b) => b !== 10));

test.each<[string, Chunks]>([
  ['a lone newline', ['\n']],
  ['a lone newline of another system', ['\r\n']],
  ['READY=1 on a line', ['READY=1\n']],
  ['READY=1 without a newline', ['READY=1']],
  ['READY=1 split over chunks', ['REA', 'DY', '=1', '\n']],
  ['READY=1 among other lines', ['MAINPID=4\nSTATUS=up\nREADY=1\nWATCHDOG=1\n']],
  ['any line', ['up and running\n']],
  ['READY=1 after a line that is too long', ['x'.repeat(5000), 'y'.repeat(5000), '\nREADY=1\n']],
])('%s in NOTIFY_FD means ready', async (_what, plain) => {
  expect(await timesReady({ plain })).toBe(1);
});

test.each<[string, Chunks]>([
  ['nothing', []],
  ['another assignment', ['READY=0\nNOTREADY=1\nSTATUS=loading\n']],
  ['an unfinished line', ['READY=']],
  ['a pipe that closes in the middle of a word', ['up and runn']],
  ['binary without a newline', [noise]],
  ['READY=1 inside a line that is too long', [`${'x'.repeat(5000)}READY=1\n`]],
  ['the rest of a line that is too long', ['x'.repeat(5000), 'READY=1']],
])('%s in NOTIFY_FD does not mean ready', async (_what, plain) => {
  expect(await timesReady({ plain })).toBe(0);
});

test.each<[string, Chunks]>([
  ["process.send('ready')", ['"ready"\n']],
  ['the same in two chunks', ['"rea', 'dy"\n']],
  ['the same behind garbage', ['this is no json\n', noise, '\n{"cmd":"NODE_HANDLE"}\n"ready"\n']],
  [
    'the same in the frame of Windows',
    [Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0]), '"ready"\n'],
  ],
])('%s in NODE_CHANNEL_FD means ready', async (_what, channel) => {
  expect(await timesReady({ channel })).toBe(1);
});

test.each<[string, Chunks]>([
  ['a line that is no JSON', ['this is no json\n']],
  ['half of a message', ['{"half":\n']],
  ['another message', ['"almost"\n', '{"ready":true}\n', 'ready\n', 'null\n', '\n']],
  ["Node's internal messages", ['{"cmd":"NODE_DISCONNECT"}\n{"cmd":"NODE_HANDLE","type":"net.Socket"}\n']],
  ['an unfinished message', ['"ready"']],
  ['binary', [noise, '\n', noise]],
])('%s in NODE_CHANNEL_FD is thrown away', async (_what, channel) => {
  expect(await timesReady({ channel })).toBe(0);
});

test('ready is told once, however often and on whichever pipe it is said', async () => {
  expect(await timesReady({ plain: ['READY=1\n', '\n', 'READY=1\n'], channel: ['"ready"\n'] })).toBe(1);
});

test('a flood without a newline keeps no memory, and what comes behind it is read', async () => {
  const pipes = { plain: new PassThrough(), channel: new PassThrough() };
  const ready = new Promise<void>((resolve) => listenForReady(pipes, resolve));
  const block = Buffer.alloc(1024 * 1024, 'x');
  const before = process.memoryUsage().arrayBuffers;
  for (let written = 0; written < 256; written += 1)
    if (!pipes.channel.write(block)) await once(pipes.channel, 'drain');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
  pipes.channel.write('\n"ready"\n');
  await ready;
});

const childWith = (script: string): ChildProcess =>
  spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'inherit', 'pipe', 'pipe'] });

const pipesOf = ({ stdio }: ChildProcess) => ({
  plain: stdio[3] as Readable,
  channel: stdio[4] as Readable,
});

test.each([
  ['NOTIFY_FD', 'echo STATUS=warm >&3; printf READY=1 >&3; read wait'],
  ['NODE_CHANNEL_FD', `echo garbage >&4; echo '"ready"' >&4; read wait`],
])('a real process is heard by %s while it runs on', async (_name, script) => {
  const child = childWith(script);
  await new Promise<void>((resolve) => listenForReady(pipesOf(child), resolve));
  expect(child.exitCode).toBeNull();
  child.stdin?.end();
  await once(child, 'exit');
});

test('names of refreshed files are told, and what is no list of names is taken for none', async () => {
  const pipes = { plain: new PassThrough(), channel: new PassThrough() };
  const told: (readonly string[])[] = [];
  listenForRefreshes(pipes, (files) => told.push(files));
  for (const value of ['["a"', ',"b/c"]', '\n', '"a"\n', '{\n', '[1]\n', '[]\n', '["d"]\n'])
    pipes.plain.write(value.startsWith(',') || value === '\n' ? value : `X_SIDECARCTL_REFRESHED=${value}`);
  pipes.plain.write('STATUS=["e"]\n');
  pipes.plain.end();
  await once(pipes.plain, 'end');
  expect(told).toEqual([['a', 'b/c'], ['d']]);
});
