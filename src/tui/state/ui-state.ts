import type { PodRequest, Timestamp } from '../../control/pod-client.ts';
import type { LogsLayout } from '../../model/log-layouts.ts';
import type { Times } from '../../model/log-times.ts';
import type { HeldLines } from '../log/held-lines.ts';
import type { Level } from '../log/level.ts';
import type { Anchor } from '../log/log-window.ts';
import type { Pattern } from '../log/pattern.ts';
import type { ShownLine } from '../log/shown-line.ts';
import type { Address } from './addresses.ts';
import type { Told } from './told.ts';

export type Screen =
  | 'dashboard'
  | 'log'
  | 'details'
  | 'metrics'
  | 'graph'
  | 'events'
  | 'traces'
  | 'trace'
  | 'help'
  | 'quit';

export const ORDERS = ['start', 'state', 'cpu', 'memory', 'name'] as const;

/** Order of the list. `start` is the order in which processes start. */
export type Order = (typeof ORDERS)[number];

/** A request for one process. */
export type RequestType = 'start' | 'stop' | 'restart' | 'kill';

/** How a pane shows its log, and what of it. */
export interface LogLook {
  readonly wrap: boolean;
  readonly times: Times;
  /** True: JSON and logfmt are laid out for people. */
  readonly pretty: boolean;
  /** True: a process with a terminal shows its lines in place of its screen. */
  readonly asLines: boolean;
  readonly pan: number;
  readonly search: Pattern | null;
  readonly filter: Pattern | null;
  /** Only lines of this level or worse are shown; null for all. */
  readonly least: Level | null;
  /** Line of the current match or error. */
  readonly found: number | null;
}

/**
 * The state of the dashboard that the user controls; the pod's is in the snapshot. It includes the look of the log that
 * the keys are for.
 */
export interface UiState extends LogLook {
  /** True for a pod in another process, which keeps running when the dashboard is quit. */
  readonly attached: boolean;
  /** True if a quit asks first while something runs. */
  readonly confirmQuit: boolean;
  /** `given`: left to the terminal at a key. `off`: left to it by the settings. */
  readonly mouse: 'taken' | 'given' | 'off';
  readonly pointer: Pointer;
  readonly screen: Screen;
  /** Screens that `back` returns to, newest last. */
  readonly behind: readonly Screen[];
  /** Selected process, or null before the first snapshot with a process. */
  readonly selected: string | null;
  /** Group whose heading is selected, while the process that stands for it is; null for a process. */
  readonly heading: string | null;
  /** Log of a command beside the selected process, which is shown in place of the log of that; else null. */
  readonly command: string | null;
  /** Pane in which the arrow keys move. */
  readonly focus: 'list' | 'log';
  /** Sources of the logs that stay on the screen whichever process is selected, in the order of their choice. */
  readonly pinned: readonly string[];
  /** The pinned log that keys for logs are for; null for the log of the selection. */
  readonly pane: string | null;
  readonly layout: LogsLayout;
  /** Looks of the other panes. */
  readonly looks: Readonly<Record<string, LogLook>>;
  readonly merged: boolean;
  readonly order: Order;
  /** Words that the names in the list have in common; empty for all processes. */
  readonly listFilter: string;
  /** Groups whose processes have no rows in the list. */
  readonly closed: readonly string[];
  /** State of each log, by its source: a process, or all. */
  readonly logs: Readonly<Record<string, LogState>>;
  readonly selection: Selection | null;
  /** Process whose terminal gets everything that is typed. */
  readonly input: { readonly process: string } | null;
  /** What had the keys before a terminal got them. */
  readonly focusBeforeInput: UiState['focus'];
  readonly editor: Editor | null;
  /** History of what was typed, oldest first. */
  readonly typed: Readonly<Record<(LogEditor | InputEditor)['for'], readonly string[]>>;
  /** Actions that were taken from the palette, newest first. */
  readonly recent: readonly string[];
  readonly question: Question | null;
  readonly choice: Choice | null;
  /** Answer to the key that was pressed last; while a line is typed, the mistake in it. */
  readonly notice: string | null;
  /** What was told to the user, oldest first. */
  readonly told: readonly Told[];
  /** First visible row of a page that is longer than the terminal. */
  readonly scroll: number;
  readonly envShown: boolean;
  readonly traces: TracesState;
  /** Names of the sidecars that somebody has chosen, of several of a kind. */
  readonly asked: Readonly<Partial<Record<AskedUse, string | undefined>>>;
  /** Number of times that quitting was requested. */
  readonly quits: number;
}

/** Ready-made sidecars that pages ask. */
export type AskedUse = 'telemetry' | 'prometheus';

/** What is chosen on the pages of traces. */
export interface TracesState {
  /** Id of the selected trace; null, and one that is not in the list: the first. */
  readonly selected: string | null;
  /** Words that the traces in the list have; empty for all. */
  readonly filter: string;
  readonly errorsOnly: boolean;
  /** Id of the trace that is open, or was last. */
  readonly open: string | null;
  /** Id of the selected span of it; null: the first. */
  readonly span: string | null;
}

interface LogState {
  /** Paused position, or null while the log follows its newest lines. */
  readonly paused: { readonly top: Anchor; readonly held: HeldLines } | null;
  /** Number of the first line after a clear. */
  readonly clearedTo: number;
  /** Marks by the number of the line above them. */
  readonly marks: ReadonlyMap<number, Timestamp>;
}

/** Lines that are selected, by the numbers of the first one that was chosen and of the one it was moved to. */
interface Selection {
  /** The log that has the lines. */
  readonly source: string;
  readonly from: number;
  readonly to: number;
  readonly wasFollowing: boolean;
}

/** What the mouse has done, and may go on with. */
interface Pointer {
  /** Row of the list that was clicked last. */
  readonly clicked: { readonly row: string; readonly at: Timestamp } | null;
  /** Line of the focused log on which the button is held. */
  readonly pressed: Pressed | null;
}

export interface Pressed {
  readonly line: number | null;
  readonly cell: Cell;
  /** True once the mouse has moved far enough for a selection. */
  readonly isDragged: boolean;
  /** Edge of the log beyond which the mouse is: the upper (-1) or the lower one (1). */
  readonly edge: Edge;
}

export type Edge = -1 | 0 | 1;

/** A cell of the screen. The upper left one is at column 0 and row 0. */
export interface Cell {
  readonly column: number;
  readonly row: number;
}

/** A line that is being typed. */
export interface Typing {
  readonly text: string;
  /** Position in characters from the start. */
  readonly cursor: number;
}

/** A search or a filter that is being typed. It counts already. */
export interface LogEditor extends Typing {
  readonly for: 'search' | 'filter';
  /** What it changes, as it was before. */
  readonly before: Pick<UiState, 'search' | 'filter' | 'found' | 'pan' | 'logs'>;
  /** Place in the history, from the newest (0), or null for a new text. */
  readonly recalled: number | null;
}

/** Words that leave only some processes in the list. They count already. */
export interface ListEditor extends Typing {
  readonly for: 'list';
}

/** Words that leave only some traces in the list. They count already. */
export interface TracesEditor extends Typing {
  readonly for: 'traces';
}

/** Says for whom a request is. */
export interface WhomEditor extends Typing {
  readonly for: RequestType | 'open-url';
}

/** Words that leave only some actions in the palette. */
export interface PaletteEditor extends Typing {
  readonly for: 'palette';
  /** Place of the chosen action among those that the words leave. */
  readonly at: number;
}

/** A line for the stdin of a process without a terminal. */
export interface InputEditor extends Typing {
  readonly for: 'input';
  readonly process: string;
  /** Place in the history, from the newest (0), or null for a new line. */
  readonly recalled: number | null;
}

export type Editor = LogEditor | ListEditor | TracesEditor | WhomEditor | PaletteEditor | InputEditor;

export interface Question {
  readonly text: string;
  /** Effects of a yes. */
  readonly effects: readonly Effect[];
  /** Keys that mean yes, too. */
  readonly again?: readonly string[];
}

/** Addresses of which one is opened, by its number. */
export interface Choice {
  readonly addresses: readonly Address[];
}

/** An effect beyond the screen. */
export type Effect =
  | PodRequest
  | { readonly type: 'copy'; readonly lines: readonly ShownLine[] }
  | { readonly type: 'save' | 'pager' | 'suspend' }
  | { readonly type: 'open-url'; readonly url: string }
  | ScreenEffect;

/** An effect that only changes the owner of the terminal. `leave` is final, and the pod keeps running. */
export interface ScreenEffect {
  readonly type: 'plain' | 'redraw' | 'leave';
}

export interface Reduced {
  readonly state: UiState;
  readonly effects: readonly Effect[];
}

export const INITIAL: UiState = {
  attached: false,
  confirmQuit: true,
  mouse: 'taken',
  pointer: { clicked: null, pressed: null },
  screen: 'dashboard',
  behind: [],
  selected: null,
  heading: null,
  command: null,
  focus: 'list',
  pinned: [],
  layout: 'stacked',
  pane: null,
  looks: {},
  merged: false,
  order: 'start',
  listFilter: '',
  closed: [],
  wrap: false,
  times: 'off',
  asLines: false,
  pan: 0,
  search: null,
  filter: null,
  least: null,
  pretty: false,
  found: null,
  logs: {},
  selection: null,
  input: null,
  focusBeforeInput: 'list',
  editor: null,
  typed: { search: [], filter: [], input: [] },
  recent: [],
  question: null,
  choice: null,
  notice: null,
  told: [],
  scroll: 0,
  envShown: false,
  traces: { selected: null, filter: '', errorsOnly: false, open: null, span: null },
  asked: {},
  quits: 0,
};

/** Source of the merged log; no process can have this name. */
export const ALL_PROCESSES = '*';

const UNTOUCHED: LogState = { paused: null, clearedTo: 0, marks: new Map() };

/** Source of the log that the list shows: of the selected process, or of all. */
export const selectionSource = ({ merged, selected, command }: UiState): string =>
  merged || selected === null ? ALL_PROCESSES : (command ?? selected);

/** Source of the log that keys for logs are for. */
export const sourceOf = (state: UiState): string => state.pane ?? selectionSource(state);

export const logStateOf = (state: UiState): LogState => state.logs[sourceOf(state)] ?? UNTOUCHED;

/** Null if another log is visible, or none. */
export const selectionOf = (state: UiState): Selection | null => {
  const isVisible = state.screen === 'dashboard' || state.screen === 'log';
  return isVisible && state.selection?.source === sourceOf(state) ? state.selection : null;
};

export const withLog = (state: UiState, change: Partial<LogState>): UiState => ({
  ...state,
  logs: { ...state.logs, [sourceOf(state)]: { ...logStateOf(state), ...change } },
});
