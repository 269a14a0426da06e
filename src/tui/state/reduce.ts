import type { PodRequest, PodSnapshot, ProcessSnapshot, Usage } from '../../control/pod-client.ts';
import type { Place } from '../../model/dashboard-keys.ts';
import { TIMES } from '../../model/log-times.ts';
import { lastError, linesBetween } from '../log/error-block.ts';
import { nextLeast } from '../log/level.ts';
import { nextSeq, type ShownLine } from '../log/shown-line.ts';
import { ask } from './ask.ts';
import { toNextSidecar } from './asked-sidecar.ts';
import { toError, toMatch } from './find-line.ts';
import { groupRequest } from './group-request.ts';
import { pasteLines, typeLine } from './input-line.ts';
import { endInput, enterInput, leaveInput } from './input-mode.ts';
import { type Action, actionOf, type KeyEntry, keyLabel, keysOf } from './key-table.ts';
import { charactersOf, insert } from './line-editor.ts';
import { processesOf, rowsOf } from './list-rows.ts';
import { listed } from './listed.ts';
import { editLog, openEditor, tryOut } from './log-editor.ts';
import { follow, type LogAround, pauseAt, scrollLog, toOldest, windowNow } from './log-position.ts';
import { type CommandDeed, type Deed, paletteEntries } from './palette.ts';
import { focusPane, togglePin, toNextLayout, toNextPane, withPane } from './panes.ts';
import { togglePretty, toggleScreen } from './process-screen.ts';
import {
  editListFilter,
  fold,
  goTo,
  isInList,
  moveAmong,
  moveInList,
  selectAt,
  selectPane,
  toFailed,
  toNextOrder,
} from './reduce-list.ts';
import { choose, openAddress } from './reduce-open.ts';
import { editPalette, openPalette } from './reduce-palette.ts';
import { editTraces, moveInTraces, openTrace, toggleErrors, typeInTraces } from './reduce-traces.ts';
import { asksForWhom, commandWithKeys, editWhom, groupFor, processOf } from './reduce-whom.ts';
import { endSelection, moveSelection, selectedLines, startSelection } from './select-lines.ts';
import { startSteps } from './start-steps.ts';
import { tell } from './told.ts';
import type { TracesView } from './traces-view.ts';
import {
  type Editor,
  type Effect,
  type LogEditor,
  logStateOf,
  type PaletteEditor,
  type Reduced,
  type Screen,
  selectionOf,
  type UiState,
  type WhomEditor,
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
  readonly traces: TracesView;
  readonly now: number;
}

const PAN_STEP = 16;

/** Applies a key, by its name: a character, or `up`, `enter`, `ctrl+c` …. */
export const reduceKey = (state: UiState, key: string, around: Surroundings): Reduced => {
  const { state: reduced, effects } = reduceCalmly({ ...state, notice: null }, key, around);
  const next = withPane(reduced, around.snapshot);
  return { state: next.editor === null ? answered(next, around) : next, effects };
};

/** What a key has to say goes where all notices go. */
const answered = (state: UiState, { now }: Surroundings): UiState =>
  state.notice === null
    ? state
    : tell({ ...state, notice: null }, { at: now, text: state.notice, kind: 'answer' });

const reduceCalmly = (calm: UiState, key: string, around: Surroundings): Reduced => {
  if (calm.editor !== null) return typeKey(calm, calm.editor, key, around);
  if (calm.question !== null) return reduceQuestion(calm, key);
  if (calm.choice !== null) return choose(calm, calm.choice, key);
  const action = actionOf(around.keys, placeOf(calm), key);
  return action === null ? only(calm) : act(calm, action, key, around);
};

export const reducePaste = (state: UiState, text: string, around: Surroundings): Reduced => {
  const { editor } = state;
  if (editor?.for === 'input') return pasteLines(state, editor, text);
  return only(editor === null ? state : pasteInto(state, editor, text, around));
};

const pasteInto = (state: UiState, editor: Editor, text: string, around: Surroundings): UiState => {
  if (isForLog(editor)) return tryOut(state, { ...editor, ...insert(editor, text) }, around);
  return { ...state, editor: { ...editor, ...insert(editor, text) } };
};

const isForLog = (editor: Editor): editor is LogEditor => editor.for === 'search' || editor.for === 'filter';

/** Applies a key to the line that is typed. */
const typeKey = (state: UiState, editor: Editor, key: string, around: Surroundings): Reduced => {
  if (isForLog(editor)) return only(editLog(state, editor, key, around));
  if (editor.for === 'input') return typeLine(state, editor, key, keysOf(around.keys, 'leave-input'));
  if (editor.for === 'palette') return typeInPalette(state, editor, key, around);
  if (editor.for === 'traces') return only(typeInTraces(state, editor, key, around.traces));
  if (editor.for === 'list') {
    const rows = (next: UiState) => rowsOf({ ...around, state: next });
    return only(editListFilter(state, editor, key, { rows, processes: around.snapshot.processes }));
  }
  const { state: next, meant } = editWhom(state, editor, key, { ...around, state });
  return meant === null ? only(next) : requestFor(next, editor.for, meant.name, around);
};

const typeInPalette = (state: UiState, editor: PaletteEditor, key: string, around: Surroundings): Reduced => {
  const entries = paletteEntries(state, around);
  const { state: next, taken } = editPalette(state, editor, key, { entries, page: pageOf(state, around) });
  return taken === null ? only(next) : carryOut(next, taken.deed, around);
};

/** Does what an entry of the palette says, wherever the user is. */
const carryOut = (state: UiState, deed: Deed, around: Surroundings): Reduced => {
  switch (deed.kind) {
    case 'action':
      return act(inPlace(state, deed.places), deed.action, deed.key, around);
    case 'open-url':
      return openAddress(state, deed.process);
    case 'go-to':
      return only(goToProcess(inPlace(state, ['list']), deed.process, around));
    case 'details':
      return only(open(goToProcess(state, deed.process, around), 'details'));
    case 'kill':
      return only(askToKill(state, deed.process.name));
    case 'show-command':
      return only(showCommand(state, deed, around));
    case 'run-command':
    case 'stop-command': {
      const { kind: type, process, command } = deed;
      return doing(showCommand(state, deed, around), { type, process: process.name, command: command.name });
    }
    default:
      return doing(state, { type: deed.kind, process: deed.process.name });
  }
};

/** Shows the log of a command beside a process, where the keys are for it. */
const showCommand = (state: UiState, { process, command }: CommandDeed, around: Surroundings): UiState => ({
  ...goToProcess(inPlace(state, ['log']), process, around),
  focus: 'log',
  command: command.log,
});

/** Goes to the first place where an action counts, unless it counts here. */
const inPlace = (state: UiState, places: readonly Place[]): UiState => {
  const [first] = places;
  if (first === undefined || places.includes(placeOf(state))) return state;
  if (first === 'list' || first === 'log')
    return { ...state, screen: 'dashboard', behind: [], focus: first, scroll: 0, envShown: false };
  return first === 'select' || first === 'input' ? state : open(state, first);
};

/** Applies a new snapshot: the selected process may be gone, and a stop opens its page. */
export const reduceSnapshot = (state: UiState, before: PodSnapshot | null, now: PodSnapshot): UiState => {
  const process = now.processes.find(({ name }) => name === state.selected);
  const selected = process === undefined ? firstShown(now) : state.selected;
  const command = process?.commands.find(({ log }) => log === state.command)?.log ?? null;
  const stops = now.state === 'stopping' && before?.state !== 'stopping';
  const next = stops ? open({ ...state, editor: null, question: null, choice: null }, 'quit') : state;
  return withPane({ ...endInput(next, now), selected, command }, now);
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
    case 'kill':
      return request(state, action, around);
    case 'open-url':
      return request(state, action, around);
    case 'restart-all':
      return only(ask(state, 'restart all processes?', [{ type: 'restart-all' }]));
    case 'quit':
      return state.attached ? doing(state, { type: 'leave' }) : quit(state, key, around);
    case 'stop-pod':
      return only(askToStopPod(state, around));
    case 'copy':
      return doing(endSelection(state), { type: 'copy', lines: linesToCopy(state, around) });
    case 'copy-error':
      return copyError(state, around);
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
  | 'open-url'
  | 'restart-all'
  | 'quit'
  | 'stop-pod'
  | 'copy'
  | 'copy-error'
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
    case 'graph':
    case 'events':
    case 'traces':
      return state.screen === action ? back(state) : open(state, action);
    case 'open-trace':
      return openTrace(state, around.traces);
    case 'trace-errors':
      return toggleErrors(state);
    case 'next-sidecar':
      return toNextSidecar(state, around.snapshot);
    case 'filter-traces':
      return editTraces(state);
    case 'details':
    case 'metrics':
      return state.screen === action ? back(state) : open(selectPane(state), action);
    case 'switch-pane':
      return state.screen === 'dashboard' ? toNextPane(state, around.snapshot) : state;
    case 'show-env':
      return { ...state, envShown: !state.envShown };
    case 'jump':
      return selectAt(state, processesOf(rowsOf({ ...around, state })), Number(key) - 1);
    case 'up':
    case 'down':
      if (state.screen === 'graph')
        return moveAmong(state, startSteps(around.snapshot).flat(), action === 'up' ? -1 : 1);
      return (
        moveInTraces(state, action === 'up' ? -1 : 1, around.traces) ??
        moveBy(state, action === 'up' ? -1 : 1, around)
      );
    case 'page-up':
    case 'page-down':
      return movePage(state, pageOf(state, around) * (action === 'page-up' ? -1 : 1), around);
    case 'half-up':
    case 'half-down':
      return scroll(state, Math.ceil(pageOf(state, around) / 2) * (action === 'half-up' ? -1 : 1), around);
    case 'top':
    case 'bottom':
      return toEnd(state, action, around);
    case 'left':
    case 'right':
      if (state.screen === 'details' || state.screen === 'metrics')
        return { ...moveAmong(state, listOf(state, around), action === 'left' ? -1 : 1), scroll: 0 };
      return {
        ...state,
        pan: state.wrap ? 0 : Math.max(0, state.pan + (action === 'left' ? -PAN_STEP : PAN_STEP)),
      };
    case 'follow':
      return logStateOf(state).paused === null
        ? pauseAt(state, windowNow(state, around).top, around)
        : follow(state);
    case 'merge':
      return { ...focusPane(state, null), command: null, merged: !state.merged, found: null };
    case 'pin':
      return togglePin(state, around.snapshot);
    case 'layout':
      return toNextLayout(state);
    case 'wrap':
      return { ...state, wrap: !state.wrap, pan: 0 };
    case 'select':
      return selectionOf(state) === null ? startSelection(state, around) : endSelection(state);
    case 'input':
      return enterInput(state, around.snapshot);
    case 'leave-input':
      return leaveInput(state);
    case 'screen':
      return toggleScreen(state, around.snapshot);
    case 'pretty':
      return togglePretty(state, around.snapshot);
    case 'levels':
      return follow({ ...state, least: nextLeast(state.least), found: null });
    case 'times':
      return { ...state, times: TIMES[(TIMES.indexOf(state.times) + 1) % TIMES.length] ?? 'off' };
    case 'next-failed':
      return toFailed(state, listOf(state, around), listOf({ ...state, listFilter: '' }, around));
    case 'fold':
      return fold(state, around.snapshot.processes);
    case 'sort':
      return toNextOrder(state);
    case 'filter-list':
      return {
        ...state,
        editor: { for: 'list', text: state.listFilter, cursor: charactersOf(state.listFilter).length },
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
    case 'mouse':
      return passMouse(state, key);
    case 'palette':
      return openPalette(state);
    case 'mark':
      return mark(state, around);
    case 'clear':
      return clear(state, around);
    default:
      return action satisfies never;
  }
};

const passMouse = (state: UiState, key: string): UiState => {
  const next = { ...state, pointer: { ...state.pointer, pressed: null } };
  return state.mouse === 'taken'
    ? { ...next, mouse: 'given', notice: `the terminal has the mouse; ${keyLabel(key)} takes it back` }
    : {
        ...next,
        mouse: 'taken',
        notice: `the dashboard has the mouse; ${keyLabel(key)} leaves it to the terminal`,
      };
};

export const open = (state: UiState, screen: Screen): UiState =>
  state.screen === screen
    ? state
    : { ...state, screen, behind: [...state.behind, state.screen], scroll: 0, envShown: false };

/** From the outermost screen, `back` removes the filter and other things that hide lines. */
const back = (state: UiState): UiState => {
  if (selectionOf(state) !== null) return endSelection(state);
  const screen = state.behind.at(-1);
  if (screen !== undefined) return leave(state, screen);
  if (state.command !== null && !state.merged) return { ...state, command: null, focus: 'list', found: null };
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

/** A heading acts on all of its group, and opens an address of its primary. */
const request = (state: UiState, type: WhomEditor['for'], around: Surroundings): Reduced => {
  if (asksForWhom(state)) return only({ ...state, editor: { for: type, text: '', cursor: 0 } });
  const own = commandWithKeys(state);
  if (own !== null && (type === 'start' || type === 'restart'))
    return doing(state, { type: 'run-command', ...own });
  if (own !== null && type === 'stop') return doing(state, { type: 'stop-command', ...own });
  const group = groupFor(state, around.snapshot.processes);
  if (group !== null && type !== 'open-url') return only(groupRequest(state, type, group));
  const process = processOf(state);
  return process === null ? only(state) : requestFor(state, type, process, around);
};

const requestFor = (
  state: UiState,
  type: WhomEditor['for'],
  process: string,
  around: Surroundings,
): Reduced => {
  const snapshot = around.snapshot.processes.find(({ name }) => name === process);
  if (type === 'open-url') return snapshot === undefined ? only(state) : openAddress(state, snapshot);
  return type === 'kill' ? only(askToKill(state, process)) : doing(state, { type, process });
};

const askToKill = (state: UiState, process: string): UiState =>
  ask(state, `kill ${process} with its process tree?`, [{ type: 'kill', process }]);

const reduceQuestion = (state: UiState, key: string): Reduced => {
  const { question } = state;
  const answered = { ...state, question: null };
  if (question === null || !['y', 'enter', ...(question.again ?? [])].includes(key)) return only(answered);
  const quits = question.effects.some(({ type }) => type === 'stop-pod') && !state.attached;
  return doing(quits ? quitting(answered) : answered, ...question.effects);
};

const quitting = (state: UiState): UiState => ({ ...open(state, 'quit'), quits: state.quits + 1 });

/**
 * The first quit stops the pod in order, and the second kills it. A quit by a key that is easily pressed once too often
 * asks first while something runs.
 */
const quit = (state: UiState, key: string, { snapshot }: Surroundings): Reduced => {
  const isStopping = snapshot.state === 'stopping' || state.quits > 0;
  const running = snapshot.processes.filter(({ pid }) => pid !== null).length;
  if (!isStopping && running > 0 && state.confirmQuit && key !== 'ctrl+c')
    return only(
      ask(
        state,
        `stop the pod (${running} running)? ${keyLabel(key)} again stops it;`,
        [stopPod(state)],
        [key, 'ctrl+c'],
      ),
    );
  return doing(quitting(state), isStopping ? killPod(state) : stopPod(state));
};

/** A client of a pod in another process asks first, in place of a quit. */
const askToStopPod = (state: UiState, { snapshot }: Surroundings): UiState =>
  snapshot.state === 'stopping'
    ? ask(state, 'kill the rest of the pod?', [killPod(state)])
    : ask(state, 'stop the whole pod?', [stopPod(state)]);

const whoOf = ({ attached }: UiState): string => (attached ? 'sidecarctl attach' : 'the dashboard');
const stopPod = (state: UiState): PodRequest => ({ type: 'stop-pod', grace: null, by: whoOf(state) });
const killPod = (state: UiState): PodRequest => ({ type: 'kill-pod', by: whoOf(state) });

const isPage = ({ screen }: UiState): boolean => screen !== 'dashboard' && screen !== 'log';

const pageOf = (state: UiState, { page, logHeight }: Surroundings): number =>
  Math.max(1, (isPage(state) ? page.height : logHeight) - 1);

const listOf = (state: UiState, { snapshot, usage }: Surroundings) => listed({ state, snapshot, usage });

const goToProcess = (state: UiState, process: ProcessSnapshot, around: Surroundings): UiState =>
  goTo(state, process, listOf(state, around), around.snapshot.processes);

const moveBy = (state: UiState, by: number, around: Surroundings): UiState =>
  isInList(state) ? moveRows(state, by, around) : scroll(state, by, around);

const movePage = (state: UiState, by: number, around: Surroundings): UiState =>
  state.screen === 'traces' ? (moveInTraces(state, by, around.traces) ?? state) : moveBy(state, by, around);

const moveRows = (state: UiState, by: number, around: Surroundings): UiState =>
  moveInList(state, rowsOf({ ...around, state }), around.snapshot.processes, by);

/** Scrolls the page, or the log that the keys are for; if lines of it are selected, moves their end. */
export const scroll = (state: UiState, by: number, around: Surroundings): UiState => {
  if (isPage(state)) return { ...state, scroll: clampScroll(state.scroll + by, around) };
  return selectionOf(state) === null ? scrollLog(state, by, around) : moveSelection(state, by, around);
};

const clampScroll = (scroll: number, { page }: Surroundings): number =>
  Math.max(0, Math.min(scroll, page.rows - page.height));

const toEnd = (state: UiState, end: 'top' | 'bottom', around: Surroundings): UiState => {
  if (isInList(state)) return moveRows(state, end === 'top' ? -Infinity : Infinity, around);
  if (state.screen === 'traces')
    return moveInTraces(state, end === 'top' ? -Infinity : Infinity, around.traces) ?? state;
  if (isPage(state)) return { ...state, scroll: end === 'top' ? 0 : clampScroll(Infinity, around) };
  if (selectionOf(state) !== null) return moveSelection(state, end === 'top' ? -Infinity : Infinity, around);
  return end === 'bottom' ? follow(state) : toOldest(state, around);
};

/** The selected lines, or all that are visible. */
const linesToCopy = (state: UiState, around: Surroundings): readonly ShownLine[] => {
  if (selectionOf(state) !== null) return selectedLines(state, around.log.view);
  const { seqs } = windowNow(state, around);
  return linesBetween(around.log.view, seqs[0] ?? 0, seqs.at(-1) ?? -1);
};

const copyError = (state: UiState, { log }: Surroundings): Reduced => {
  const lines = lastError(log.live);
  return lines.length === 0
    ? only({ ...state, notice: 'no error in this log' })
    : doing(state, { type: 'copy', lines });
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
