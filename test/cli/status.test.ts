import { expect, test } from 'vitest';
import { describeEvent } from '../../src/cli/commands/events.ts';
import { describeStatus } from '../../src/cli/commands/status.ts';
import type { Paint } from '../../src/cli/paint.ts';
import { FakePod } from '../support/fake-pod.ts';

const plain: Paint = (text) => text;
const tagged: Paint = (text, color) => `<${color} ${text}>`;

const failing = () => {
  const pod = new FakePod();
  pod.changeProcess('shop', {
    state: 'backoff',
    why: 'exited with code 1',
    cause: 'the environment variable DATABASE_URL is not set: give it in env or envFile',
  });
  return pod.snapshot;
};

test('the status of a process in back-off counts down to its next restart', () => {
  const pod = new FakePod();
  pod.changeProcess('shop', {
    state: 'backoff',
    restarts: 3,
    retryAt: Date.now() + 90_000,
    why: 'exited with code 1',
  });
  expect(describeStatus(pod.snapshot, 200, plain).join('\n')).toMatch(/exited with code 1; restart 4 in 1m /);
});

test.each([40, 60, 80, 120, 200])('the status of a pod fits %i columns, and keeps words whole', (width) => {
  const lines = describeStatus(failing(), width, plain);
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(width);
  expect(lines.join(' ')).toContain('DATABASE_URL');
});

test('in a pipe, each process is one line of the status', () => {
  const lines = describeStatus(failing(), Number.POSITIVE_INFINITY, plain);
  expect(lines).toHaveLength(2 + failing().processes.length);
  expect(lines.join('\n')).toMatch(
    /^shop .* exited with code 1; the environment variable DATABASE_URL is not set/m,
  );
});

test('the status says nothing twice of a process that could not be started', () => {
  const pod = new FakePod();
  pod.changeProcess('shop', {
    state: 'backoff',
    why: 'could not be started: command not found: nod',
    cause: 'command not found: nod: install it, or give its path',
  });
  expect(describeStatus(pod.snapshot, 200, plain).join('\n')).toMatch(
    / could not be started: command not found: nod; install it, or give its path$/m,
  );
});

test('in the status, color is for the state alone', () => {
  const text = describeStatus(failing(), 80, tagged).join('\n');
  expect(text).toContain('<red backoff>');
  expect(text.replaceAll(/<\w+ (backoff|ready|completed|pending)>/g, '$1')).not.toContain('<');
});

const event = {
  type: 'process',
  time: '2026-11-20T10:00:00.123Z',
  seq: 4,
  name: 'redis',
  previous: 'ready',
  state: 'backoff',
  reason: 'exited with code 1',
};

test('an event has its time, its number, and its state in color', () => {
  const [line, ...more] = describeEvent(event, 80, tagged);
  expect(line).toMatch(/^\d\d:\d\d:00\.123 {5}4 {2}redis ready -> <red backoff>: exited with code 1$/);
  expect(more).toEqual([]);
});

test('an event that is too wide goes on below what happened', () => {
  const lines = describeEvent(event, 46, plain);
  expect(lines.slice(1)).toEqual([`${' '.repeat(20)}exited with code 1`]);
});

test('an event that changes no state is told in words', () => {
  const reload = { type: 'reload', time: event.time, seq: 5, text: 'config reloaded: no changes' };
  expect(describeEvent(reload, 80, plain)).toEqual([
    expect.stringMatching(/^\S+ {5}5 {2}config reloaded: no changes$/),
  ]);
});
