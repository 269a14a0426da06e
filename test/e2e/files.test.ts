import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

const permissions = (path: string): string => (statSync(path).mode & 0o777).toString(8);

const runsIn = (rig: PodRig): readonly string[] => readdirSync(rig.project.path('.sidecarctl/runs'));

test('files are written before a launch, for their process alone, and go with the pod', async () => {
  await using rig = await PodRig.open((steered) => ({
    sidecars: { redis: { command: 'exec sleep 300', ports: { main: 'auto' }, readiness: false } },
    primary: steered('app', {
      files: {
        'app.conf': 'redis ${ports.redis.main}\n',
        run: { content: '#!/bin/sh\n', mode: '0755' },
        key: {
          content: ({ files }: { files: Record<string, string> }) => `beside ${files['run']}`,
          secret: true,
        },
      },
    }),
  }));
  const run = rig.up();
  const { env } = await rig.child('app');
  const { ports } = await run.state('redis', 'ready');
  const [conf = '', key = '', script = ''] = [env['FILE_APP_CONF'], env['FILE_KEY'], env['FILE_RUN']];
  expect(conf).toMatch(/\/\.sidecarctl\/runs\/[0-9a-f]{8}\/files\/primary\/app\.conf$/);
  expect(readFileSync(conf, 'utf8')).toBe(`redis ${(ports as { main: number }).main}\n`);
  expect(readFileSync(key, 'utf8')).toBe(`beside ${script}`);
  expect([conf, script, key, dirname(conf)].map(permissions)).toEqual(['644', '755', '600', '700']);
  await stop(run);
  expect(runsIn(rig)).toEqual([]);
});

test('a file that its process has changed is as in the config at the next launch', async () => {
  await using rig = await PodRig.open((steered) => ({
    primary: steered('app', { files: { conf: 'from the config' }, restart: 'always' }),
  }));
  const run = rig.up();
  const first = await rig.child('app');
  const path = first.env['FILE_CONF'] ?? '';
  writeFileSync(path, 'from the app');
  await first.exit(1);
  await rig.child('app');
  expect(readFileSync(path, 'utf8')).toBe('from the config');
  await stop(run);
});

test('each instance of an app has files of its own', async () => {
  await using rig = await PodRig.open((steered) => ({
    apps: { web: { primary: steered('web', { instances: 2, files: { name: 'web-${app.instance}' } }) } },
  }));
  const run = rig.up();
  const children = [await rig.child('web'), await rig.child('web')];
  const contents = children.map(({ env }) => readFileSync(env['FILE_NAME'] ?? '', 'utf8'));
  expect(contents.toSorted()).toEqual(['web-1', 'web-2']);
  await stop(run);
});

test('after a reload a new content restarts the process, sends it a signal, or only replaces the file', async () => {
  await using rig = await PodRig.open(null);
  const configure = (content: string) =>
    rig.configure((steered) => ({
      sidecars: {
        restarts: steered('restarts', { files: { conf: content } }),
        signalled: steered('signalled', {
          files: {
            conf: { content, onChange: { signal: 'SIGHUP' } },
            same: { content: '', onChange: 'restart' },
          },
        }),
        left: steered('left', { files: { conf: { content, onChange: 'none' } } }),
      },
      primary: steered('app'),
    }));
  await configure('old');
  const run = rig.up();
  const signalled = await rig.child('signalled');
  const left = await rig.child('left');
  await signalled.ignore('SIGHUP');
  await rig.child('app');
  await run.state('primary', 'ready');
  const paths = [signalled, left].map(({ env }) => env['FILE_CONF'] ?? '');
  const before = paths.map((path) => statSync(path).ino);
  await configure('new');
  const { code, stdout } = await runToEnd(['reload'], rig.project.folder);
  expect([code, stdout]).toEqual([
    0,
    [
      'restarts restarts: its files changed',
      'signalled is updated without a restart: file conf replaced, SIGHUP sent',
      'left is updated without a restart: file conf replaced',
      '',
    ].join('\n'),
  ]);
  await signalled.signalled('SIGHUP');
  await rig.child('restarts');
  expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['new', 'new']);
  // A reader that has the old one open reads it to its end.
  expect(paths.map((path) => statSync(path).ino)).not.toEqual(before);
  expect(left.signals).toEqual([]);
  await run.event('the signal', ({ type }) => type === 'signalled');
  expect(run.events).toContainEqual(
    expect.objectContaining({
      type: 'signalled',
      name: 'signalled',
      signal: 'SIGHUP',
      files: ['conf'],
      count: 1,
    }),
  );
  await stop(run);
});

test('the content of a secret file is shown nowhere', async () => {
  const secret = 'correct horse battery staple';
  await using rig = await PodRig.open((steered) => ({
    sidecars: {
      fails: { command: 'exit 3', restart: 'never', files: { key: { content: secret, secret: true } } },
    },
    primary: steered('app', { files: { 'db-password': { content: secret, secret: true } } }),
  }));
  const run = rig.up();
  const { env } = await rig.child('app');
  await run.state('fails', 'failed');
  const commands = [
    ['status', '--json'],
    ['env', 'primary'],
    ['env', 'primary', '--json'],
    ['why', 'fails', '--json'],
    ['check', '--json'],
    ['graph', '--format', 'json'],
    ['events', '--json'],
  ];
  const shown = await Promise.all(commands.map((args) => runToEnd(args, rig.project.folder)));
  await eventually(
    'the crash report',
    () => readdirSync(rig.project.path('.sidecarctl/dossiers')).length > 0,
  );
  const dossiers = rig.project.path('.sidecarctl/dossiers');
  const reports = readdirSync(dossiers, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'));
  const texts = [
    ...shown.map(({ stdout, stderr }) => stdout + stderr),
    ...reports,
    JSON.stringify(run.events),
  ];
  for (const text of texts) expect(text).not.toContain(secret);
  const status = JSON.parse(shown[0]?.stdout ?? '') as { processes: Array<{ name: string; files: unknown }> };
  expect(status.processes.find(({ name }) => name === 'primary')?.files).toEqual([
    { name: 'db-password', path: env['FILE_DB_PASSWORD'], secret: true },
  ]);
  // The path is no secret.
  expect(shown[1]?.stdout).toContain(`FILE_DB_PASSWORD=${env['FILE_DB_PASSWORD']}`);
  await stop(run);
});

test('files are gone after a kill of the supervisor', async () => {
  await using rig = await PodRig.open((steered) => ({
    primary: steered('app', { files: { key: { content: 'x', secret: true } } }),
  }));
  const run = rig.up();
  await rig.child('app');
  await rig.crash(run);
  await eventually('the end of the guard', () => runsIn(rig).length === 0);
});

test('files that cannot be written fail the launch of their process alone, and nothing goes through a symlink', async () => {
  await using rig = await PodRig.open((steered) => ({
    sidecars: { other: steered('other') },
    primary: steered('app', { files: { conf: 'x' }, restart: 'always' }),
  }));
  const run = rig.up();
  const first = await rig.child('app');
  const other = await rig.child('other');
  const folder = dirname(first.env['FILE_CONF'] ?? '');
  renameSync(folder, `${folder}.aside`);
  const elsewhere = rig.project.path('elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, folder);
  await first.exit(1);
  const failed = await run.event('a failed launch', (event) => event['exitCode'] === 126);
  expect(failed).toMatchObject({ name: 'primary', state: 'backoff' });
  expect(failed['reason']).toContain('could not be started: its files cannot be written');
  expect(failed['reason']).toContain(`a symlink to ${elsewhere}`);
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(other.signals).toEqual([]);
  await stop(run);
});

/** Whether the tests may mount: in containers root often may not. */
const mountFull = (folder: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

test('on a full disk a launch fails and a reload leaves the old content', async ({ skip }) => {
  await using rig = await PodRig.open(null);
  const configure = (content: string) =>
    rig.configure((steered) => ({
      primary: steered('app', { files: { conf: { content, onChange: 'none' } }, restart: 'always' }),
    }));
  await configure('old');
  const run = rig.up();
  const first = await rig.child('app');
  const path = first.env['FILE_CONF'] ?? '';
  await run.state('primary', 'ready');
  if (!mountFull(dirname(path))) return skip('mounting is not allowed here');
  try {
    writeFileSync(path, 'old');
    await configure('new'.repeat(10_000));
    await runToEnd(['reload'], rig.project.folder);
    const notice = await run.event('the notice', (event) => event['kind'] === 'files-not-replaced');
    expect(notice['message']).toMatch(
      /^primary: its files cannot be written: .*ENOSPC.*the disk is full.*; it keeps running with the old content$/,
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(dirname(path))).toEqual(['conf']);
    await first.exit(1);
    const failed = await run.event('a failed launch', (event) => event['exitCode'] === 126);
    expect(failed['reason']).toMatch(/could not be started: its files cannot be written: .*ENOSPC/);
  } finally {
    execFileSync('umount', [dirname(path)]);
  }
  await rig.child('app');
  expect(readFileSync(path, 'utf8')).toBe('new'.repeat(10_000));
  await stop(run);
});

test('files of a deleted state folder are written again under the process that runs', async () => {
  await using rig = await PodRig.open((steered) => ({ primary: steered('app', { files: { conf: 'x' } }) }));
  const run = rig.up();
  const { env } = await rig.child('app');
  await run.state('primary', 'ready');
  await eventually('the pod to be found', () =>
    readdirSync(rig.project.path('.sidecarctl')).includes('pods'),
  );
  await rig.remove('.sidecarctl');
  await run.event('the folder is made anew', (event) => event['kind'] === 'state-lost');
  expect(readFileSync(env['FILE_CONF'] ?? '', 'utf8')).toBe('x');
  await stop(run);
});

test('a process whose program is a file of its own passes the check and runs', async () => {
  await using rig = await PodRig.open({
    primary: {
      command: ({ files }: { files: Record<string, string> }) => [files['run'], 'ran'],
      files: { run: { content: '#!/bin/sh\necho "$1" > out\n', mode: '0755' } },
    },
  });
  expect(await runToEnd(['check'], rig.project.folder)).toMatchObject({ code: 0 });
  expect(await rig.up().exit()).toMatchObject({ code: 0 });
  expect(await rig.fileText('out')).toBe('ran\n');
});
