import type { ProcessSnapshot, Timestamp } from '../../control/pod-client.ts';
import { noticesChangeAt } from '../state/told.ts';
import { layoutOf } from './layout.ts';
import { isCountingDown } from './quit-page.ts';
import { type PaneView, selectedProcess, type View } from './view.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const TENTHS = 200;

/** Time at which the frame would look different without any event. Ages and the clock change by the minute. */
export const changesAt = (view: View): Timestamp => {
  const { now, state } = view;
  if (state.screen === 'quit' && isCountingDown(view)) return now + TENTHS;
  const counts = watched(view).some((process) => countsSeconds(process, now)) || countsLines(view);
  const unit = counts ? SECOND : MINUTE;
  return Math.min(nextWhole(now, unit), noticesChangeAt(state, now));
};

/** Everything that counts seconds changes at the same moments, however many processes there are. */
const nextWhole = (now: Timestamp, unit: number): Timestamp => (Math.floor(now / unit) + 1) * unit;

/** Processes whose ages are on the screen. */
const watched = (view: View): readonly ProcessSnapshot[] => {
  const layout = layoutOf(view);
  if (layout.kind === 'panes' && layout.list !== null) return view.snapshot.processes;
  const selected = selectedProcess(view);
  const hasDetails = view.state.screen === 'details' && layout.kind === 'page';
  return hasDetails && selected !== null ? [selected] : [];
};

/** True if a line on the screen may be less than a minute old, and tells how old it is. */
const countsLines = (view: View): boolean =>
  [view, ...view.others.values()].some((pane) => countsLinesOf(pane, view.now));

const countsLinesOf = ({ state: { times, screen }, log }: PaneView, now: Timestamp): boolean => {
  if (times !== 'ago' || (screen !== 'dashboard' && screen !== 'log')) return false;
  const [newest] = log.view.before(Infinity, 1);
  return newest !== undefined && now - newest.time < MINUTE;
};

/** Ages of less than a minute are in seconds, and so is the time until a restart. */
const countsSeconds = ({ launchedAt, retryAt }: ProcessSnapshot, now: Timestamp): boolean =>
  (launchedAt !== null && now - launchedAt < MINUTE) || (retryAt !== null && retryAt > now);
