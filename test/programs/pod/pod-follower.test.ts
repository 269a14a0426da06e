import { expect, onTestFinished, test } from 'vitest';
import { PodFollower } from '../../../src/programs/pod/pod-follower.ts';
import { eventually } from '../../support/deadline.ts';
import { FakePod, stateFolder } from './fake-pod.ts';

test('a pod is told as a snapshot, then as events, and as a snapshot again when an event does not say enough', async () => {
  const state = stateFolder({});
  const pod = new FakePod();
  await pod.listen(state.socket);
  const told: string[] = [];
  const follower = new PodFollower({
    optionsFile: state.optionsFile,
    onSnapshot: ({ processes }) => void told.push(`snapshot ${processes[0]?.state}`),
    onEvent: ({ type, state: is }) => {
      told.push(`${type} ${is}`);
      return type !== 'reload';
    },
    onLost: () => void told.push('lost'),
    say: (why) => void told.push(why),
  });
  onTestFinished(() => follower.stop());
  void follower.follow();
  await eventually('a follower', () => pod.followers === 1);
  pod.state = 'stopped';
  pod.send('{"type":"process","state":"backoff"}\n{"type":"reload"}\n');
  await eventually('a second snapshot', () => told.at(-1) === 'snapshot stopped');
  await eventually('only the new follower', () => pod.followers === 1);
  pod.close();
  await eventually('the end', () => told.includes('lost'));
  expect(told.slice(0, 5)).toEqual([
    'snapshot ready',
    'process backoff',
    'reload undefined',
    'snapshot stopped',
    'lost',
  ]);
});
