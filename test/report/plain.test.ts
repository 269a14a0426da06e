import { describe, expect, test } from 'vitest';
import type { Exit } from '../../src/model/exit.ts';
import type { Notice } from '../../src/model/notice.ts';
import type { PodEvent, ProcessEvent } from '../../src/model/pod-event.ts';
import type { PodSpec } from '../../src/model/pod-spec.ts';
import { ciGroupsOf } from '../../src/report/ci-groups.ts';
import { PlainReport } from '../../src/report/plain.ts';
import { podSpec } from '../support/pod-spec.ts';

type Options = Partial<ConstructorParameters<typeof PlainReport>[1]> & { readonly spec?: PodSpec };

const open = ({ spec = podSpec({ web: {} }), ...options }: Options = {}) => {
  let text = '';
  const write = (bytes: Buffer): void => {
    text += bytes.toString();
  };
  const report = new PlainReport(spec, {
    stdout: write,
    stderr: write,
    color: { stdout: false, stderr: false },
    isTerminal: { stdout: false, stderr: false },
    isShared: true,
    timestamps: false,
    clock: () => 0,
    causeOf: () => Promise.resolve(null),
    groups: null,
    ...options,
  });
  return { report, said: () => text };
};

const process = (event: Partial<ProcessEvent>): ProcessEvent => ({
  type: 'process',
  name: 'web',
  role: 'sidecar',
  app: null,
  state: 'starting',
  previous: 'pending',
  pid: 42,
  restarts: 0,
  reason: null,
  exit: null,
  retryIn: null,
  ...event,
});

const exit: Exit = { code: 1, signal: null, status: 1, failure: null };
const backoff = process({ state: 'backoff', restarts: 3, retryIn: 4_000, reason: { kind: 'exited', exit } });
const failed = process({ state: 'failed', reason: { kind: 'exited', exit } });
const starting = process({ previous: 'backoff', restarts: 4 });
const ready = process({ state: 'ready', previous: 'starting', restarts: 4 });
const podEvent = (state: 'starting' | 'running' | 'stopping' | 'stopped'): PodEvent => ({
  type: 'pod',
  state,
  name: 'shop',
  exitCode: null,
  reason: null,
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const printed = async (events: readonly (PodEvent | Notice)[], options = {}): Promise<string> => {
  const { report, said } = open(options);
  for (const event of events) {
    if ('type' in event) report.event(event);
    else report.notice(event);
    await settled();
  }
  return said();
};

test('a restart after a crash is one line', async () => {
  expect(await printed([backoff, starting, ready])).toBe(
    'sidecarctl | web exited with code 1; restart 4 in 4s\n',
  );
});

test('a restart on request is one line', async () => {
  const stopping = process({ state: 'stopping', previous: 'ready', reason: { kind: 'restart-requested' } });
  expect(await printed([stopping, starting, ready])).toBe(
    'sidecarctl | web is restarting: restart requested\n',
  );
});

describe('with a readiness probe', () => {
  const running = process({ state: 'running', previous: 'starting', restarts: 4 });
  const readyAfter = async (ms: number, events: readonly PodEvent[]): Promise<string> => {
    let now = 0;
    const { report, said } = open({ clock: () => now, spec: podSpec({ web: { readiness: {} } }) });
    for (const event of events) {
      if (event.type === 'process' && event.state === 'ready') now += ms;
      report.event(event);
    }
    await settled();
    return said();
  };

  test('a start tells when the process is ready, and a restart is one line', async () => {
    const first = process({ state: 'ready', previous: 'running' });
    expect(await readyAfter(300, [process({}), running, first])).toBe(
      'sidecarctl | web is ready after 300ms (pid 42)\n',
    );
    expect(await readyAfter(300, [backoff, starting, running, ready])).toBe(
      'sidecarctl | web exited with code 1; restart 4 in 4s\n',
    );
  });

  test('a restart that takes seconds has a second line', async () => {
    expect(await readyAfter(3_200, [backoff, starting, running, ready])).toBe(
      'sidecarctl | web exited with code 1; restart 4 in 4s\n' +
        'sidecarctl | web is ready after 3.2s (pid 42)\n',
    );
  });

  test('a process that was not ready for a while is ready again, however long it has been up', async () => {
    const lost = process({ state: 'running', previous: 'ready' });
    expect(await readyAfter(60_000, [process({}), lost, ready])).toBe(
      'sidecarctl | web is not ready\nsidecarctl | web is ready again\n',
    );
  });
});

test('a first start, and one after a stop, are told with the pid', async () => {
  const stopping = process({ state: 'stopping', previous: 'ready', reason: { kind: 'stop-requested' } });
  expect(await printed([stopping, process({}), ready])).toBe(
    'sidecarctl | web is being stopped: stop requested\nsidecarctl | web has started (pid 42)\n',
  );
});

test('a container that only its engine can see is told without a pid', async () => {
  const up = process({ state: 'ready', previous: 'starting', pid: null });
  expect(await printed([process({ pid: null }), up])).toBe('sidecarctl | web has started\n');
});

test('a launch that failed is no start', async () => {
  expect(await printed([process({ pid: null })])).toBe('');
});

test('the line of a crash tells its likely cause, each time, and no other line does', async () => {
  const cause = 'the environment variable DATABASE_URL is not set';
  const line = `sidecarctl | web exited with code 1; restart 4 in 4s; likely cause: ${cause}\n`;
  const options = { causeOf: () => Promise.resolve(cause) };
  const notice: Notice = { kind: 'likely-cause', process: 'web', cause };
  expect(await printed([backoff, notice, starting, backoff], options)).toBe(line + line);
});

test('the line of a failure names the crash report', async () => {
  const { report, said } = open();
  report.event(failed);
  report.notice({ kind: 'dossier', process: 'web', path: '/shop/web.txt' });
  await settled();
  expect(said()).toBe('sidecarctl | web has failed: exited with code 1; crash report: /shop/web.txt\n');
});

test('a cause that comes too late for the line has its own', async () => {
  const notice: Notice = { kind: 'likely-cause', process: 'web', cause: 'late' };
  expect(await printed([backoff, notice])).toBe(
    'sidecarctl | web exited with code 1; restart 4 in 4s\nsidecarctl | web: likely cause: late\n',
  );
});

test('what a process writes after a restart comes after the line of its crash', async () => {
  const { promise, resolve } = Promise.withResolvers<null>();
  const { report, said } = open({ causeOf: () => promise });
  report.output('web', 'stdout', Buffer.from('old\n'), false);
  report.event(backoff);
  const block = Buffer.from('new\n');
  report.output('web', 'stdout', block, false);
  block.fill('x');
  report.log('a line of sidecarctl');
  expect(said()).toBe('web        | old\n');
  resolve(null);
  await settled();
  expect(said()).toBe(
    'web        | old\nsidecarctl | web exited with code 1; restart 4 in 4s\n' +
      'web        | new\nsidecarctl | a line of sidecarctl\n',
  );
});

test('the end of the output does not wait for a cause', () => {
  const { report, said } = open({ causeOf: () => new Promise(() => undefined) });
  report.event(backoff);
  report.flush();
  expect(said()).toBe('sidecarctl | web exited with code 1; restart 4 in 4s\n');
});

test('each line has its time if times are asked for', () => {
  const { report, said } = open({ timestamps: true });
  report.output('web', 'stdout', Buffer.from('one\ntwo\n'), false);
  report.log('three');
  expect(said()).toMatch(
    /^(\d\d:\d\d:\d\d\.\d{3} web {8}\| (one|two)\n){2}\d\d:\d\d:\d\d\.\d{3} sidecarctl \| three\n$/,
  );
});

test('on a terminal, an unfinished line is drawn again behind its time and prefix', () => {
  const isTerminal = { stdout: true, stderr: true };
  const { report, said } = open({ timestamps: true, isTerminal });
  report.unfinished('web', 'stdout', Buffer.from('10 %'));
  report.unfinished('web', 'stdout', Buffer.from('10 %\r20 %'));
  const prefix = '\\d\\d:\\d\\d:\\d\\d\\.\\d{3} web {8}\\| ';
  expect(said()).toMatch(new RegExp(`^${prefix}10 %\r\u001b\\[K${prefix}20 %$`));
});

const life = [podEvent('starting'), podEvent('running'), failed, podEvent('stopping'), podEvent('stopped')];

test('GitHub Actions folds the start and the stop of a pod, and no failure', async () => {
  const groups = ciGroupsOf({ GITHUB_ACTIONS: 'true' }, () => 0);
  expect(await printed(life, { groups })).toBe(
    'sidecarctl | starting pod shop: web\n' +
      '::group::sidecarctl: output until the pod is running\n' +
      '::endgroup::\n' +
      'sidecarctl | pod shop is running\n' +
      'sidecarctl | web has failed: exited with code 1\n' +
      'sidecarctl | stopping pod shop\n' +
      '::group::sidecarctl: output while the pod stops\n' +
      '::endgroup::\n' +
      'sidecarctl | pod shop has stopped, exit code 0\n',
  );
});

test('a failure ends the group of a start', async () => {
  const groups = ciGroupsOf({ GITHUB_ACTIONS: 'true' }, () => 0);
  expect(await printed([podEvent('starting'), failed, failed], { groups })).toBe(
    'sidecarctl | starting pod shop: web\n' +
      '::group::sidecarctl: output until the pod is running\n' +
      '::endgroup::\n' +
      'sidecarctl | web has failed: exited with code 1\n' +
      'sidecarctl | web has failed: exited with code 1\n',
  );
});

test('GitLab folds by sections with a name and a time', async () => {
  const groups = ciGroupsOf({ GITLAB_CI: 'true' }, () => 1_700_000_000_000);
  const name = `sidecarctl_start_${globalThis.process.pid}`;
  expect(await printed([podEvent('starting'), podEvent('running')], { groups })).toBe(
    'sidecarctl | starting pod shop: web\n' +
      `\u001b[0Ksection_start:1700000000:${name}[collapsed=true]\r\u001b[0Ksidecarctl: output until the pod is running\n` +
      `\u001b[0Ksection_end:1700000000:${name}\r\u001b[0K\n` +
      'sidecarctl | pod shop is running\n',
  );
});

test('outside a CI system that folds, there are no groups', () => {
  expect(ciGroupsOf({ CI: 'true' }, () => 0)).toBe(null);
});
