import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StopSignals } from '../../src/cli/signals.ts';
import { eventually } from '../support/deadline.ts';

let signals: StopSignals;

beforeEach(() => {
  signals = new StopSignals();
  signals.catch();
});

afterEach(() => signals.release());

const listen = (): string[] => {
  const sent: string[] = [];
  signals.obeyedBy({ send: (event) => void sent.push(event.type) });
  return sent;
};

test('a signal that arrives twice at once, as from timeout(1), stops and does not kill', async () => {
  const sent = listen();
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGINT', 'SIGINT');
  await eventually('the stop', () => sent.length > 0);
  await setTimeout(20);
  expect(sent).toEqual(['stop']);
});

test('a signal and its echo stop and do not kill when this process is too busy to take them at once', async () => {
  const sent = listen();
  process.emit('SIGINT', 'SIGINT');
  const until = performance.now() + 10;
  while (performance.now() < until);
  process.emit('SIGINT', 'SIGINT');
  await eventually('the stop', () => sent.length > 0);
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
  signals.release();
  await setTimeout(20);
  expect(sent).toEqual([]);
});

test('signals that come before the pod can obey them stop it, and kill it, as soon as it can', async () => {
  process.emit('SIGTERM', 'SIGTERM');
  process.emit('SIGINT', 'SIGINT');
  expect(listen()).toEqual(['stop', 'kill']);
});
