import { expect, test } from 'vitest';
import type { PodSnapshot, ProcessSnapshot } from '../../src/control/pod-client.ts';
import { titleOf } from '../../src/tui/state/title.ts';
import { WindowTitle } from '../../src/tui/terminal/window-title.ts';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';

const shop = (web: Partial<ProcessSnapshot>, change: Partial<PodSnapshot> = {}): PodSnapshot => ({
  ...new FakePod().snapshot,
  processes: [
    processSnapshot({ name: 'seed', state: 'completed' }),
    processSnapshot({ name: 'db' }),
    processSnapshot({ name: 'off', wanted: false, state: 'stopped' }),
    processSnapshot({ name: 'web', ...web }),
  ],
  ...change,
});

test.each([
  [
    'how many processes of those that are to run are ready',
    shop({ state: 'starting' }),
    'shop: 2 of 3 ready',
  ],
  ['that all are', shop({}), 'shop: 3 of 3 ready'],
  ['which process failed', shop({ state: 'backoff' }), 'shop: web failed'],
  ['which process waits for input', shop({ waitsForInput: true }), 'shop: web waits for input'],
  ['that the pod stops', shop({ state: 'failed' }, { state: 'stopping' }), 'shop: stopping'],
])('the title tells %s', (_, snapshot, title) => {
  expect(titleOf(snapshot)).toBe(title);
});

test('the title tells how many processes failed, if there are several', () => {
  const { processes, ...rest } = shop({});
  const failed = processes.map((process) => ({ ...process, state: 'failed' as const }));
  expect(titleOf({ ...rest, processes: failed })).toBe('shop: 4 processes failed');
});

test('a title is written once, after the one before has been saved, which comes back at the end', () => {
  const written: string[] = [];
  const title = new WindowTitle((text) => void written.push(text));
  title.restore();
  title.show('shop: 1 of 2 ready');
  title.show('shop: 1 of 2 ready');
  title.show('sh\u001b\\op');
  title.restore();
  title.restore();
  title.show('shop: stopping');
  expect(written).toEqual([
    '\u001b[22;2t\u001b]2;shop: 1 of 2 ready\u001b\\',
    '\u001b]2;sh\\op\u001b\\',
    '\u001b[23;2t',
    '\u001b[22;2t\u001b]2;shop: stopping\u001b\\',
  ]);
});
