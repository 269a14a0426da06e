import type { PodSnapshot, ProcessSnapshot } from '../../control/pod-client.ts';
import type { Place } from '../../model/dashboard-keys.ts';
import { hasFailed } from './listed.ts';
import type { UiState } from './ui-state.ts';

/** Place in which keys count now. */
export const placeOf = ({ screen, focus }: UiState): Place => (screen === 'dashboard' ? focus : screen);

const isDown = ({ state }: ProcessSnapshot): boolean =>
  state === 'stopped' || state === 'failed' || state === 'completed';

interface About {
  /** The selected process. */
  readonly process: ProcessSnapshot | null;
  readonly snapshot: PodSnapshot;
}

/** True if a key is worth a place in the footer now. */
export const isUseful = (state: UiState, action: string, { process, snapshot }: About): boolean => {
  const canAct = process !== null && process.role !== 'init' && snapshot.state !== 'stopping';
  switch (action) {
    case 'start':
      return canAct && isDown(process);
    case 'restart':
      return canAct && !isDown(process);
    case 'stop':
      return canAct && !isDown(process) && process.state !== 'stopping';
    case 'next-match':
    case 'previous-match':
      return state.search !== null;
    case 'next-failed':
      return snapshot.processes.some(hasFailed);
    case 'stop-pod':
      return state.attached;
    case 'back':
      return (
        state.screen !== 'dashboard' ||
        state.filter !== null ||
        state.least !== null ||
        state.search !== null ||
        state.listFilter !== ''
      );
    default:
      return true;
  }
};
