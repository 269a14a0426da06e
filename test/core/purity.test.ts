import { expect, test } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import { newPod } from '../../src/core/pod-state.ts';
import { deepFreeze } from '../support/deep-freeze.ts';
import { podSpec } from '../support/pod-spec.ts';
import { RandomWorld } from '../support/random-world.ts';

test('the same pod, event and time give the same decision', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const world = new RandomWorld(seed);
    for (let step = 0; step < 150 && world.act(); step++);
    for (const { pod, event, now } of world.driver.decisions) {
      expect(decide(pod, event, now)).toEqual(decide(pod, event, now));
    }
  }
});

test('a frozen pod refuses every change', () => {
  const pod = deepFreeze(newPod(podSpec({ app: {} }), 0));
  const record = pod.processes.get('app');
  if (record !== undefined) expect(() => pod.processes.put({ ...record })).toThrow(TypeError);
  expect(() => Object.assign(record ?? {}, { desired: false })).toThrow(TypeError);
});
