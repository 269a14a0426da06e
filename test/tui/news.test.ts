import { expect, test } from 'vitest';
import type { PodSnapshot, ProcessSnapshot } from '../../src/control/pod-client.ts';
import { newsOf } from '../../src/tui/state/news.ts';
import { callSign } from '../../src/tui/terminal/call-signs.ts';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';

const pod = (api: Partial<ProcessSnapshot>, old: Partial<ProcessSnapshot> = {}): PodSnapshot => ({
  ...new FakePod().snapshot,
  name: 'shop',
  processes: [
    processSnapshot({ name: 'old', wanted: false, state: 'stopped', ...old }),
    processSnapshot({ name: 'api', ...api }),
  ],
});

test.each([
  ['fails', pod({}), pod({ state: 'backoff' }), 'api has failed'],
  ['fails for good after a restart', pod({ state: 'running' }), pod({ state: 'failed' }), 'api has failed'],
  ['asks something', pod({}), pod({ waitsForInput: true }), 'api waits for input'],
  ['is the last one to be ready', pod({ state: 'running' }), pod({}), 'shop is ready'],
])('a process that %s is news', (_, before, after, news) => {
  expect(newsOf(before, after)).toBe(news);
});

test.each([
  ['stays as it is', pod({ state: 'failed' }), pod({ state: 'failed' })],
  ['goes from back-off to failed', pod({ state: 'backoff' }), pod({ state: 'failed' })],
  ['stays ready while another is stopped', pod({}, { state: 'stopping' }), pod({})],
  ['stops', pod({}), pod({ state: 'stopping' })],
])('a process that %s is none', (_, before, after) => {
  expect(newsOf(before, after)).toBe(null);
});

test('the terminal calls as the settings say, and never by what a name contains', () => {
  expect(callSign('api has failed', {})).toBe('');
  expect(callSign('api has failed', { bell: true })).toBe('\u0007');
  expect(callSign('a\u0007\u001bpi', { bell: true, notification: true })).toBe('\u001b]9;api\u001b\\\u0007');
});
