import type { PodSnapshot, ProcessSnapshot } from '../../control/pod-client.ts';
import type { Place } from '../../model/dashboard-keys.ts';
import { addressesOf } from './addresses.ts';
import { hasOtherSidecar } from './asked-sidecar.ts';
import { groupsOf } from './groups.ts';
import { needsUser } from './listed.ts';
import { hasTerminal } from './process-screen.ts';
import { asksForWhom, commandWithKeys, groupFor } from './reduce-whom.ts';
import { selectionOf, sourceOf, type UiState } from './ui-state.ts';

/** Place in which keys count now. */
export const placeOf = (state: UiState): Place => {
  if (state.input !== null) return 'input';
  if (selectionOf(state) !== null) return 'select';
  return state.screen === 'dashboard' ? state.focus : state.screen;
};

export const isDown = ({ state }: ProcessSnapshot): boolean =>
  state === 'stopped' || state === 'failed' || state === 'completed';

const wantsInput = ({ terminal, waitsForInput }: ProcessSnapshot): boolean =>
  terminal !== null || waitsForInput;

const ACTS: readonly string[] = ['start', 'stop', 'restart'];

interface About {
  /** The selected process. */
  readonly process: ProcessSnapshot | null;
  readonly snapshot: PodSnapshot;
}

const isRunning = (
  { process, command }: NonNullable<ReturnType<typeof commandWithKeys>>,
  { processes }: PodSnapshot,
): boolean => {
  const beside = processes.find(({ name }) => name === process)?.commands ?? [];
  return beside.some(({ name, pid }) => name === command && pid !== null);
};

/** True if a key is worth a place in the footer now. */
export const isUseful = (state: UiState, action: string, { process, snapshot }: About): boolean => {
  if (snapshot.state === 'stopping' && ACTS.includes(action)) return false;
  // Of all processes, any one may be meant.
  if (asksForWhom(state) && ACTS.includes(action)) return true;
  const own = commandWithKeys(state);
  if (own !== null && ACTS.includes(action)) return action === (isRunning(own, snapshot) ? 'stop' : 'start');
  const group = groupFor(state, snapshot.processes);
  const meant = group?.members ?? (process === null ? [] : [process]);
  switch (action) {
    case 'start':
      return meant.some((one) => isDown(one) && one.role !== 'init');
    case 'restart':
      // An init task that has run is run again.
      return meant.some((one) => !isDown(one) || one.role === 'init');
    case 'stop':
      return meant.some((one) => !isDown(one) && one.state !== 'stopping');
    case 'next-match':
    case 'previous-match':
      return state.search !== null;
    case 'open-url':
      return process !== null && addressesOf(process).length > 0;
    case 'input':
      if (own !== null) return isRunning(own, snapshot) && hasTerminal(sourceOf(state), snapshot);
      return process !== null && process.pid !== null && !state.merged && wantsInput(process);
    case 'screen':
      return hasTerminal(sourceOf(state), snapshot);
    case 'fold':
      return groupsOf(state.selected, snapshot.processes).length > 0;
    case 'next-failed':
      return snapshot.processes.some(needsUser);
    case 'traces':
      return snapshot.processes.some(({ origin }) => origin?.use === 'telemetry');
    case 'next-sidecar':
      return hasOtherSidecar(state, snapshot);
    case 'stop-pod':
      return state.attached;
    case 'mouse':
      return state.mouse === 'given';
    case 'back':
      return (
        state.command !== null ||
        state.screen !== 'dashboard' ||
        state.filter !== null ||
        state.least !== null ||
        state.search !== null ||
        state.listFilter !== '' ||
        selectionOf(state) !== null
      );
    default:
      return true;
  }
};
