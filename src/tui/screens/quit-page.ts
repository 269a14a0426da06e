import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { keyLabel, keyOf } from '../state/key-table.ts';
import { seconds } from '../text/format.ts';
import { type Styled, span } from '../text/styled.ts';
import { MARKS, stateStyle } from './state-mark.ts';
import type { Page, View } from './view.ts';

/** The progress of the stop, process by process, last started first. */
export const quitPage = (view: View): Page => {
  const { snapshot, theme } = view;
  const longest = Math.max(...snapshot.processes.map(({ name }) => name.length), 0);
  const rows = snapshot.processes
    .toReversed()
    .map(
      (process): Styled => [
        span(` ${MARKS[process.state]} `, stateStyle(process.state, theme)),
        span(process.name.padEnd(longest + 2)),
        span(progressOf(process, view)),
      ],
    );
  const quit = keyOf(view.keys, 'quit');
  const more = view.state.attached || quit === undefined ? '' : `; ${keyLabel(quit)} again kills them`;
  const left = snapshot.processes.filter(({ pid, stop }) => pid !== null || stop !== null).length;
  const why = snapshot.reason === null ? '' : `: ${snapshot.reason}`;
  return {
    title: `stopping ${snapshot.name}${why}`,
    rows: [
      [],
      ...rows,
      [],
      [span(` ${left === 0 ? 'all stopped' : `${left} still running${more}`}`, theme.muted)],
    ],
  };
};

const progressOf = ({ state, stop, waitsFor, lastExit }: ProcessSnapshot, { now }: View): string => {
  if (stop === null) return state === 'stopped' && lastExit?.signal === 'SIGKILL' ? 'killed' : state;
  const waits = stop.waitsFor.length > 0 ? stop.waitsFor : waitsFor;
  switch (stop.stage) {
    case 'holding':
      return waits.length === 0 ? 'running its preStop hook' : `waiting for ${waits.join(', ')}`;
    case 'signalled':
      return stop.killAt === null ? 'stopping' : `stopping; SIGKILL in ${seconds(stop.killAt - now)}`;
    case 'lingering':
      return stop.killAt === null
        ? 'ended; its other processes are stopping'
        : `ended; SIGKILL for its other processes in ${seconds(stop.killAt - now)}`;
    case 'killed':
      return 'killed; waiting for its processes to end';
    default:
      return stop.stage satisfies never;
  }
};

/** True if the picture changes with time alone. */
export const isCountingDown = ({ snapshot }: View): boolean =>
  snapshot.processes.some(({ stop }) => stop !== null && stop.killAt !== null);
