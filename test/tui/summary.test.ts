import { expect, onTestFinished, test, vi } from 'vitest';
import type { ExitSnapshot } from '../../src/control/pod-client.ts';
import { summaryOf } from '../../src/tui/summary.ts';
import { makeTheme } from '../../src/tui/theme.ts';
import { FakePod, NOON, processSnapshot } from '../support/fake-pod.ts';

const NO_COLORS = makeTheme({}, 0);

const exited = (code: number): ExitSnapshot => ({
  at: NOON,
  code,
  signal: null,
  ranFor: 1_000,
  text: `exited with code ${code}`,
});

const stopped = (name: string, code: number, change = {}) =>
  processSnapshot({ name, state: 'stopped', lastExit: exited(code), ...change });

const ended = (...processes: ReadonlyArray<ReturnType<typeof processSnapshot>>): FakePod => {
  const pod = new FakePod(processes);
  pod.change({ state: 'stopped', reason: 'the primary exited with code 3', exitCode: 3 });
  return pod;
};

test('says how each process ended, the last words of what failed, and where the logs are, in few columns', () => {
  const pod = ended(
    stopped('shipper', 0, { restarts: 2 }),
    processSnapshot({ name: 'shop', role: 'primary', state: 'failed', lastExit: exited(3), restarts: 1 }),
  );
  pod.write('shop', 'all is well\nno, it is not\n');
  pod.write('shipper', 'nobody needs this\n');
  expect(summaryOf(pod, NO_COLORS, '/shop')).toBe(
    [
      'pod shop has stopped: the primary exited with code 3, exit code 3',
      '  ■ shipper  stopped    exited with code 0  (2 restarts)',
      '  ✗ shop     failed     exited with code 3  (1 restart)',
      'last lines of shop',
      '  all is well',
      '  no, it is not',
      'logs in .sidecarctl/logs/*/run.log',
      '',
    ].join('\n'),
  );
});

test('names logs from where one stands: one by one where they are not called alike, in full from elsewhere', () => {
  const named = (name: string, file: string) =>
    stopped(name, 0, { logFile: `/shop/.sidecarctl/logs/${name}/${file}` });
  const apart = summaryOf(ended(named('a', '1.log'), named('long', '2.log')), NO_COLORS, '/shop');
  expect(apart).toContain('logs\n  a     .sidecarctl/logs/a/1.log\n  long  .sidecarctl/logs/long/2.log\n');
  const elsewhere = summaryOf(ended(named('a', '1.log'), named('b', '1.log')), NO_COLORS, '/home');
  expect(elsewhere).toContain('logs in /shop/.sidecarctl/logs/*/1.log\n');
  const alone = summaryOf(ended(named('a', '1.log')), NO_COLORS, '/shop');
  expect(alone).toContain('logs\n  a  .sidecarctl/logs/a/1.log\n');
  expect(summaryOf(ended(stopped('a', 0, { logFile: null })), NO_COLORS, '/shop')).not.toContain('logs');
});

test('leaves the lines of earlier runs out of the last words, if there are newer ones', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON - 60_000 });
  onTestFinished(() => void vi.useRealTimers());
  const pod = ended(processSnapshot({ name: 'shop', state: 'failed', lastExit: exited(3), restarts: 1 }));
  pod.write('shop', 'no database\n');
  expect(summaryOf(pod, NO_COLORS, '/shop')).toContain('last lines of shop\n  no database\n');
  vi.setSystemTime(NOON - 500);
  pod.write('shop', 'still none\n');
  expect(summaryOf(pod, NO_COLORS, '/shop')).toContain('last lines of shop\n  still none\n');
});
