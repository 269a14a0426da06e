import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { eventually, withDeadline } from '../support/deadline.ts';
import { isAlive } from '../support/pod-rig.ts';
import { RunningPod } from './running-pod.ts';

const sleeper = ['sleep', '600'];
const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_Z = '\x1a';

const send = async ({ client }: RunningPod, process: string, text: string, eof = false): Promise<void> => {
  expect(await client.request({ type: 'send', process, text, eof })).toEqual({ ok: true });
};

const resize = ({ client }: RunningPod, process: string, columns: number, rows: number) =>
  client.request({ type: 'resize', process, columns, rows });

const textOf = ({ client }: RunningPod, process: string): string =>
  client
    .log(process)
    .before(Number.POSITIVE_INFINITY, 10_000)
    .map(({ line }) => stripVTControlCharacters(line.toString()))
    .join('\n');

const shows = async (running: RunningPod, process: string, pattern: RegExp): Promise<void> => {
  const holds = () => pattern.test(textOf(running, process));
  await eventually(`${pattern}`, holds).catch((error: Error) => {
    throw new Error(`${error.message} in ${JSON.stringify(textOf(running, process))}`);
  });
};

const logOf = (running: RunningPod, process: string): Buffer =>
  readFileSync(running.process(process).logFile ?? '');

const withSidecar = (fields: object) =>
  RunningPod.start({
    sidecars: { tool: { tty: true, restart: 'never', ...fields } },
    primary: { name: 'web', command: sleeper },
  });

describe.runIf(process.platform === 'linux')('a process with a terminal', () => {
  test('is the leader of a session on a terminal of 80 by 24 cells, whatever stdin says', async () => {
    const command =
      'test -t 0 && test -t 1 && test -t 2; echo "all $?"; stty size; ps -o tpgid= -o pid= -p $$; tty; sleep 600';
    await using running = await withSidecar({ command, stdin: 'null' });
    await shows(running, 'tool', /pts\/\d+/);
    const [all, size, group = '', tty] = textOf(running, 'tool').split('\n');
    expect([all, size]).toEqual(['all 0', '24 80']);
    const [foreground, pid] = group.trim().split(/ +/);
    expect(foreground).toBe(pid);
    expect(tty).toMatch(/^\/dev\/pts\/\d+$/);
  });

  test('gets keys, with what the terminal makes of them', async () => {
    const command = `trap 'echo interrupted' INT; read -r line; echo "got $line"; read -r more || echo over; while :; do sleep 0.01; done`;
    await using running = await withSidecar({ command });
    await running.is('tool', 'ready');
    await send(running, 'tool', 'abc\x7fd\r');
    await shows(running, 'tool', /got abd/);
    await send(running, 'tool', '', true);
    await shows(running, 'tool', /over/);
    await send(running, 'tool', CTRL_C);
    await shows(running, 'tool', /interrupted/);
  });

  test('can stop a job and continue it', async () => {
    await using running = await withSidecar({
      command: ['bash', '--norc', '--noprofile', '-i'],
      env: { PS1: 'sh> ' },
      stop: { signal: 'SIGHUP' },
    });
    await shows(running, 'tool', /sh> /);
    await send(running, 'tool', 'trap "echo caught" INT; sleep 601\r');
    await eventually('the job', async () => {
      const details = await running.client.details('tool');
      return details?.tree.some(({ command }) => command === 'sleep 601') === true;
    });
    await send(running, 'tool', CTRL_Z);
    await shows(running, 'tool', /Stopped.*sh> /s);
    await send(running, 'tool', 'fg\r');
    await shows(running, 'tool', /fg\n.*sleep 601/s);
    await send(running, 'tool', CTRL_C);
    await shows(running, 'tool', /caught.*sh> /s);
    await send(running, 'tool', 'echo back $((6 * 7))\r');
    await shows(running, 'tool', /back 42/);
  });

  test('learns of another size, also the next launch', async () => {
    const command = `trap 'stty size' WINCH; stty size; while sleep 0.02; do :; done`;
    await using running = await withSidecar({ command, restart: 'always' });
    await shows(running, 'tool', /24 80/);
    expect(await resize(running, 'tool', 120, 40)).toEqual({ ok: true });
    await shows(running, 'tool', /40 120/);
    await running.client.request({ type: 'restart', process: 'tool' });
    await shows(running, 'tool', /40 120\n40 120/);
    expect(await resize(running, 'web', 80, 24)).toEqual({
      ok: false,
      message: 'cannot resize web: it has no terminal; give it one with tty: true',
    });
  });

  test('finds the modes of a new terminal at each launch, and no key of the one before', async () => {
    const command =
      'stty -a | grep -c -- -echo; stty raw -echo; [ -e again ] || { touch again; sleep 0.1; exit; }; sleep 600';
    await using running = await withSidecar({ command, restart: 'always' });
    await eventually('a restart', () => running.process('tool').restarts === 1);
    await eventually('two answers', () => textOf(running, 'tool').split('\n').length === 2);
    const [first, second] = textOf(running, 'tool').split('\n');
    expect(second).toBe(first);
  });

  test('loses no byte, and its log file has them as they came', async () => {
    const command = `stty raw; seq 1 40000; head -c 9000 /dev/zero | tr '\\0' x; printf end`;
    await using running = await withSidecar({ command });
    await running.is('tool', 'completed');
    const lines = Array.from({ length: 40_000 }, (_, index) => `${index + 1}\n`).join('');
    expect(logOf(running, 'tool').toString()).toBe(`${lines}${'x'.repeat(9_000)}end\n`);
  });

  test('has lines without carriage returns in memory', async () => {
    await using running = await withSidecar({ command: "printf 'one\\ntwo\\n 50%%\\r100%%\\n'" });
    await running.is('tool', 'completed');
    expect(textOf(running, 'tool')).toBe('one\ntwo\n 50%\r100%');
    expect(logOf(running, 'tool').toString()).toBe('one\r\ntwo\r\n 50%\r100%\r\n');
  });

  test('ends with everything on its terminal and beside it', async () => {
    const command = `trap '' HUP TERM; (trap '' HUP TERM; setsid sleep 602) & sleep 603 & echo up; wait`;
    const running = await withSidecar({ command, stop: { grace: '50ms' } });
    await shows(running, 'tool', /up/);
    const pids = (await running.client.details('tool'))?.tree.map(({ pid }) => pid) ?? [];
    expect(pids.length).toBeGreaterThan(2);
    await running[Symbol.asyncDispose]();
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('that does not read its terminal stalls nobody, and takes all that was typed when it does', async () => {
    await using running = await withSidecar({
      command:
        'stty raw -echo; echo ready; until [ -e go ]; do sleep 0.01; done; head -c 300000 | cksum >sum; sleep 600',
    });
    await shows(running, 'tool', /ready/);
    const text = 'pasted text '.repeat(5_000);
    for (let part = 0; part < 5; part += 1) await send(running, 'tool', text);
    await withDeadline('the pod to answer', running.client.details('web'));
    await running.project.write('go', '');
    const sum = running.project.path('sum');
    await eventually('the sum', () => existsSync(sum) && readFileSync(sum, 'utf8').endsWith('\n'));
    expect(readFileSync(sum, 'utf8').split(' ')[1]).toBe('300000\n');
  });
});

const has = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

describe.runIf(process.platform === 'linux')('on their terminals', () => {
  test('a REPL of Node answers, completes with a tab, and ends with Ctrl-D', async () => {
    await using running = await withSidecar({
      command: [process.execPath, '-i'],
      env: { NO_COLOR: '1', NODE_REPL_HISTORY: '' },
    });
    await shows(running, 'tool', /> /);
    await send(running, 'tool', '6 * 7\r');
    await shows(running, 'tool', /42/);
    await send(running, 'tool', 'globalThi\t');
    await shows(running, 'tool', /globalThis/);
    await send(running, 'tool', ' === global\r');
    await shows(running, 'tool', /true/);
    await send(running, 'tool', CTRL_D);
    await running.is('tool', 'completed');
  });

  test('a debugger of Node steps through a program', async () => {
    await using running = await withSidecar({
      command: [process.execPath, 'inspect', '--port=0', '-e', 'const a = 41;\na + 1;'],
    });
    await shows(running, 'tool', /debug> /);
    await send(running, 'tool', 'next\r');
    await shows(running, 'tool', /next.*> 2 a \+ 1;/s);
    await send(running, 'tool', 'exec a + 1\r');
    await shows(running, 'tool', /\b42\b/);
    await send(running, 'tool', '.exit\r');
    await running.is('tool', 'completed');
  });

  test('a shell script reads a password without an echo', async () => {
    const script = 'read -rsp "Password: " word; echo; printf %s "$word" | wc -c';
    await using running = await withSidecar({ command: ['bash', '-c', script] });
    await shows(running, 'tool', /Password: /);
    await send(running, 'tool', 'secret\r');
    await shows(running, 'tool', /^6$/m);
    expect(textOf(running, 'tool')).not.toContain('secret');
  });

  test.runIf(has('python3'))('Python asks by input() and by getpass()', async () => {
    const script = 'import getpass; a = input("Name: "); b = getpass.getpass(); print(a, len(b))';
    await using running = await withSidecar({ command: ['python3', '-c', script] });
    await shows(running, 'tool', /Name: /);
    await send(running, 'tool', 'ada\r');
    await shows(running, 'tool', /Password: /);
    await send(running, 'tool', 'secret\r');
    await shows(running, 'tool', /ada 6/);
    expect(textOf(running, 'tool')).not.toContain('secret');
  });

  test.runIf(has('less'))('less turns pages and quits', async () => {
    await using running = await withSidecar({
      command: 'seq 1 1000 | LESS= less',
      env: { TERM: 'xterm-256color', LESSHISTFILE: '-' },
    });
    await shows(running, 'tool', /\b23\b/);
    await send(running, 'tool', 'G');
    await shows(running, 'tool', /\b1000\b/);
    await send(running, 'tool', 'q');
    await running.is('tool', 'completed');
  });

  test.runIf(has('top'))('top draws its screen in the size of the terminal, and quits', async () => {
    await using running = await withSidecar({
      command: ['top', '-d', '600'],
      env: { TERM: 'xterm-256color' },
    });
    await shows(running, 'tool', /PID/);
    await send(running, 'tool', 'q');
    await running.is('tool', 'completed');
  });
});
