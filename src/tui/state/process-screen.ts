import type { PodSnapshot } from '../../control/pod-client.ts';
import { ownerOf } from './terminal-of.ts';
import { logStateOf, selectionOf, sourceOf, type UiState } from './ui-state.ts';

/**
 * True if the pane that the keys are for shows the screen of a process's terminal. Whoever goes back, looks for
 * something, selects or narrows the log does so in its lines.
 */
export const showsScreen = (state: UiState, snapshot: PodSnapshot): boolean =>
  hasTerminal(sourceOf(state), snapshot) &&
  !state.asLines &&
  logStateOf(state).paused === null &&
  selectionOf(state) === null &&
  state.filter === null &&
  state.least === null &&
  state.search === null;

export const hasTerminal = (source: string, snapshot: PodSnapshot): boolean =>
  (ownerOf(source, snapshot)?.terminal ?? null) !== null;

/** The same pane with nothing that would show lines in place of the screen. */
export const toScreen = (state: UiState): UiState => {
  const { [sourceOf(state)]: log, ...logs } = state.logs;
  return {
    ...state,
    ...{
      asLines: false,
      filter: null,
      least: null,
      search: null,
      found: null,
      selection: null,
    },
    logs: log === undefined ? logs : { ...logs, [sourceOf(state)]: { ...log, paused: null } },
  };
};

/** Lays JSON and logfmt out, or shows them raw. A screen has none: whoever asks for it there wants to see its lines. */
export const togglePretty = (state: UiState, snapshot: PodSnapshot): UiState =>
  showsScreen(state, snapshot)
    ? { ...state, pretty: true, asLines: true }
    : { ...state, pretty: !state.pretty, pan: 0 };

/** Lines in place of the screen, or the screen again. */
export const toggleScreen = (state: UiState, snapshot: PodSnapshot): UiState => {
  if (!hasTerminal(sourceOf(state), snapshot))
    return { ...state, notice: 'only a process with tty: true has a screen' };
  return showsScreen(state, snapshot) ? { ...state, asLines: true } : toScreen(state);
};
