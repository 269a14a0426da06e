import { titleOfLog } from '../../model/own-command.ts';
import { windowOf } from '../log/log-window.ts';
import { isGivenUp, type Pattern } from '../log/pattern.ts';
import { showsScreen } from '../state/process-screen.ts';
import { selectedLines } from '../state/select-lines.ts';
import { ALL_PROCESSES, logStateOf, sourceOf } from '../state/ui-state.ts';
import { count } from '../text/format.ts';
import { filled, filledWithDots, type Styled, span, styledWidth } from '../text/styled.ts';
import type { View } from './view.ts';

interface Around {
  /** True if another log is above. */
  readonly isBelow: boolean;
  /** Number of logs that the screen has no room for. */
  readonly leftOut: number;
}

/** Shows the source of the log, whether it follows, and its filters. */
export const logTitle = (view: View, width: number, { isBelow, leftOut }: Around): Styled => {
  const { state, theme } = view;
  const source = sourceOf(state);
  const name = span(source === ALL_PROCESSES ? 'all processes' : titleOfLog(source), theme.strong);
  const isFocused = state.screen === 'dashboard' && state.focus === 'log';
  const title = [
    span(isFocused ? '>' : ' ', theme.accent),
    name,
    span('  '),
    following(view),
    ...(state.pinned.includes(source) ? [span('  pinned', theme.accent)] : []),
    ...(leftOut === 0 ? [] : [span(`  +${count(leftOut, 'log')}`, theme.waiting)]),
    ...narrowing(view),
  ];
  const rule = isBelow
    ? [span(` ${'─'.repeat(Math.max(0, width - styledWidth(title) - 1))}`, theme.muted)]
    : [];
  return filledWithDots([...title, ...rule], width);
};

const following = ({ state, log, theme, snapshot }: View) => {
  const { paused } = logStateOf(state);
  const selected = selectedLines(state, log.view).length;
  if (selected > 0) return span(`${count(selected, 'line')} selected`, theme.waiting);
  if (paused === null) return span(showsScreen(state, snapshot) ? 'screen' : 'following', theme.ready);
  const more = log.live.count - paused.held.count;
  return span(more > 0 ? `paused (+${count(more, 'new', 'new')})` : 'paused', theme.waiting);
};

const narrowing = ({ state, log, theme }: View): Styled => {
  const { pretty, search, times, wrap, pan } = state;
  const { clearedTo } = logStateOf(state);
  const parts = [
    shownLines(state, log),
    search === null ? '' : `find ${search.text} ${matchPlace(state.found, log.found)}${slowness(search)}`,
    clearedTo === 0 ? '' : 'cleared',
    times === 'ago' ? 'ages' : '',
    pretty ? 'pretty' : '',
    wrap ? 'wrapped' : '',
    pan > 0 ? `from column ${pan + 1}` : '',
  ];
  return parts.filter((part) => part !== '').map((part) => span(`  ${part}`, theme.accent));
};

/** For example `error and worse, filter GET (3 lines)`. */
const shownLines = ({ filter, least }: View['state'], { live }: View['log']): string => {
  if (filter === null && least === null) return '';
  const what = [
    least === null ? [] : `${least} and worse`,
    filter === null ? [] : `filter ${filter.text}${slowness(filter)}`,
  ];
  return `${what.flat().join(', ')} (${count(live.count, 'line')})`;
};

const slowness = (pattern: Pattern): string => (isGivenUp(pattern) ? ', which takes too long' : '');

const matchPlace = (found: number | null, index: View['log']['found']): string => {
  if (index === null) return '';
  const at = found === null ? 0 : index.indexOf(found) + 1;
  return `${at === 0 ? '-' : at}/${index.size}`;
};

/** Returns exactly `height` rows. */
export const logRows = (view: View, width: number, height: number): readonly Styled[] => {
  const { log, lines, state } = view;
  const { rows } = windowOf(log.view, logStateOf(state).paused?.top ?? null, height, lines);
  if (rows.length === 0) return emptyRows(view, width, height);
  const missing = Array.from({ length: Math.max(0, height - rows.length) }, () => filled([], width));
  return [...rows.map((row) => filled(row, width)), ...missing];
};

const emptyRows = ({ state, theme }: View, width: number, height: number): readonly Styled[] => {
  const isFiltered = state.filter !== null || state.least !== null;
  const text = isFiltered ? 'no line matches the filter' : 'no output yet';
  return Array.from({ length: height }, (_, row) =>
    filled(row === 0 ? [span(` ${text}`, theme.muted)] : [], width),
  );
};
