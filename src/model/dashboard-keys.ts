/** The part of the dashboard where a key counts: a pane or another screen. */
export type Place =
  | 'list'
  | 'log'
  | 'details'
  | 'metrics'
  | 'graph'
  | 'events'
  | 'traces'
  | 'trace'
  | 'help'
  | 'quit'
  | 'select'
  | 'input';

export interface DashboardKey {
  /** Default keys of the action; the config can set others. */
  readonly keys: readonly string[];
  readonly places: readonly Place[];
  readonly group: 'Move' | 'Processes' | 'Log' | 'Traces' | 'Screens and pod';
  readonly help: string;
  /** Footer label of the action. An action without one is in the help only. */
  readonly short?: string;
}

const PANES: readonly Place[] = ['list', 'log'];
const ACTS: readonly Place[] = [...PANES, 'details', 'metrics'];
const LOOKS: readonly Place[] = [
  ...PANES,
  'details',
  'metrics',
  'graph',
  'events',
  'traces',
  'trace',
  'help',
];
const EVERYWHERE: readonly Place[] = [...LOOKS, 'quit', 'select'];

/**
 * Every action of the dashboard with its keys. The footer, the help and the schema of `ui.keys` read this table. The
 * footer shows the first actions that fit.
 */
export const DASHBOARD_KEYS = {
  'open-log': {
    keys: ['enter'],
    places: ['list'],
    group: 'Screens and pod',
    help: 'show the log on the whole screen',
    short: 'log',
  },
  'open-trace': {
    keys: ['enter'],
    places: ['traces'],
    group: 'Traces',
    help: 'show the trace with its spans and log lines',
    short: 'open',
  },
  'filter-traces': {
    keys: ['/'],
    places: ['traces'],
    group: 'Traces',
    help: 'show only traces with these words in a service, the name or the id (empty: all)',
    short: 'find',
  },
  'trace-errors': {
    keys: ['e'],
    places: ['traces'],
    group: 'Traces',
    help: 'show only traces with an error, or all',
    short: 'errors',
  },
  'next-sidecar': {
    keys: ['tab'],
    places: ['traces', 'metrics'],
    group: 'Screens and pod',
    help: 'traces and metrics: ask the next telemetry or prometheus sidecar, where the pod has several',
    short: 'next sidecar',
  },
  back: { keys: ['escape'], places: EVERYWHERE, group: 'Screens and pod', help: 'back', short: 'back' },
  'show-env': {
    keys: ['v'],
    places: ['details'],
    group: 'Screens and pod',
    help: 'show or hide the values of variables',
    short: 'values',
  },
  quit: {
    keys: ['q', 'ctrl+c'],
    places: EVERYWHERE,
    group: 'Screens and pod',
    help: 'stop the pod (asks; ^C does not); again: kill the rest',
    short: 'quit',
  },
  'stop-pod': {
    keys: ['Q'],
    places: EVERYWHERE,
    group: 'Screens and pod',
    help: 'stop the pod (asks)',
    short: 'stop pod',
  },
  mouse: {
    keys: ['M'],
    places: EVERYWHERE,
    group: 'Screens and pod',
    help: 'leave the mouse to the terminal, or take it again',
    short: 'take mouse',
  },
  input: {
    keys: ['I'],
    places: PANES,
    group: 'Processes',
    help: 'type into the process: all keys go to it until you leave',
    short: 'type',
  },
  'leave-input': {
    keys: ['ctrl+]'],
    places: ['input'],
    group: 'Processes',
    help: 'stop typing into the process, which runs on',
    short: 'leaves',
  },
  help: { keys: ['?'], places: EVERYWHERE, group: 'Screens and pod', help: 'all keys', short: 'help' },
  restart: { keys: ['r'], places: ACTS, group: 'Processes', help: 'restart', short: 'restart' },
  stop: { keys: ['x'], places: ACTS, group: 'Processes', help: 'stop', short: 'stop' },
  start: { keys: ['s'], places: ACTS, group: 'Processes', help: 'start', short: 'start' },
  details: {
    keys: ['i'],
    places: ['list', 'log', 'graph', 'metrics'],
    group: 'Processes',
    help: 'command, tree, probes, exits, environment, and why',
    short: 'details',
  },
  'filter-list': {
    keys: ['/'],
    places: ['list'],
    group: 'Processes',
    help: 'show only processes with these words in their name (empty: all)',
    short: 'find',
  },
  'next-failed': {
    keys: ['!'],
    places: ACTS,
    group: 'Processes',
    help: 'to the next process that has failed or waits for input',
    short: 'failed',
  },
  sort: {
    keys: ['O'],
    places: ['list'],
    group: 'Processes',
    help: 'order by start, state, CPU, memory or name',
  },
  'open-url': {
    keys: ['o'],
    places: ACTS,
    group: 'Processes',
    help: 'open its port in the browser',
    short: 'open',
  },
  fold: {
    keys: ['c'],
    places: ['list'],
    group: 'Processes',
    help: 'hide or show the processes of this app, instance or what apps share',
    short: 'fold',
  },
  search: {
    keys: ['/'],
    places: ['log'],
    group: 'Log',
    help: 'find text, or a regular expression between slashes',
    short: 'find',
  },
  'next-match': { keys: ['n'], places: PANES, group: 'Log', help: 'next match', short: 'next' },
  'previous-match': { keys: ['N'], places: PANES, group: 'Log', help: 'previous match', short: 'previous' },
  filter: {
    keys: ['&'],
    places: PANES,
    group: 'Log',
    help: 'show only matching lines (empty: all)',
    short: 'filter',
  },
  follow: {
    keys: ['f'],
    places: PANES,
    group: 'Log',
    help: 'follow new lines, or pause',
    short: 'follow',
  },
  merge: {
    keys: ['a'],
    places: PANES,
    group: 'Log',
    help: 'show all processes by time, or one',
    short: 'all',
  },
  'switch-pane': {
    keys: ['tab'],
    places: PANES,
    group: 'Move',
    help: 'to the next pane: processes, log, pinned logs',
    short: 'pane',
  },
  wrap: { keys: ['w'], places: PANES, group: 'Log', help: 'wrap or cut long lines', short: 'wrap' },
  times: {
    keys: ['t'],
    places: PANES,
    group: 'Log',
    help: 'time of each line, how long ago it was, or neither',
    short: 'times',
  },
  pin: {
    keys: ['P'],
    places: PANES,
    group: 'Log',
    help: 'keep this log on the screen, or let it go',
    short: 'pin',
  },
  layout: {
    keys: ['|'],
    places: PANES,
    group: 'Log',
    help: 'pinned logs below each other, or side by side (where each has 60 columns)',
  },
  'next-error': { keys: ['e'], places: PANES, group: 'Log', help: 'next error line' },
  'previous-error': {
    keys: ['E'],
    places: PANES,
    group: 'Log',
    help: 'previous error line',
    short: 'errors',
  },
  pretty: {
    keys: ['J'],
    places: PANES,
    group: 'Log',
    help: 'lay out JSON and logfmt lines, or show them raw',
    short: 'pretty',
  },
  screen: {
    keys: ['T'],
    places: PANES,
    group: 'Log',
    help: 'a process with a terminal: show its lines, or its screen again',
    short: 'lines or screen',
  },
  levels: {
    keys: ['L'],
    places: PANES,
    group: 'Log',
    help: 'show only lines of a level or worse: info, warn, error, all',
    short: 'levels',
  },
  palette: {
    keys: [':'],
    places: EVERYWHERE,
    group: 'Screens and pod',
    help: 'find an action by its name, and run it',
    short: 'actions',
  },
  graph: {
    keys: ['d'],
    places: LOOKS,
    group: 'Screens and pod',
    help: 'show the start order',
    short: 'graph',
  },
  events: {
    keys: ['H'],
    places: EVERYWHERE,
    group: 'Screens and pod',
    help: 'all notices and events, with their times',
    short: 'events',
  },
  traces: {
    keys: ['W'],
    places: LOOKS,
    group: 'Traces',
    help: 'show the traces that the telemetry sidecar has',
    short: 'traces',
  },
  metrics: {
    keys: ['u'],
    places: ['list', 'log', 'graph', 'details'],
    group: 'Processes',
    help: 'CPU, memory, requests and how long they took, over time',
    short: 'metrics',
  },
  plain: {
    keys: ['p'],
    places: LOOKS,
    group: 'Screens and pod',
    help: 'plain output on the normal screen, and back',
    short: 'plain',
  },
  up: { keys: ['up', 'k'], places: EVERYWHERE, group: 'Move', help: 'up' },
  down: { keys: ['down', 'j'], places: EVERYWHERE, group: 'Move', help: 'down' },
  'page-up': { keys: ['pageup', 'ctrl+b'], places: EVERYWHERE, group: 'Move', help: 'list or log a page up' },
  'page-down': {
    keys: ['pagedown', 'space'],
    places: EVERYWHERE,
    group: 'Move',
    help: 'list or log a page down',
  },
  'half-up': { keys: ['ctrl+u'], places: EVERYWHERE, group: 'Move', help: 'log half a page up' },
  'half-down': { keys: ['ctrl+d'], places: EVERYWHERE, group: 'Move', help: 'log half a page down' },
  top: {
    keys: ['g', 'home'],
    places: EVERYWHERE,
    group: 'Move',
    help: 'to the first process or the oldest line',
  },
  bottom: {
    keys: ['G', 'end'],
    places: EVERYWHERE,
    group: 'Move',
    help: 'to the last process, or to the newest line, and follow',
  },
  left: {
    keys: ['left', 'h'],
    places: ACTS,
    group: 'Move',
    help: 'log to the left; details and metrics: previous process',
  },
  right: {
    keys: ['right', 'l'],
    places: ACTS,
    group: 'Move',
    help: 'log to the right; details and metrics: next process',
  },
  jump: {
    keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    places: PANES,
    group: 'Move',
    help: 'to the process with this number in the list',
  },
  kill: { keys: ['X'], places: ACTS, group: 'Processes', help: 'kill with its process tree (asks)' },
  'restart-all': {
    keys: ['R'],
    places: ['list', 'log', 'graph'],
    group: 'Processes',
    help: 'restart all (asks)',
  },
  select: {
    keys: ['V'],
    places: [...PANES, 'select'],
    group: 'Log',
    help: 'select lines with the keys that scroll',
    short: 'select',
  },
  mark: { keys: ['m'], places: PANES, group: 'Log', help: 'draw a line below the newest line' },
  clear: {
    keys: ['C'],
    places: PANES,
    group: 'Log',
    help: 'clear the view (log files keep everything)',
  },
  copy: {
    keys: ['y'],
    places: [...PANES, 'select'],
    group: 'Log',
    help: 'copy the lines that are selected, or those on screen',
    short: 'copy',
  },
  'copy-error': { keys: ['Y'], places: PANES, group: 'Log', help: 'copy the newest error with its stack' },
  save: { keys: ['S'], places: PANES, group: 'Log', help: 'save the log to a file in .sidecarctl/saved' },
  pager: { keys: ['v'], places: PANES, group: 'Log', help: 'open the log in $PAGER' },
  redraw: { keys: ['ctrl+l'], places: EVERYWHERE, group: 'Screens and pod', help: 'redraw the screen' },
  suspend: {
    keys: ['ctrl+z'],
    places: EVERYWHERE,
    group: 'Screens and pod',
    help: 'suspend (fg resumes); the pod waits once its pipes are full',
  },
} as const satisfies Readonly<Record<string, DashboardKey>>;
