import type { PodSnapshot } from '../../control/pod-client.ts';
import { LAYOUTS } from '../../model/log-layouts.ts';
import { ALL_PROCESSES, type LogLook, selectionSource, sourceOf, type UiState } from './ui-state.ts';

const MOST_PINNED = 3;

/** Key of the look that the log of the selection has while the keys are for a pinned log; no process has this name. */
const SELECTION = '';

/** Sources of the logs that the screen has room for, or would have if it were larger: that of the selection first. */
export const logSources = (state: UiState, snapshot: PodSnapshot): readonly string[] => {
  const pinned = state.pinned.filter((source) => isInPod(source, snapshot));
  return [...new Set([selectionSource(state), ...pinned])];
};

/** A pinned log stays chosen when its process leaves the pod, which may get it back. */
const isInPod = (source: string, { processes }: PodSnapshot): boolean =>
  source === ALL_PROCESSES ||
  processes.some(({ name, commands }) => name === source || commands.some(({ log }) => log === source));

/** Gives the keys to the log with this source. */
export const focusLog = (state: UiState, source: string): UiState =>
  focusPane({ ...state, focus: 'log' }, state.pinned.includes(source) ? source : null);

/** Each pane has a look of its own. The one with the keys has its look in the state itself. */
export const focusPane = (state: UiState, pane: UiState['pane']): UiState => {
  if (pane === state.pane) return state;
  const looks = { ...state.looks, [state.pane ?? SELECTION]: lookOf(state) };
  return { ...state, ...looks[pane ?? SELECTION], looks, pane };
};

const lookOf = ({ wrap, times, pretty, asLines, pan, search, filter, least, found }: UiState): LogLook => ({
  wrap,
  times,
  pretty,
  asLines,
  pan,
  search,
  filter,
  least,
  found,
});

/** The state as the pane with this source is drawn from while the keys are for another one. */
export const seenBeside = (state: UiState, source: string): UiState => ({
  ...focusLog(state, source),
  focus: 'list',
});

/** To the first log from the list, then to the next one, and from the last to the list. */
export const toNextPane = (state: UiState, snapshot: PodSnapshot): UiState => {
  const sources = logSources(state, snapshot);
  const next = sources[state.focus === 'list' ? 0 : sources.indexOf(sourceOf(state)) + 1];
  return next === undefined ? { ...state, focus: 'list' } : focusLog(state, next);
};

/**
 * Keys that are for the list and for a log at once mean the log of the selection. A log that is not there any more has
 * no keys.
 */
export const withPane = (state: UiState, snapshot: PodSnapshot): UiState => {
  const source = selectionSource(state);
  const isKept = state.focus === 'log' && state.pane !== null && isInPod(state.pane, snapshot);
  return isKept ? state : focusPane(state, state.pinned.includes(source) ? source : null);
};

export const toNextLayout = (state: UiState): UiState => {
  const layout = LAYOUTS[(LAYOUTS.indexOf(state.layout) + 1) % LAYOUTS.length] ?? 'stacked';
  return { ...state, layout, notice: LAYOUT_TEXT[layout] };
};

const LAYOUT_TEXT = {
  stacked: 'pinned logs are below each other',
  side: 'pinned logs are side by side, where each has 60 columns',
} as const;

/** Pins the log that the keys are for, or lets it go again. */
export const togglePin = (state: UiState, snapshot: PodSnapshot): UiState => {
  const source = sourceOf(state);
  return state.pinned.includes(source) ? unpin(state, source) : pin(state, source, snapshot);
};

const pin = (state: UiState, source: string, snapshot: PodSnapshot): UiState => {
  const isFull = state.pinned.length === MOST_PINNED;
  const kept = isFull ? state.pinned.filter((pinned) => isInPod(pinned, snapshot)) : state.pinned;
  return kept.length === MOST_PINNED
    ? { ...state, notice: `${MOST_PINNED} logs are pinned already: unpin one of them first` }
    : focusPane({ ...state, pinned: [...kept, source] }, source);
};

/** The log of the selection stays as it is. Any other one goes. */
const unpin = (state: UiState, source: string): UiState => {
  const left = source === selectionSource(state) ? { ...state, pane: null } : focusPane(state, null);
  const { [source]: _, ...looks } = left.looks;
  return { ...left, looks, pinned: left.pinned.filter((pinned) => pinned !== source) };
};
