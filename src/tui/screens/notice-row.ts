import { keyLabel, keyOf } from '../state/key-table.ts';
import { shownNotices, type Told } from '../state/told.ts';
import { filled, filledWithDots, type Styled, span, styledWidth } from '../text/styled.ts';
import type { View } from './view.ts';

/** The newest notice in one row above the keys, whatever is in its text; null while there is none. */
export const noticeRow = (view: View): Styled | null => {
  const [newest, ...others] = shownNotices(view.state, view.now);
  if (newest === undefined) return null;
  const { columns } = view.size;
  const style = newest.kind === 'config-error' ? view.theme.failed : view.theme.waiting;
  const text = span(` ${textOf(newest, view).replaceAll(/\s+/g, ' ')}`, style);
  const isCut = styledWidth([text]) >= columns;
  const more = others.length > 0 || isCut ? hintOf(view, others.length) : [];
  const room = columns - styledWidth(more);
  return room < columns / 2
    ? filledWithDots([text], columns)
    : filled([...filledWithDots([text], room), ...more], columns);
};

/** Of a process that waits for input, the keys that answer it here in place of the commands for other terminals. */
const textOf = ({ text, asking }: Told, { keys, state }: View): string => {
  const [next, type] = [keyOf(keys, 'next-failed'), keyOf(keys, 'input')];
  if (asking === undefined || type === undefined) return text;
  if (state.input?.process === asking) return `${asking} waits for input`;
  const goes = state.selected === asking || next === undefined ? '' : `${keyLabel(next)} goes to it, `;
  return `${asking} waits for input: ${goes}${keyLabel(type)} types into it`;
};

/** Says which key shows the rest. */
const hintOf = ({ keys, theme }: View, others: number): Styled => {
  const key = keyOf(keys, 'events');
  const count = others === 0 ? '' : ` +${others}`;
  return key === undefined
    ? [span(`${count} `, theme.muted)]
    : [span(`${count} `, theme.muted), span(` ${keyLabel(key)}`, theme.accent), span(' all ', theme.muted)];
};

/** Rows that the notice takes from what is above it. */
export const noticeHeight = ({ state, now }: Pick<View, 'state' | 'now'>): number =>
  shownNotices(state, now).length > 0 ? 1 : 0;
