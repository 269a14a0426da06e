import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { withDeadline } from '../support/deadline.ts';
import { PodRig } from '../support/pod-rig.ts';

const LOUD = { command: 'echo of the sidecar; echo and its stderr >&2; exec sleep 300' };
const POD = { sidecars: { db: LOUD }, primary: { name: 'app', command: 'true' } };

/** A command line of the shell, with `$RUN` for `sidecarctl run`. */
const shell = async (rig: PodRig, line: string, env: Readonly<Record<string, string>> = {}) => {
  const child = spawn('bash', ['-c', line], {
    cwd: rig.project.folder,
    env: { ...cleanEnvironment(), ...rig.environment, RUN: `${process.execPath} ${CLI} run`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('latin1').on('data', (text) => {
      seen[stream] += text;
    });
  const [code] = await withDeadline('the end of the line', once(child, 'close'), () => JSON.stringify(seen));
  return { code, ...seen };
};

const logOf = (rig: PodRig, process: string): string => {
  const folder = rig.project.path('.sidecarctl/logs', process);
  const files = readdirSync(folder).filter((file) => file.endsWith('.log'));
  return files.map((file) => readFileSync(`${folder}/${file}`, 'latin1')).join('');
};

describe('run hands over', () => {
  test('stdin, stdout, stderr and the exit code, and adds nothing', async () => {
    await using rig = await PodRig.open(POD);
    const line = `printf 'one\\ntwo' | $RUN -- sh -c 'cat; echo err >&2; exit 7'`;
    expect(await shell(rig, line)).toEqual({ code: 7, stdout: 'one\ntwo', stderr: 'err\n' });
    expect(logOf(rig, 'app')).toContain('one\ntwo');
    expect(logOf(rig, 'db')).toContain('of the sidecar\n');
  });

  test('a file as stdin and files as outputs, which other commands have written to', async () => {
    await using rig = await PodRig.open(POD, { given: 'a\nb\nc\n' });
    const line = `
      { read -r first; $RUN -- cat; } <given >out
      { echo before; $RUN -- sh -c 'echo out; echo err >&2; echo again'; echo after; } >both 2>&1`;
    await shell(rig, line);
    expect(readFileSync(rig.project.path('out'), 'utf8')).toBe('b\nc\n');
    expect(readFileSync(rig.project.path('both'), 'utf8')).toBe('before\nout\nerr\nagain\nafter\n');
  });

  test('every byte of a large and binary stream, to a reader that comes late', async () => {
    await using rig = await PodRig.open({ primary: { name: 'app', command: 'true' } });
    const line = `
      head -c 12000000 /dev/urandom >bytes
      cat bytes | $RUN -- cat | { sleep 1.5; cat >copy; }
      cmp bytes copy && echo same`;
    expect((await shell(rig, line)).stdout).toBe('same\n');
  });

  test('an unfinished line as soon as it is there', async () => {
    await using rig = await PodRig.open(POD);
    const line = `
      $RUN -- sh -c 'printf "Name: "; until [ -e seen ]; do sleep 0.02; done' |
        { IFS= read -r -N 6 prompt; echo "[$prompt]"; touch seen; cat; }`;
    expect((await shell(rig, line)).stdout).toBe('[Name: ]\n');
  });

  test('outputs that can be opened anew', async () => {
    await using rig = await PodRig.open(POD);
    const line = `$RUN -- sh -c 'echo one >/dev/stdout; echo two >/dev/stderr; cat /dev/stdin' <<<three`;
    expect(await shell(rig, line)).toEqual({ code: 0, stdout: 'one\nthree\n', stderr: 'two\n' });
  });

  test('the end of a reader: COMMAND dies of SIGPIPE, as it would without us', async () => {
    await using rig = await PodRig.open(POD);
    const { stdout, stderr } = await shell(rig, '$RUN -- yes | head -1; echo "${PIPESTATUS[@]}"');
    expect({ stdout, stderr }).toEqual({ stdout: 'y\n141 0\n', stderr: '' });
  });

  test.runIf(process.platform === 'linux')(
    'the end of its own output and input while it works on',
    async () => {
      await using rig = await PodRig.open(POD);
      const output = `
      $RUN -- sh -c 'exec >&-; until [ -e read ]; do sleep 0.02; done; echo more >>order' |
        { cat; echo end >>order; touch read; }
      cat order`;
      expect((await shell(rig, output)).stdout).toBe('end\nmore\n');
      const input = `(yes; touch broken) | $RUN -- sh -c 'exec <&-; until [ -e broken ]; do sleep 0.02; done; echo more'`;
      expect((await shell(rig, input)).stdout).toBe('more\n');
    },
  );
});

describe('run says on stderr', () => {
  test('what it waits for, after a second', async () => {
    await using rig = await PodRig.open({
      sidecars: { db: { command: 'exec sleep 300', readiness: { file: 'up' } } },
      primary: { name: 'app', command: 'true' },
    });
    const run = rig.run(['run', '--', 'echo', 'done']);
    await run.output(/^sidecarctl: waiting for db \(.*up/m, 'stderr');
    expect(run.stdout).toBe('');
    await rig.project.write('up', '');
    expect(await run.exitCode()).toBe(0);
    expect(run.stdout).toBe('done\n');
  });

  test('what failed, with its last lines, and gives up when COMMAND cannot be started', async () => {
    await using rig = await PodRig.open({
      init: { migrate: { command: 'echo connecting; echo no such table >&2; exit 3' } },
      primary: { name: 'app', command: 'true' },
    });
    const run = rig.run(['run', '--', 'touch', 'ran']);
    expect(await run.exitCode()).toBe(1);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(
      /^sidecarctl: migrate failed: exited with code 3; .*crash report: \S+\n {2}migrate \| connecting\n {2}migrate \| no such table$/m,
    );
    expect(readdirSync(rig.project.folder)).not.toContain('ran');
  });

  test('that a sidecar is not up within --start-timeout, and that a command is not there', async () => {
    await using rig = await PodRig.open({
      sidecars: { db: { command: 'echo starting; exec sleep 300', readiness: { file: 'never' } } },
      primary: { name: 'app', command: 'true' },
    });
    const slow = rig.run(['run', '--start-timeout', '300ms', '--', 'true']);
    expect(await slow.exitCode()).toBe(1);
    expect(slow.stderr).toMatch(
      /^sidecarctl: stopping: not up within 300ms; still waiting for db .*\n {2}db \| starting$/m,
    );
    const missing = rig.run(['run', '--without', 'db', '--', 'no-such-program']);
    expect(await missing.exitCode()).toBe(127);
    expect(missing.stderr).toContain('sidecarctl: command not found: no-such-program');
  });
});

describe('run with another UI', () => {
  test('shows COMMAND as a process, which has the stdin all the same', async () => {
    await using rig = await PodRig.open({ primary: { name: 'app', command: 'true' } });
    const { stdout } = await shell(rig, `echo hello | $RUN --ui plain -- cat`);
    expect(stdout).toBe('app        | hello\n');
    const json = await shell(rig, `echo hello | $RUN --ui json -- cat | grep '"type":"log"'`);
    expect(JSON.parse(json.stdout)).toMatchObject({ name: 'app', stream: 'stdout', line: 'hello' });
  });
});
