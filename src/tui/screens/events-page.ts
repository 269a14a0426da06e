import type { Told } from '../state/told.ts';
import { clockWithSeconds } from '../text/format.ts';
import { prose } from '../text/prose.ts';
import { type Styled, span } from '../text/styled.ts';
import type { Page, View } from './view.ts';

const TIME_WIDTH = 10;

/** All that was told, newest first, and before it the error that the config still has. */
export const eventsPage = (view: View): Page => {
  const { told } = view.state;
  const error = told.findLast(({ kind }) => kind === 'config-error');
  const rest = told.filter((one) => one !== error).toReversed();
  const rows = [
    ...(error === undefined ? [] : [...rowsOf(error, view), []]),
    ...rest.flatMap((one) => rowsOf(one, view)),
  ];
  return {
    title: 'notices and events, newest first',
    rows: rows.length === 0 ? [[span(' none yet')]] : rows,
  };
};

/** The whole text, line by line, below the time. */
const rowsOf = ({ at, text, kind }: Told, { size, theme }: View): readonly Styled[] => {
  const style = kind === 'config-error' ? theme.failed : kind === 'notice' ? theme.waiting : '';
  const width = Math.max(1, size.columns - TIME_WIDTH);
  const rows = text.split(/[\r\n]+/).flatMap((line) => prose(line, width, style));
  return rows.map((row, index) => [
    span(index === 0 ? ` ${clockWithSeconds(at)} ` : ' '.repeat(TIME_WIDTH), theme.muted),
    ...row,
  ]);
};
