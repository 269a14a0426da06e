import type { Milliseconds } from '../../core/pod-spec.ts';
import type { PodSnapshot } from '../pod-client.ts';
import type { RemotePod } from './remote-pod.ts';

export type WaitOutcome = 'holds' | 'never' | 'gone' | 'timeout';

/** Asked after every change; null: not yet. */
export type Judge = (snapshot: PodSnapshot) => 'holds' | 'never' | null;

/** Waits until the judge has decided, the pod has gone, or the time is over. `timeout` null: as long as it takes. */
export const waitFor = async (
  pod: RemotePod,
  decide: Judge,
  timeout: Milliseconds | null,
): Promise<WaitOutcome> => {
  const { promise, resolve } = Promise.withResolvers<WaitOutcome>();
  const look = (): void => {
    const decided = decide(pod.snapshot);
    if (decided !== null) resolve(decided);
    else if (pod.snapshot.state === 'stopped') resolve('gone');
  };
  const timer = timeout === null ? undefined : setTimeout(resolve, timeout, 'timeout');
  const end = pod.onChange(look);
  look();
  void pod.gone.then(() => resolve(decide(pod.snapshot) ?? 'gone'));
  const outcome = await promise;
  clearTimeout(timer);
  end();
  return outcome;
};
