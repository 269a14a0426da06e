import type { PodRequest, Timestamp } from '../../control/pod-client.ts';
import type { Anchor } from '../log/log-window.ts';
import type { Pattern } from '../log/pattern.ts';

export type Screen = 'dashboard' | 'log' | 'details' | 'graph' | 'help' | 'quit';

/** All that a person has done to the dashboard; the pod itself is in the snapshot. */
export interface UiState {
  /** To a pod elsewhere, which goes on when the dashboard is quit. */
  readonly attached: boolean;
  readonly screen: Screen;
  /** What `back` goes back to, newest last. */
  readonly behind: readonly Screen[];
  /** Null before the first snapshot with a process. */
  readonly selected: string | null;
  /** Where the arrows move. */
  readonly focus: 'list' | 'log';
  readonly merged: boolean;
  readonly wrap: boolean;
  readonly times: boolean;
  readonly pan: number;
  readonly search: Pattern | null;
  readonly filter: Pattern | null;
  /** The line of the match or error that was gone to last. */
  readonly found: number | null;
  /** By what is shown: a process, or all. */
  readonly logs: Readonly<Record<string, LogState>>;
  readonly editor: Editor | null;
  readonly question: Question | null;
  /** What a person is told, until the next key. */
  readonly notice: string | null;
  /** First row of a screen that is longer than the terminal. */
  readonly scroll: number;
  readonly envShown: boolean;
  /** How often it was asked to quit. */
  readonly quits: number;
}

export interface LogState {
  /** Null: it follows the newest lines. */
  readonly paused: { readonly top: Anchor; readonly count: number } | null;
  /** Lines before this number are not shown. */
  readonly clearedTo: number;
  /** By the line they stand below. */
  readonly marks: ReadonlyMap<number, Timestamp>;
}

export interface Editor {
  readonly for: 'search' | 'filter';
  readonly text: string;
  /** In characters from the start. */
  readonly cursor: number;
}

export interface Question {
  readonly text: string;
  readonly effect: Effect;
}

/** What is to be done beyond the screen. */
export type Effect =
  | PodRequest
  | { readonly type: 'copy'; readonly seqs: readonly number[] }
  | { readonly type: 'save' | 'pager' | 'suspend' }
  | ScreenEffect;

/** What changes who has the terminal, and nothing else. `leave`: for good, and the pod goes on. */
export interface ScreenEffect {
  readonly type: 'plain' | 'redraw' | 'leave';
}

export interface Reduced {
  readonly state: UiState;
  readonly effects: readonly Effect[];
}

export const INITIAL: UiState = {
  attached: false,
  screen: 'dashboard',
  behind: [],
  selected: null,
  focus: 'list',
  merged: false,
  wrap: false,
  times: false,
  pan: 0,
  search: null,
  filter: null,
  found: null,
  logs: {},
  editor: null,
  question: null,
  notice: null,
  scroll: 0,
  envShown: false,
  quits: 0,
};

/** What no process can be called. */
export const ALL_PROCESSES = '*';

const UNTOUCHED: LogState = { paused: null, clearedTo: 0, marks: new Map() };

/** Which log is shown. */
export const sourceOf = ({ merged, selected }: UiState): string =>
  merged || selected === null ? ALL_PROCESSES : selected;

export const logStateOf = (state: UiState): LogState => state.logs[sourceOf(state)] ?? UNTOUCHED;

export const withLog = (state: UiState, change: Partial<LogState>): UiState => ({
  ...state,
  logs: { ...state.logs, [sourceOf(state)]: { ...logStateOf(state), ...change } },
});
