import type { Screen } from './ui-state.ts';

/** Where a key counts: the part of the screen that arrows move in, or a screen of its own. */
export type Context = 'list' | 'log' | Exclude<Screen, 'dashboard' | 'log'>;

export interface KeyEntry {
  readonly action: string;
  readonly keys: readonly string[];
  readonly contexts: readonly Context[];
  readonly group: 'Move' | 'Processes' | 'Log' | 'Screens and pod';
  readonly help: string;
  /** What the footer calls it; what has none is in the help only. */
  readonly short?: string;
}

const PANES: readonly Context[] = ['list', 'log'];
const LOOKS: readonly Context[] = [...PANES, 'details', 'graph', 'help'];
const ALL: readonly Context[] = [...LOOKS, 'quit'];

/**
 * Every key there is: what is done, the footer, the help and the tests are made from it. The footer shows what comes
 * first, as far as there is room.
 */
export const KEY_TABLE = [
  entry('open-log', ['enter'], ['list'], 'Screens and pod', "the process's log on the whole screen", 'log'),
  entry('back', ['escape'], ALL, 'Screens and pod', 'back', 'back'),
  entry(
    'show-env',
    ['v'],
    ['details'],
    'Screens and pod',
    'show or hide the values of the environment',
    'values',
  ),
  entry('quit', ['q', 'ctrl+c'], ALL, 'Screens and pod', 'stop the pod; again: kill what is left', 'quit'),
  entry('stop-pod', ['Q'], ALL, 'Screens and pod', 'stop the pod (asks)', 'stop pod'),
  entry('help', ['?'], ALL, 'Screens and pod', 'all keys', 'help'),
  entry('restart', ['r'], ['list', 'log', 'details'], 'Processes', 'restart', 'restart'),
  entry('stop', ['x'], ['list', 'log', 'details'], 'Processes', 'stop', 'stop'),
  entry('start', ['s'], ['list', 'log', 'details'], 'Processes', 'start', 'start'),
  entry(
    'details',
    ['i'],
    [...PANES, 'graph'],
    'Processes',
    'command, tree, probes, exits, environment, and why',
    'details',
  ),
  entry('search', ['/'], PANES, 'Log', 'find text, or a regular expression between slashes', 'find'),
  entry('next-match', ['n'], PANES, 'Log', 'next match', 'next'),
  entry('previous-match', ['N'], PANES, 'Log', 'previous match', 'previous'),
  entry('filter', ['&'], PANES, 'Log', 'show only lines that match; empty: all', 'filter'),
  entry('follow', ['f'], PANES, 'Log', 'follow the newest lines, or stop that', 'follow'),
  entry('merge', ['a'], PANES, 'Log', 'all processes by time, or one', 'all'),
  entry('wrap', ['w'], PANES, 'Log', 'wrap lines, or cut them', 'wrap'),
  entry('times', ['t'], PANES, 'Log', 'time stamps on and off', 'times'),
  entry('next-error', ['e'], PANES, 'Log', 'next line that speaks of an error'),
  entry('previous-error', ['E'], PANES, 'Log', 'previous line that speaks of an error', 'errors'),
  entry('graph', ['d'], LOOKS, 'Screens and pod', 'who depends on whom', 'graph'),
  entry('plain', ['p'], LOOKS, 'Screens and pod', 'plain output in the normal screen, and back', 'plain'),
  entry('switch-pane', ['tab'], PANES, 'Move', 'between processes and log', 'pane'),
  entry('up', ['up', 'k'], ALL, 'Move', 'up'),
  entry('down', ['down', 'j'], ALL, 'Move', 'down'),
  entry('page-up', ['pageup', 'ctrl+b'], ALL, 'Move', 'log a page up'),
  entry('page-down', ['pagedown', 'space'], ALL, 'Move', 'log a page down'),
  entry('half-up', ['ctrl+u'], ALL, 'Move', 'log half a page up'),
  entry('half-down', ['ctrl+d'], ALL, 'Move', 'log half a page down'),
  entry('top', ['g', 'home'], ALL, 'Move', 'to the oldest line'),
  entry('bottom', ['G', 'end'], ALL, 'Move', 'to the newest line, and follow'),
  entry('left', ['left', 'h'], PANES, 'Move', 'log to the left'),
  entry('right', ['right', 'l'], PANES, 'Move', 'log to the right'),
  entry(
    'jump',
    ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    PANES,
    'Move',
    'to the process with this number',
  ),
  entry('kill', ['X'], ['list', 'log', 'details'], 'Processes', 'kill with its whole tree (asks)'),
  entry('restart-all', ['R'], ['list', 'log', 'graph'], 'Processes', 'restart all (asks)'),
  entry('mark', ['m'], PANES, 'Log', 'draw a line below the newest line'),
  entry('clear', ['C'], PANES, 'Log', 'clear the view; nothing is lost from the log files'),
  entry('copy', ['y'], PANES, 'Log', 'copy the lines that are shown'),
  entry('save', ['S'], PANES, 'Log', 'save what is kept of the log to a file'),
  entry('pager', ['v'], PANES, 'Log', 'open the log in $PAGER'),
  entry('redraw', ['ctrl+l'], ALL, 'Screens and pod', 'draw everything anew'),
  entry(
    'suspend',
    ['ctrl+z'],
    ALL,
    'Screens and pod',
    'to the shell, back with fg; the pod waits once its pipes are full',
  ),
] as const satisfies readonly KeyEntry[];

export type Action = (typeof KEY_TABLE)[number]['action'];

function entry<const Name extends string>(
  action: Name,
  keys: readonly string[],
  contexts: readonly Context[],
  group: KeyEntry['group'],
  help: string,
  short?: string,
) {
  return { action, keys, contexts, group, help, ...(short === undefined ? {} : { short }) };
}

/** What quitting is to those who look on from elsewhere. */
const LEAVE = { help: 'leave the dashboard; the pod goes on', short: 'leave' };

/** The table with other keys for some actions. */
export const keyTable = (
  remapped: Readonly<Record<string, readonly string[]>>,
  attached = false,
): readonly KeyEntry[] =>
  KEY_TABLE.map((entry) => ({
    ...entry,
    ...(attached && entry.action === 'quit' ? LEAVE : {}),
    keys: remapped[entry.action] ?? entry.keys,
  }));

export const actionOf = (table: readonly KeyEntry[], context: Context, key: string): Action | null => {
  const found = table.find(({ keys, contexts }) => keys.includes(key) && contexts.includes(context));
  return (found?.action as Action | undefined) ?? null;
};

const SYMBOLS: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  escape: 'esc',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
};

/** As people write it: `^C`, `↑`. */
export const keyLabel = (key: string): string =>
  SYMBOLS[key] ?? (key.startsWith('ctrl+') ? `^${key.slice(5).toUpperCase()}` : key);
