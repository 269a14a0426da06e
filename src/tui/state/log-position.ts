import { HeldLines, hold, holdMore } from '../log/held-lines.ts';
import type { LineRows } from '../log/line-rows.ts';
import { type Anchor, down, up, windowOf } from '../log/log-window.ts';
import type { ShownLog } from './log-model.ts';
import { logStateOf, type UiState, withLog } from './ui-state.ts';

/** The visible log, and how much of it is visible. */
export interface LogAround {
  readonly log: ShownLog;
  readonly lines: LineRows;
  /** Number of rows of the log. */
  readonly logHeight: number;
}

export const windowNow = (state: UiState, { log, lines, logHeight }: LogAround) =>
  windowOf(log.view, logStateOf(state).paused?.top ?? null, logHeight, lines);

/** Whoever goes back in a log, or looks for something in it, does so in the lines that are held meanwhile. */
export const holding = <T extends LogAround>(
  around: T,
): T & { readonly log: { readonly view: HeldLines } } => {
  const { view, live } = around.log;
  return { ...around, log: { ...around.log, view: view instanceof HeldLines ? view : hold(live) } };
};

export const follow = (state: UiState): UiState => withLog(state, { paused: null });

export const pauseAt = (state: UiState, top: Anchor | null, around: LogAround): UiState => {
  if (top === null) return follow(state);
  return withLog(state, { paused: { top, held: holding(around).log.view } });
};

/** Above every line. */
const OLDEST: Anchor = { seq: 0, row: 0 };

export const toOldest = (state: UiState, around: LogAround): UiState =>
  around.log.view.after(0, 1).length === 0 ? state : pauseAt(state, OLDEST, around);

export const scrollLog = (state: UiState, by: number, around: LogAround): UiState => {
  const { top } = windowNow(state, around);
  if (top === null) return state;
  return by < 0 ? scrollUp(state, top, -by, holding(around)) : scrollDown(state, top, by, around);
};

const scrollUp = (state: UiState, top: Anchor, by: number, around: LogAround): UiState =>
  pauseAt(state, up(around.log.view, top, by, around.lines), around);

/** Below the lines that a paused log holds are those that came since. */
const scrollDown = (state: UiState, top: Anchor, by: number, around: LogAround): UiState => {
  const { log, lines, logHeight } = around;
  const { paused } = logStateOf(state);
  if (paused === null) return state;
  const next = down(paused.held, top, by, logHeight, lines);
  if (next !== null || log.live.count === paused.held.count) return pauseAt(state, next, around);
  const held = holdMore(paused.held, log.live);
  const below = down(held, top, by, logHeight, lines);
  return below === null ? follow(state) : withLog(state, { paused: { top: below, held } });
};
