import type { Milliseconds } from '../../model/vocabulary.ts';
import { after } from '../../time/timers.ts';
import type { PodSnapshot, ProcessSnapshot } from '../pod-client.ts';
import { isDown } from './conditions.ts';
import type { RemotePod } from './remote-pod.ts';

export type WaitOutcome = 'holds' | 'never' | 'gone' | 'timeout';

interface Waited {
  readonly outcome: WaitOutcome;
  /** Snapshot that the decision was based on. */
  readonly snapshot: PodSnapshot;
}

/** Called after every change; null: not yet. */
type Judge = (snapshot: PodSnapshot) => 'holds' | 'never' | null;

/**
 * Waits until the judge has decided, the pod has gone, or the time is over. `timeout` null: no limit. Rejects with
 * `PodSilent` when the supervisor does not report changes.
 */
export const waitFor = async (
  pod: RemotePod,
  decide: Judge,
  timeout: Milliseconds | null,
): Promise<Waited> => {
  const { promise, resolve, reject } = Promise.withResolvers<Waited>();
  const settle = (outcome: WaitOutcome, snapshot: PodSnapshot): void => resolve({ outcome, snapshot });
  const look = (): void => {
    const { snapshot } = pod;
    const decided = decide(snapshot);
    if (decided !== null) settle(decided, snapshot);
    else if (snapshot.state === 'stopped') settle('gone', snapshot);
  };
  const late = (): void => settle('timeout', pod.snapshot);
  const stopWaiting = timeout === null ? () => undefined : after(timeout, late);
  const end = pod.onChange(look);
  look();
  void pod.gone.then(() => {
    if (pod.silence !== null) return reject(pod.silence);
    const last = afterEnd(pod.snapshot);
    settle(decide(last) ?? 'gone', last);
  });
  return promise.finally(() => {
    stopWaiting();
    end();
  });
};

/** When its pod has gone, a process is down, even if the last snapshot is older. */
const afterEnd = (last: PodSnapshot): PodSnapshot => ({
  ...last,
  state: 'stopped',
  processes: last.processes.map(
    (process): ProcessSnapshot => (isDown(process) ? process : { ...process, state: 'stopped', pid: null }),
  ),
});
