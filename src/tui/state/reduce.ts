import type { PodRequest, PodSnapshot, Usage } from '../../control/pod-client.ts';
import { nextLeast } from '../log/level.ts';
import { nextSeq } from '../log/shown-line.ts';
import { toError, toMatch } from './find-line.ts';
import { type Action, actionOf, type KeyEntry } from './key-table.ts';
import { insert } from './line-editor.ts';
import { listed } from './listed.ts';
import { editLog, openEditor, tryOut } from './log-editor.ts';
import { follow, type LogAround, pauseAt, scrollLog, toOldest, windowNow } from './log-position.ts';
import { editListFilter, isInList, moveInList, selectAt, toFailed, toNextOrder } from './reduce-list.ts';
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
export interface Surroundings extends LogAround {
  readonly snapshot: PodSnapshot;
  readonly usage: ReadonlyMap<string, Usage>;
  readonly keys: readonly KeyEntry[];
  /** Height of a page that may be longer than the terminal, and the number of its rows. */
  readonly page: { readonly height: number; readonly rows: number };
  readonly now: number;
}

const PAN_STEP = 16;

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
  if (calm.editor !== null) return only(typeKey(calm, calm.editor, key, around));
  if (calm.question !== null) return reduceQuestion(calm, key);
  const action = actionOf(around.keys, placeOf(calm), key);
  return action === null ? only(calm) : act(calm, action, key, around);
};

export const reducePaste = (state: UiState, text: string, around: Surroundings): UiState =>
  state.editor === null ? state : pasteInto(state, state.editor, text, around);

const pasteInto = (state: UiState, editor: Editor, text: string, around: Surroundings): UiState => {
  if (editor.for !== 'list') return tryOut(state, { ...editor, ...insert(editor, text) }, around);
  return { ...state, editor: { ...editor, ...insert(editor, text) } };
};

/** Applies a key to the line that is typed. */
const typeKey = (state: UiState, editor: Editor, key: string, around: Surroundings): UiState =>
  editor.for === 'list'
    ? editListFilter(state, editor, key, (next) => listOf(next, around))
    : editLog(state, editor, key, around);

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
      return selectAt(state, listOf(state, around), Number(key) - 1);
    case 'up':
    case 'down':
      return moveBy(state, action === 'up' ? -1 : 1, around);
    case 'page-up':
    case 'page-down':
      return moveBy(state, pageOf(state, around) * (action === 'page-up' ? -1 : 1), around);
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
    case 'pretty':
      return { ...state, pretty: !state.pretty, pan: 0 };
    case 'levels':
      return follow({ ...state, least: nextLeast(state.least), found: null });
    case 'times':
      return { ...state, times: !state.times };
    case 'next-failed':
      return toFailed(state, listOf(state, around), listOf({ ...state, listFilter: '' }, around));
    case 'sort':
      return toNextOrder(state);
    case 'filter-list':
      return {
        ...state,
        editor: { for: 'list', text: state.listFilter, cursor: [...state.listFilter].length },
      };
    case 'search':
    case 'filter':
      return openEditor(state, action);
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
  if (state.listFilter !== '' && isInList(state)) return { ...state, listFilter: '' };
  if (state.filter !== null || state.search !== null || state.least !== null)
    return { ...state, filter: null, least: null, search: null, found: null };
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

const listOf = (state: UiState, { snapshot, usage }: Surroundings) => listed({ state, snapshot, usage });

const moveBy = (state: UiState, by: number, around: Surroundings): UiState =>
  isInList(state) ? moveInList(state, listOf(state, around), by) : scroll(state, by, around);

const scroll = (state: UiState, by: number, around: Surroundings): UiState => {
  if (isPage(state)) return { ...state, scroll: clampScroll(state.scroll + by, around) };
  return scrollLog(state, by, around);
};

const clampScroll = (scroll: number, { page }: Surroundings): number =>
  Math.max(0, Math.min(scroll, page.rows - page.height));

const toEnd = (state: UiState, end: 'top' | 'bottom', around: Surroundings): UiState => {
  if (isInList(state)) return moveInList(state, listOf(state, around), end === 'top' ? -Infinity : Infinity);
  if (isPage(state)) return { ...state, scroll: end === 'top' ? 0 : clampScroll(Infinity, around) };
  return end === 'bottom' ? follow(state) : toOldest(state, around);
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
