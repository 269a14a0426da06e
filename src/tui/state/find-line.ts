import { up } from '../log/log-window.ts';
import { ERROR_LINE, isGivenUp, lookInTime, matches, type Pattern } from '../log/pattern.ts';
import { nextSeq, type ShownLine } from '../log/shown-line.ts';
import { holding, type LogAround, pauseAt, windowNow } from './log-position.ts';
import type { UiState } from './ui-state.ts';

const FIRST_SEEN_BELOW = 3;

export const toMatch = (state: UiState, direction: 1 | -1, around: LogAround): UiState => {
  if (state.search === null) return { ...state, notice: 'nothing to find yet: press / first' };
  const found = toNext(state, state.search, direction, around);
  if (found !== null) return found;
  const isNone = around.log.found?.size === 0;
  return { ...state, notice: isNone ? 'no match' : `no more matches ${WHERE[direction]}` };
};

export const toError = (state: UiState, direction: 1 | -1, around: LogAround): UiState =>
  toNext(state, ERROR_LINE, direction, around) ?? {
    ...state,
    notice: `no more error lines ${WHERE[direction]}`,
  };

const WHERE = { [1]: 'below', [-1]: 'above' } as const;

/** A search begins with the newest match that is not below the visible lines. Returns null if there is none. */
export const toNewest = (state: UiState, pattern: Pattern, given: LogAround): UiState | null => {
  const around = holding(given);
  const before = nextSeq(windowNow(state, around).seqs.at(-1) ?? -1);
  const line = findLine(around, pattern, before, -1) ?? findLine(around, pattern, before, 1);
  return line === null ? null : showLine(state, line, pattern, around);
};

const toNext = (state: UiState, pattern: Pattern, direction: 1 | -1, given: LogAround): UiState | null => {
  const around = holding(given);
  const line = findLine(around, pattern, lookingFrom(state, direction, around), direction);
  return line === null ? null : showLine(state, line, pattern, around);
};

/** Brings the match in a line into view, with the lines that led to it above. */
const showLine = (state: UiState, line: ShownLine, pattern: Pattern, around: LogAround): UiState => {
  const { seq } = line;
  const { row, pan } = around.lines.placeOf(line, pattern);
  const above = Math.max(0, Math.min(FIRST_SEEN_BELOW, around.logHeight - 1));
  const { shows, top } = windowNow(state, around);
  const isSeen = shows({ seq, row });
  return pauseAt(
    { ...state, found: seq, pan },
    isSeen ? top : up(around.log.view, { seq, row }, above, around.lines),
    around,
  );
};

/** Starting point of a search: the current match while it is visible, else the edge of the visible lines. */
const lookingFrom = (state: UiState, direction: 1 | -1, around: LogAround): number => {
  const { seqs } = windowNow(state, around);
  if (state.found !== null && seqs.includes(state.found))
    return direction === 1 ? nextSeq(state.found) : state.found;
  return direction === 1 ? (seqs[0] ?? 0) : nextSeq(seqs.at(-1) ?? -1);
};

const LOOK_AT = 1_000;

const findLine = (
  { log: { view } }: LogAround,
  pattern: Pattern,
  start: number,
  direction: 1 | -1,
): ShownLine | null => {
  let from = start;
  for (;;) {
    const page = direction === 1 ? view.after(from, LOOK_AT) : view.before(from, LOOK_AT).toReversed();
    const at = lookInTime(pattern, () => page.findIndex(({ line }) => matches(pattern, line)), -1);
    const found = page[at];
    if (found !== undefined) return found;
    const last = page.at(-1);
    if (last === undefined || isGivenUp(pattern)) return null;
    from = direction === 1 ? nextSeq(last.seq) : last.seq;
  }
};
