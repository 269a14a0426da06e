import type { PodSnapshot } from '../../control/pod-client.ts';
import { BY_WEIGHT } from '../state/listed.ts';
import { clock, count } from '../text/format.ts';
import { filled, filledWithDots, type Styled, span, styledWidth } from '../text/styled.ts';
import { stateStyle } from './state-mark.ts';
import type { View } from './view.ts';

export const header = (view: View): Styled => {
  const { snapshot, linesPerSecond, size, now, theme } = view;
  const left = [
    span(' '),
    span(snapshot.name, theme.strong),
    span(`  ${podText(snapshot)}  `),
    ...counts(view),
  ];
  const rate = linesPerSecond === 0 ? '' : `${count(linesPerSecond, 'line')}/s  `;
  const right = [span(` ${rate}${snapshot.mode}  ${clock(now)} `, theme.muted)];
  const room = size.columns - styledWidth(right);
  return room < 20 ? filledWithDots(left, size.columns) : [...filledWithDots(left, room), ...right];
};

export const counts = ({ snapshot, theme }: View): Styled =>
  BY_WEIGHT.flatMap((state) => {
    const number = snapshot.processes.filter((process) => process.state === state).length;
    return number === 0 ? [] : [span(`${number} ${state}`, stateStyle(state, theme)), span('  ')];
  }).concat(asking(snapshot, theme));

const asking = ({ processes }: PodSnapshot, theme: View['theme']): Styled => {
  const number = processes.filter(({ waitsForInput }) => waitsForInput).length;
  const text = number === 1 ? '1 waits for input' : `${number} wait for input`;
  return number === 0 ? [] : [span(text, theme.waiting), span('  ')];
};

export const podText = ({ state, reason, exitCode }: PodSnapshot): string => {
  const why = reason === null || state === 'running' || state === 'starting' ? '' : `: ${reason}`;
  return `${state === 'stopped' ? `stopped, exit code ${exitCode ?? 0}` : state}${why}`;
};

/** The pod's state in one line, for a terminal with no room for more. */
export const statusLine = (view: View): Styled =>
  filled(
    [span(view.snapshot.name, view.theme.strong), span(` ${view.snapshot.state} `), ...counts(view)],
    view.size.columns,
  );
