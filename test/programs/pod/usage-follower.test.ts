import { expect, onTestFinished, test } from 'vitest';
import type { PodUsage } from '../../../src/programs/pod/pod-usage.ts';
import { UsageFollower } from '../../../src/programs/pod/usage-follower.ts';
import { eventually } from '../../support/deadline.ts';
import { FakePod, stateFolder } from './fake-pod.ts';

test('usage is followed until the pod goes, and from the next one on', async () => {
  const state = stateFolder({});
  const samples: (PodUsage | 'lost')[] = [];
  const follower = new UsageFollower({
    optionsFile: state.optionsFile,
    onUsage: (usage) => void samples.push(usage),
    onLost: () => void samples.push('lost'),
    say: () => undefined,
  });
  onTestFinished(() => follower.stop());
  void follower.follow();
  const usage = (memory: number) => ({ web: { cpu: 0.5, memory, processes: 1 } });
  for (const memory of [1, 2]) {
    const pod = new FakePod();
    await pod.listen(state.socket);
    await eventually('a listener', () => pod.meters === 1);
    pod.measure(usage(memory));
    await eventually('a sample', () => samples.at(-1) !== 'lost' && samples.length === 2 * memory - 1);
    pod.close();
    await eventually('the end', () => samples.at(-1) === 'lost');
  }
  expect(samples).toEqual([usage(1), 'lost', usage(2), 'lost']);
});
