import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { PodRig, stop } from '../support/pod-rig.ts';

const PREFIX = 'app        | ';
const ESCAPE = '\u001b[';

/** The run as bytes, to its end. */
const bytesOf = (rig: PodRig, ...args: string[]): Promise<{ stdout: Buffer; stderr: Buffer }> =>
  promisify(execFile)(process.execPath, [CLI, 'up', ...args], {
    cwd: rig.project.folder,
    env: { ...cleanEnvironment(), ...rig.environment },
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
  });

const app = (command: string, others: object = {}) => ({ ...others, primary: { name: 'app', command } });

describe('plain output', () => {
  test('is a line for each line of a process, behind its name, with stdout and stderr apart', async () => {
    await using rig = await PodRig.open(app('echo out 1; echo err 1 >&2; echo out 2; echo err 2 >&2'));
    const run = rig.run(['up', '--ui', 'plain']);
    expect(await run.exitCode()).toBe(0);
    expect(run.stdout).toBe(`${PREFIX}out 1\n${PREFIX}out 2\n`);
    const ofApp = run.stderr.split('\n').filter((line) => line.startsWith('app '));
    expect(ofApp).toEqual([`${PREFIX}err 1`, `${PREFIX}err 2`]);
  });

  test("has the supervisor's own lines on stderr, behind sidecarctl, with times if asked for", async () => {
    await using rig = await PodRig.open(
      app('until [ -e go ]; do sleep 0.02; done', {
        sidecars: { db: { command: 'exec sleep 300', ports: { main: 'auto' }, readiness: false } },
      }),
    );
    const run = rig.run(['up', '--timestamps']);
    await run.output(/sidecarctl \| .*\bdb\b.*pid \d+/, 'stderr');
    await rig.project.write('go', '');
    expect(await run.exitCode()).toBe(0);
    expect(run.stdout).toBe('');
    const lines = run.stderr.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} sidecarctl \| ./);
    expect(lines.at(-1)).toContain('exit code 0');
  });

  test('lines up the prefixes behind the longest name', async () => {
    await using rig = await PodRig.open({
      init: { 'a-rather-long-name': { command: 'echo first' } },
      primary: { name: 'app', command: 'echo second' },
    });
    const run = rig.run(['up']);
    expect(await run.exitCode()).toBe(0);
    expect(run.stdout).toBe('a-rather-long-name | first\napp                | second\n');
  });

  test('has the last line of a process that never ended it', async () => {
    await using rig = await PodRig.open(app('printf "one\\ntwo"; printf "three" >&2'));
    const run = rig.run(['up']);
    expect(await run.exitCode()).toBe(0);
    expect(run.stdout).toBe(`${PREFIX}one\n${PREFIX}two\n`);
    expect(run.stderr).toContain(`${PREFIX}three\n`);
  });

  test('has the bytes of a process unchanged, whether they are text or not', async () => {
    await using rig = await PodRig.open(
      app('printf "\\303\\050 \\377\\376 caf\\303\\251 \\000 \\r \\033[31mred\\033[0m\\n"'),
    );
    const { stdout } = await bytesOf(rig);
    const line = Buffer.from(
      'c328 20 fffe 20 636166c3a9 20 00 20 0d 20 1b5b33316d 726564 1b5b306d 0a'.replaceAll(' ', ''),
      'hex',
    );
    expect(stdout.toString('hex')).toBe(Buffer.concat([Buffer.from(PREFIX), line]).toString('hex'));
  });

  test('has all of a hundred thousand lines, in order', async () => {
    await using rig = await PodRig.open(app('seq 1 100000'));
    const { stdout } = await bytesOf(rig);
    const wanted = Array.from({ length: 100_000 }, (_, index) => `${PREFIX}${index + 1}\n`).join('');
    // Not toEqual: nobody can read the difference of two megabytes.
    expect(stdout.length).toBe(wanted.length);
    expect(stdout.toString() === wanted).toBe(true);
  });

  test('has all of a line of 200 KiB, in pieces of at most 64 KiB', async () => {
    await using rig = await PodRig.open(app('head -c 204800 /dev/zero | tr "\\000" x; echo end; echo next'));
    const run = rig.run(['up']);
    expect(await run.exitCode()).toBe(0);
    const lines = run.stdout.trimEnd().split('\n');
    expect(lines.every((line) => line.startsWith(PREFIX))).toBe(true);
    const texts = lines.map((line) => line.slice(PREFIX.length));
    expect(texts.pop()).toBe('next');
    expect(texts.join('') === `${'x'.repeat(204_800)}end`).toBe(true);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
  });

  test('is coloured only when that is asked for', async () => {
    await using rig = await PodRig.open(app('echo hello'));
    const output = async (env: Record<string, string>, ...args: string[]) => {
      const run = rig.run(['up', ...args], { env });
      await run.exit();
      return run.stdout + run.stderr;
    };
    expect(await output({})).not.toContain(ESCAPE);
    expect(await output({ FORCE_COLOR: '1' })).toContain(ESCAPE);
    expect(await output({ FORCE_COLOR: '1' }, '--no-color')).not.toContain(ESCAPE);
    expect(await output({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain(ESCAPE);
    expect(await output({ FORCE_COLOR: '0' })).not.toContain(ESCAPE);
    expect(await output({ NO_COLOR: '1' })).not.toContain(ESCAPE);
  });

  test('is what one gets without a terminal', async () => {
    await using rig = await PodRig.open(app('echo hello'));
    const run = rig.run(['dev']);
    expect(await run.exitCode()).toBe(0);
    expect(run.stdout).toBe(`${PREFIX}hello\n`);
  });
});

describe('JSON output', () => {
  test('is one object a line, numbered without gaps and timed, and nothing else', async () => {
    await using rig = await PodRig.open(
      app('echo out; echo err >&2; printf unfinished', {
        sidecars: { db: { command: 'exit 1', readiness: false } },
      }),
    );
    const run = rig.up();
    await run.exit();
    expect(run.stderr).toBe('');
    expect(run.stdout.endsWith('\n')).toBe(true);
    const events = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    for (const { time, type } of events) {
      expect(new Date(time).toISOString()).toBe(time);
      expect(typeof type).toBe('string');
    }
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).toSorted());
  });

  test('tells of the pod: its pid at the start, exit code and reason at the end', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
    const run = rig.up();
    const child = await rig.child('app');
    await run.event('the pod runs', (event) => event.type === 'pod' && event['state'] === 'running');
    await child.exit(3);
    expect(await run.exitCode()).toBe(3);
    const pod = run.events.filter(({ type }) => type === 'pod');
    expect(pod.map((event) => event['state'])).toEqual(['starting', 'running', 'stopping', 'stopped']);
    expect(pod[0]).toMatchObject({ seq: 1, name: 'shop', pid: run.pid });
    expect(run.events.at(-1)).toMatchObject({
      type: 'pod',
      state: 'stopped',
      name: 'shop',
      exitCode: 3,
      reason: 'primary exited with code 3',
    });
  });

  test('tells of a process: pid, ports, and how it ended and goes on', async () => {
    const db = { ports: { main: 'auto' }, restart: { backoff: { initial: '30ms' } } };
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', db) },
      primary: steered('app'),
    }));
    const run = rig.up();
    const first = await rig.child('db');
    await first.listen(Number(first.env['PORT']));
    await rig.child('app');
    await first.exit(1);
    const second = await rig.child('db');
    await second.die('SIGKILL');
    await rig.child('db');
    const facts = { type: 'process', name: 'db', role: 'sidecar' };
    const events = run.events.filter((event) => event.type === 'process' && event['name'] === 'db');
    const main = Number(first.env['PORT']);
    expect(events.slice(0, 3)).toMatchObject([
      { ...facts, state: 'starting', previous: 'pending', pid: first.pid, restarts: 0 },
      { ...facts, state: 'running', previous: 'starting', pid: first.pid, restarts: 0 },
      { ...facts, state: 'ready', previous: 'running', pid: first.pid, restarts: 0, ports: { main } },
    ]);
    expect(events.slice(3, 5)).toMatchObject([
      {
        ...facts,
        state: 'backoff',
        previous: 'ready',
        exitCode: 1,
        signal: null,
        restarts: 0,
        retryInMs: 0,
        reason: 'exited with code 1',
      },
      { ...facts, state: 'starting', previous: 'backoff', pid: second.pid, restarts: 1 },
    ]);
    const killed = events.filter((event) => event['state'] === 'backoff')[1];
    expect(killed).toMatchObject({
      exitCode: null,
      signal: 'SIGKILL',
      restarts: 1,
      retryInMs: 30,
      reason: 'was killed by SIGKILL',
    });
    await stop(run);
  });

  test('tells of a probe only when what it says has changed', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { db: steered('db', { readiness: { file: 'ok', period: '20ms', failureThreshold: 1 } }) },
      primary: steered('app'),
    }));
    const run = rig.up();
    const child = await rig.child('db');
    const told = (count: number) =>
      run.until(
        `${count} probe events`,
        () => run.events.filter(({ type }) => type === 'probe').length === count,
      );
    await told(1);
    await rig.project.write('ok', '');
    await told(2);
    // Many attempts later nothing has been added: the back-off of a restart is told of after them.
    await child.print('still fine\n');
    await rig.remove('ok');
    await told(3);
    const probes = run.events.filter(({ type }) => type === 'probe');
    expect(probes).toMatchObject([
      { name: 'db', probe: 'readiness', ok: false, message: expect.stringContaining('ok') },
      { name: 'db', probe: 'readiness', ok: true },
      { name: 'db', probe: 'readiness', ok: false },
    ]);
  });

  test('has the lines of a process, what is not UTF-8 in them replaced', async () => {
    await using rig = await PodRig.open(
      app('printf "one\\ncaf\\303\\251 \\377\\n"; printf "two\\n" >&2; printf unfinished'),
    );
    const run = rig.up();
    await run.exit();
    const logs = run.events.filter(({ type }) => type === 'log');
    expect(logs.filter((event) => event['stream'] === 'stdout')).toMatchObject([
      { name: 'app', line: 'one' },
      { name: 'app', line: 'café \ufffd' },
      { name: 'app', line: 'unfinished' },
    ]);
    expect(logs.filter((event) => event['stream'] === 'stderr')).toMatchObject([
      { name: 'app', line: 'two' },
    ]);
  });

  test('has all of a hundred thousand lines, in order, before the end of the pod', async () => {
    await using rig = await PodRig.open(app('seq 1 100000'));
    const { stdout } = await bytesOf(rig, '--ui', 'json');
    const events = stdout
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    // On a busy machine `seq` may pause within a line, which is then shown unfinished first.
    const whole = events.filter(({ type, partial }) => type === 'log' && partial !== true);
    const lines = whole.map(({ line }) => Number(line));
    expect(lines).toHaveLength(100_000);
    expect(lines.every((line, index) => line === index + 1)).toBe(true);
    expect(events.every(({ seq }, index) => seq === index + 1)).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'pod', state: 'stopped' });
  });

  test('has all of a line of 200 KiB, in pieces that say so', async () => {
    await using rig = await PodRig.open(app('head -c 204800 /dev/zero | tr "\\000" x; echo end; echo next'));
    const run = rig.up();
    expect(await run.exitCode()).toBe(0);
    const logs = run.events.filter(({ type }) => type === 'log');
    expect(logs.map((event) => event['partial'])).toEqual([true, true, true, undefined, undefined]);
    const text = logs.slice(0, -1).map((event) => event['line']);
    expect(text.join('') === `${'x'.repeat(204_800)}end`).toBe(true);
  });
});

test.each(['plain', 'json'])('a reader that is slow loses nothing: %s', async (ui) => {
  await using rig = await PodRig.open(app('seq 1 200000'));
  const slow = `"$0" "$1" up --ui ${ui} 2>/dev/null | { sleep 0.5; grep -v '"partial":true' | grep -c -E 'app +[|]|"type":"log"'; }`;
  const { stdout } = await promisify(execFile)('sh', ['-c', slow, process.execPath, CLI], {
    cwd: rig.project.folder,
    env: { ...cleanEnvironment(), ...rig.environment },
  });
  expect(stdout).toBe('200000\n');
});
