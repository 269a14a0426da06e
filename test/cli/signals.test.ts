import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { stopOnSignals } from '../../src/cli/signals.ts';
import { eventually } from '../support/deadline.ts';

let ignoreSignals = (): void => undefined;

const listen = (): string[] => {
  const sent: string[] = [];
  ignoreSignals = stopOnSignals({ send: (event) => void sent.push(event.type) });
  return sent;
};

afterEach(() => ignoreSignals());

test('a signal that arrives twice at once, as from timeout(1), stops and does not kill', async () => {
  const sent = listen();
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGINT', 'SIGINT');
  await eventually('the stop', () => sent.length > 0);
  await setTimeout(20);
  expect(sent).toEqual(['stop']);
});

test('the same signal after the stop has begun kills, however soon it comes', async () => {
  const sent = listen();
  process.emit('SIGTERM', 'SIGTERM');
  await eventually('the stop', () => sent.length > 0);
  process.emit('SIGTERM', 'SIGTERM');
  expect(sent).toEqual(['stop', 'stop', 'kill']);
});

test('the hang-up of a terminal stops and does not kill, however late the shell tells of it again', async () => {
  const sent = listen();
  process.emit('SIGHUP', 'SIGHUP');
  await eventually('the stop', () => sent.length > 0);
  await setTimeout(20);
  process.emit('SIGHUP', 'SIGHUP');
  expect(sent).toEqual(['stop']);
  process.emit('SIGTERM', 'SIGTERM');
  expect(sent).toEqual(['stop', 'stop', 'kill']);
});

test('another signal right behind the first is a second one', () => {
  const sent = listen();
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGTERM', 'SIGTERM');
  expect(sent).toEqual(['stop', 'kill']);
});

test('nothing is heard once the pod has ended', async () => {
  const sent = listen();
  process.emit('SIGHUP', 'SIGHUP');
  ignoreSignals();
  await setTimeout(20);
  expect(sent).toEqual([]);
});
