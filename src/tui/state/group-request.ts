import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { ask } from './ask.ts';
import type { Group } from './groups.ts';
import type { RequestType, UiState } from './ui-state.ts';
import { isDown } from './usable.ts';

/** Asks before it acts on the processes of a group that a request makes sense for. */
export const groupRequest = (state: UiState, type: RequestType, { label, members }: Group): UiState => {
  const meant = members.filter((process) => MEANT[type](process));
  if (meant.length === 0) return { ...state, notice: `${label}: ${NOTHING[type]}` };
  const many = meant.length === members.length ? 'all' : `${meant.length} of`;
  const effects = meant.map(({ name }) => ({ type, process: name }));
  return ask(state, `${type} ${many} ${members.length} processes of ${label}?`, effects);
};

const hasRun = ({ role, state }: ProcessSnapshot): boolean => role === 'init' && state === 'completed';

/** What was stopped by hand stays down in a restart, and an init task that has run is not run again. */
const MEANT: Readonly<Record<RequestType, (process: ProcessSnapshot) => boolean>> = {
  start: (process) => isDown(process) && !hasRun(process),
  stop: (process) => !isDown(process),
  restart: (process) => !isDown(process) || process.state === 'failed',
  kill: ({ pid }) => pid !== null,
};

const NOTHING: Readonly<Record<RequestType, string>> = {
  start: 'everything has been started',
  stop: 'nothing is left to stop',
  restart: 'nothing is up to restart',
  kill: 'nothing is left to kill',
};
