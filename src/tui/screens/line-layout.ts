import { logsOf } from '../../control/log-names.ts';
import type { LineLayout } from '../log/line-rows.ts';
import { ALL_PROCESSES, logStateOf, selectionOf, sourceOf } from '../state/ui-state.ts';
import { type LaidView, nameStyle } from './view.ts';

const selectedRange = (state: LaidView['state']): LineLayout['selected'] => {
  const selection = selectionOf(state);
  if (selection === null) return null;
  const { from, to } = selection;
  return [Math.min(from, to), Math.max(from, to)];
};

const SECOND = 1_000;
const LONGEST_NAME = 16;

/** Layout of the lines of a log. */
export const lineLayout = (view: LaidView, width: number): LineLayout => {
  const { state, snapshot, theme } = view;
  const longest = Math.max(0, ...logsOf(snapshot).map((name) => name.length));
  return {
    width,
    wrap: state.wrap,
    pan: state.pan,
    times: state.times,
    now: state.times === 'ago' ? Math.floor(view.now / SECOND) * SECOND : 0,
    pretty: state.pretty,
    names: sourceOf(state) === ALL_PROCESSES ? Math.min(LONGEST_NAME, longest) : 0,
    search: state.search,
    found: state.found,
    selected: selectedRange(state),
    marks: logStateOf(state).marks,
    nameStyle: (process) => nameStyle(view, process),
    theme,
  };
};
