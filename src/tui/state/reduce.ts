import type { PodRequest, PodSnapshot } from '../../control/pod-client.ts';
import { hold, holdMore } from '../log/held-lines.ts';
import type { LineRows } from '../log/line-rows.ts';
import { type Anchor, down, up, windowOf } from '../log/log-window.ts';
import { ERROR_LINE, matches, type Pattern, parsePattern } from '../log/pattern.ts';
import { nextSeq, type ShownLine } from '../log/shown-line.ts';
import { type Action, actionOf, type KeyEntry } from './key-table.ts';
import { edit, insert } from './line-editor.ts';
import type { ShownLog } from './log-model.ts';
import { tell } from './told.ts';
import {
  type Editor,
  type Effect,
  logStateOf,
  type Reduced,
  type Screen,
  type UiState,
  withLog,
} from './ui-state.ts';
import { placeOf } from './usable.ts';

/** The context in which a key is interpreted. */
export interface Surroundings {
  readonly snapshot: PodSnapshot;
  readonly keys: readonly KeyEntry[];
  readonly log: ShownLog;
  readonly lines: LineRows;
  /** Number of rows of the log. */
  readonly logHeight: number;
  /** Height of a page that may be longer than the terminal, and the number of its rows. */
  readonly page: { readonly height: number; readonly rows: number };
  readonly now: number;
}

const PAN_STEP = 16;
const FIRST_SEEN_BELOW = 3;

/** Applies a key, by its name: a character, or `up`, `enter`, `ctrl+c` …. */
export const reduceKey = (state: UiState, key: string, around: Surroundings): Reduced => {
  const { state: next, effects } = reduceCalmly({ ...state, notice: null }, key, around);
  return { state: next.editor === null ? answered(next, around) : next, effects };
};

/** What a key has to say goes where all notices go. */
const answered = (state: UiState, { now }: Surroundings): UiState =>
  state.notice === null
    ? state
    : tell({ ...state, notice: null }, { at: now, text: state.notice, kind: 'answer' });

const reduceCalmly = (calm: UiState, key: string, around: Surroundings): Reduced => {
  if (calm.editor !== null) return only(reduceEditor(calm, calm.editor, key, around));
  if (calm.question !== null) return reduceQuestion(calm, key);
  const action = actionOf(around.keys, placeOf(calm), key);
  return action === null ? only(calm) : act(calm, action, key, around);
};

export const reducePaste = (state: UiState, text: string): UiState =>
  state.editor === null ? state : { ...state, editor: insert(state.editor, text) };

/** Applies a new snapshot: the selected process may be gone, and a stop opens its page. */
export const reduceSnapshot = (state: UiState, before: PodSnapshot | null, now: PodSnapshot): UiState => {
  const known = now.processes.some(({ name }) => name === state.selected);
  const selected = known ? state.selected : firstShown(now);
  const stops = now.state === 'stopping' && before?.state !== 'stopping';
  return { ...(stops ? open({ ...state, editor: null, question: null }, 'quit') : state), selected };
};

/** The app is what the user wants to see first. */
const firstShown = ({ processes }: PodSnapshot): string | null =>
  (processes.find(({ role }) => role === 'primary') ?? processes[0])?.name ?? null;

const only = (state: UiState): Reduced => ({ state, effects: [] });
const doing = (state: UiState, ...effects: readonly Effect[]): Reduced => ({ state, effects });

const act = (state: UiState, action: Action, key: string, around: Surroundings): Reduced => {
  switch (action) {
    case 'start':
    case 'stop':
    case 'restart':
      return request(state, action);
    case 'kill':
      return only(askToKill(state));
    case 'restart-all':
      return only(ask(state, 'restart all processes?', { type: 'restart-all' }));
    case 'quit':
      return state.attached ? doing(state, { type: 'leave' }) : quit(state, around);
    case 'stop-pod':
      return only(askToStopPod(state, around));
    case 'copy':
      return doing(state, { type: 'copy', seqs: windowNow(state, around).seqs });
    case 'save':
    case 'pager':
    case 'plain':
    case 'redraw':
    case 'suspend':
      return doing(state, { type: action });
    default:
      return only(move(state, action, key, around));
  }
};

type Quiet = Exclude<
  Action,
  | 'start'
  | 'stop'
  | 'restart'
  | 'kill'
  | 'restart-all'
  | 'quit'
  | 'stop-pod'
  | 'copy'
  | 'save'
  | 'pager'
  | 'plain'
  | 'redraw'
  | 'suspend'
>;

/** Actions that only change the screen. */
const move = (state: UiState, action: Quiet, key: string, around: Surroundings): UiState => {
  switch (action) {
    case 'open-log':
      return open({ ...state, focus: 'log' }, 'log');
    case 'back':
      return back(state);
    case 'help':
    case 'details':
    case 'graph':
    case 'events':
      return state.screen === action ? back(state) : open(state, action);
    case 'switch-pane':
      return state.screen === 'dashboard'
        ? { ...state, focus: state.focus === 'list' ? 'log' : 'list' }
        : state;
    case 'show-env':
      return { ...state, envShown: !state.envShown };
    case 'jump':
      return select(state, Number(key) - 1, around);
    case 'up':
    case 'down':
      return step(state, action === 'up' ? -1 : 1, around);
    case 'page-up':
    case 'page-down':
      return scroll(state, pageOf(state, around) * (action === 'page-up' ? -1 : 1), around);
    case 'half-up':
    case 'half-down':
      return scroll(state, Math.ceil(pageOf(state, around) / 2) * (action === 'half-up' ? -1 : 1), around);
    case 'top':
    case 'bottom':
      return toEnd(state, action, around);
    case 'left':
    case 'right':
      return {
        ...state,
        pan: state.wrap ? 0 : Math.max(0, state.pan + (action === 'left' ? -PAN_STEP : PAN_STEP)),
      };
    case 'follow':
      return logStateOf(state).paused === null
        ? pauseAt(state, windowNow(state, around).top, around)
        : follow(state);
    case 'merge':
      return { ...state, merged: !state.merged, found: null };
    case 'wrap':
      return { ...state, wrap: !state.wrap, pan: 0 };
    case 'times':
      return { ...state, times: !state.times };
    case 'search':
    case 'filter':
      return { ...state, editor: { for: action, text: '', cursor: 0 } };
    case 'next-match':
    case 'previous-match':
      return toMatch(state, action === 'next-match' ? 1 : -1, around);
    case 'next-error':
    case 'previous-error':
      return toError(state, action === 'next-error' ? 1 : -1, around);
    case 'mark':
      return mark(state, around);
    case 'clear':
      return clear(state, around);
    default:
      return action satisfies never;
  }
};

const open = (state: UiState, screen: Screen): UiState =>
  state.screen === screen
    ? state
    : { ...state, screen, behind: [...state.behind, state.screen], scroll: 0, envShown: false };

/** From the outermost screen, `back` removes the filter and other things that hide lines. */
const back = (state: UiState): UiState => {
  const screen = state.behind.at(-1);
  if (screen !== undefined) return leave(state, screen);
  if (state.filter !== null || state.search !== null)
    return { ...state, filter: null, search: null, found: null };
  return { ...state, focus: 'list' };
};

const leave = (state: UiState, screen: Screen): UiState => ({
  ...state,
  screen,
  behind: state.behind.slice(0, -1),
  focus: screen === 'dashboard' ? 'list' : state.focus,
  scroll: 0,
  envShown: false,
});

const request = (state: UiState, type: 'start' | 'stop' | 'restart'): Reduced =>
  state.selected === null ? only(state) : doing(state, { type, process: state.selected });

const ask = (state: UiState, text: string, effect: Effect): UiState => ({
  ...state,
  question: { text, effect },
});

const askToKill = (state: UiState): UiState =>
  state.selected === null
    ? state
    : ask(state, `kill ${state.selected} with its process tree?`, { type: 'kill', process: state.selected });

const reduceQuestion = (state: UiState, key: string): Reduced => {
  const { question } = state;
  const answered = { ...state, question: null };
  return question !== null && (key === 'y' || key === 'enter')
    ? doing(answered, question.effect)
    : only(answered);
};

/** The first quit stops the pod in order; the second kills it. */
const quit = (state: UiState, { snapshot }: Surroundings): Reduced => {
  const isStopping = snapshot.state === 'stopping' || state.quits > 0;
  const next = { ...open(state, 'quit'), quits: state.quits + 1 };
  return doing(next, isStopping ? killPod(state) : stopPod(state));
};

/** A client of a pod in another process asks first, in place of a quit. */
const askToStopPod = (state: UiState, { snapshot }: Surroundings): UiState =>
  snapshot.state === 'stopping'
    ? ask(state, 'kill the rest of the pod?', killPod(state))
    : ask(state, 'stop the whole pod?', stopPod(state));

const whoOf = ({ attached }: UiState): string => (attached ? 'sidecarctl attach' : 'the dashboard');
const stopPod = (state: UiState): PodRequest => ({ type: 'stop-pod', grace: null, by: whoOf(state) });
const killPod = (state: UiState): PodRequest => ({ type: 'kill-pod', by: whoOf(state) });

const isPage = ({ screen }: UiState): boolean => screen !== 'dashboard' && screen !== 'log';

const pageOf = (state: UiState, { page, logHeight }: Surroundings): number =>
  Math.max(1, (isPage(state) ? page.height : logHeight) - 1);

const step = (state: UiState, by: 1 | -1, around: Surroundings): UiState => {
  if (state.screen !== 'dashboard' || state.focus === 'log') return scroll(state, by, around);
  const at = around.snapshot.processes.findIndex(({ name }) => name === state.selected);
  return select(state, at + by, around);
};

const select = (state: UiState, at: number, { snapshot }: Surroundings): UiState => {
  const process = snapshot.processes[at];
  return process === undefined
    ? state
    : { ...state, selected: process.name, merged: false, found: null, pan: 0 };
};

const scroll = (state: UiState, by: number, around: Surroundings): UiState => {
  if (isPage(state)) return { ...state, scroll: clampScroll(state.scroll + by, around) };
  const { log, lines } = around;
  const { top } = windowNow(state, around);
  if (top === null) return state;
  if (by < 0) return pauseAt(state, up(log.view, top, -by, lines), around);
  return scrollDown(state, top, by, around);
};

/** Below the lines that a paused log holds are those that came since. */
const scrollDown = (state: UiState, top: Anchor, by: number, around: Surroundings): UiState => {
  const { log, lines, logHeight } = around;
  const { paused } = logStateOf(state);
  if (paused === null) return state;
  const next = down(paused.held, top, by, logHeight, lines);
  if (next !== null || log.live.count === paused.held.count) return pauseAt(state, next, around);
  const held = holdMore(paused.held, log.live);
  const below = down(held, top, by, logHeight, lines);
  return below === null ? follow(state) : withLog(state, { paused: { top: below, held } });
};

const clampScroll = (scroll: number, { page }: Surroundings): number =>
  Math.max(0, Math.min(scroll, page.rows - page.height));

const toEnd = (state: UiState, end: 'top' | 'bottom', around: Surroundings): UiState => {
  if (isPage(state)) return { ...state, scroll: end === 'top' ? 0 : clampScroll(Infinity, around) };
  if (end === 'bottom') return follow(state);
  const [oldest] = around.log.view.after(0, 1);
  return oldest === undefined ? state : pauseAt(state, OLDEST, around);
};

/** Above every line. */
const OLDEST: Anchor = { seq: 0, row: 0 };

const windowNow = (state: UiState, { log, lines, logHeight }: Surroundings) =>
  windowOf(log.view, logStateOf(state).paused?.top ?? null, logHeight, lines);

const follow = (state: UiState): UiState => withLog(state, { paused: null });

const pauseAt = (state: UiState, top: Anchor | null, { log }: Surroundings): UiState => {
  if (top === null) return follow(state);
  return withLog(state, { paused: { top, held: logStateOf(state).paused?.held ?? hold(log.live) } });
};

/** Brings the match in a line into view, with the lines that led to it above. */
const showLine = (state: UiState, line: ShownLine, pattern: Pattern, around: Surroundings): UiState => {
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
const lookingFrom = (state: UiState, direction: 1 | -1, around: Surroundings): number => {
  const { seqs } = windowNow(state, around);
  if (state.found !== null && seqs.includes(state.found))
    return direction === 1 ? nextSeq(state.found) : state.found;
  return direction === 1 ? (seqs[0] ?? 0) : nextSeq(seqs.at(-1) ?? -1);
};

const toMatch = (state: UiState, direction: 1 | -1, around: Surroundings): UiState => {
  if (state.search === null) return { ...state, notice: 'nothing to find yet: press / first' };
  const line = findLine(around, state.search, lookingFrom(state, direction, around), direction);
  if (line !== null) return showLine(state, line, state.search, around);
  const isNone = around.log.found?.size === 0;
  return { ...state, notice: isNone ? 'no match' : `no more matches ${direction === 1 ? 'below' : 'above'}` };
};

const LOOK_AT = 1_000;

const toError = (state: UiState, direction: 1 | -1, around: Surroundings): UiState => {
  const line = findLine(around, ERROR_LINE, lookingFrom(state, direction, around), direction);
  if (line !== null) return showLine(state, line, ERROR_LINE, around);
  return { ...state, notice: `no more error lines ${direction === 1 ? 'below' : 'above'}` };
};

const findLine = (
  { log: { view } }: Surroundings,
  pattern: Pattern,
  start: number,
  direction: 1 | -1,
): ShownLine | null => {
  let from = start;
  for (;;) {
    const page = direction === 1 ? view.after(from, LOOK_AT) : view.before(from, LOOK_AT).toReversed();
    const found = page.find(({ line }) => matches(pattern, line));
    if (found !== undefined) return found;
    const last = page.at(-1);
    if (last === undefined) return null;
    from = direction === 1 ? nextSeq(last.seq) : last.seq;
  }
};

const mark = (state: UiState, { log, now }: Surroundings): UiState => {
  const [newest] = log.view.before(Infinity, 1);
  if (newest === undefined) return { ...state, notice: 'nothing to mark yet' };
  return withLog(state, { marks: new Map([...logStateOf(state).marks, [newest.seq, now]]) });
};

const clear = (state: UiState, { log }: Surroundings): UiState => {
  const [newest] = log.view.before(Infinity, 1);
  const clearedTo = newest === undefined ? 0 : nextSeq(newest.seq);
  return withLog({ ...state, found: null }, { paused: null, clearedTo, marks: new Map() });
};

const reduceEditor = (state: UiState, editor: Editor, key: string, around: Surroundings): UiState => {
  if (key === 'escape' || key === 'ctrl+c') return { ...state, editor: null };
  if (key !== 'enter') return { ...state, editor: edit(editor, key) };
  const closed = { ...state, editor: null, found: null };
  if (editor.text === '') return { ...closed, [editor.for]: null };
  const parsed = parsePattern(editor.text);
  if (!parsed.ok) return { ...state, editor, notice: parsed.message };
  if (editor.for === 'filter') return follow({ ...closed, filter: parsed.pattern });
  return showNewest({ ...closed, search: parsed.pattern }, parsed.pattern, around);
};

/** A search begins with the newest match that is not below the visible lines. */
const showNewest = (state: UiState, pattern: Pattern, around: Surroundings): UiState => {
  const before = nextSeq(windowNow(state, around).seqs.at(-1) ?? -1);
  const line = findLine(around, pattern, before, -1) ?? findLine(around, pattern, before, 1);
  return line === null
    ? { ...state, notice: `no line matches ${pattern.text}` }
    : showLine(state, line, pattern, around);
};
