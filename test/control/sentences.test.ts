import { expect, test } from 'vitest';
import type { EventLine } from '../../src/control/protocol.ts';
import { newestSentences } from '../../src/control/sentences.ts';

const time = '2026-11-20T10:00:00.000Z';
const event = (seq: number, fields: object): EventLine =>
  ({ seq, time, type: 'process', name: 'web', role: 'sidecar', pid: 42, ...fields }) as EventLine;
const textsOf = (...events: readonly EventLine[]) => newestSentences(events).map(({ text }) => text);

const crashed = event(2, { state: 'backoff', text: 'web exited with code 1; restarting now' });
const ready = event(3, { state: 'ready' });

test('the newest sentence about a process that has restarted is not about its crash', () => {
  expect(textsOf(crashed)).toEqual(['web exited with code 1; restarting now']);
  expect(textsOf(crashed, ready)).toEqual(['web has restarted (pid 42)']);
  expect(textsOf(crashed, ready, crashed)).toEqual(['web exited with code 1; restarting now']);
});

test('the newest sentence about an init task that has completed is that', () => {
  const done = event(2, { name: 'seed', role: 'init', state: 'completed', text: 'seed has completed' });
  expect(textsOf(event(1, { name: 'seed', role: 'init', state: 'ready' }), done)).toEqual([
    'seed has completed',
  ]);
});
