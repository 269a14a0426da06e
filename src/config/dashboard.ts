import type { DashboardAction } from './types.ts';

/** Where a key counts: the part of the screen that arrows move in, or a screen of its own. */
type Place = 'list' | 'log' | 'details' | 'graph' | 'help' | 'quit';

interface DefaultKeys {
  readonly keys: readonly string[];
  readonly places: readonly Place[];
}

const PANES: readonly Place[] = ['list', 'log'];
const ACTS: readonly Place[] = [...PANES, 'details'];
const LOOKS: readonly Place[] = [...PANES, 'details', 'graph', 'help'];
const EVERYWHERE: readonly Place[] = [...LOOKS, 'quit'];

const key = (keys: readonly string[], places: readonly Place[]): DefaultKeys => ({ keys, places });

/** What keys can be given to in the dashboard, with those that an action has where nothing else is said. */
export const DASHBOARD_KEYS: Readonly<Record<DashboardAction, DefaultKeys>> = {
  'open-log': key(['enter'], ['list']),
  back: key(['escape'], EVERYWHERE),
  'show-env': key(['v'], ['details']),
  quit: key(['q', 'ctrl+c'], EVERYWHERE),
  'stop-pod': key(['Q'], EVERYWHERE),
  help: key(['?'], EVERYWHERE),
  restart: key(['r'], ACTS),
  stop: key(['x'], ACTS),
  start: key(['s'], ACTS),
  details: key(['i'], ['list', 'log', 'graph']),
  search: key(['/'], PANES),
  'next-match': key(['n'], PANES),
  'previous-match': key(['N'], PANES),
  filter: key(['&'], PANES),
  follow: key(['f'], PANES),
  merge: key(['a'], PANES),
  wrap: key(['w'], PANES),
  times: key(['t'], PANES),
  'next-error': key(['e'], PANES),
  'previous-error': key(['E'], PANES),
  graph: key(['d'], LOOKS),
  plain: key(['p'], LOOKS),
  'switch-pane': key(['tab'], PANES),
  up: key(['up', 'k'], EVERYWHERE),
  down: key(['down', 'j'], EVERYWHERE),
  'page-up': key(['pageup', 'ctrl+b'], EVERYWHERE),
  'page-down': key(['pagedown', 'space'], EVERYWHERE),
  'half-up': key(['ctrl+u'], EVERYWHERE),
  'half-down': key(['ctrl+d'], EVERYWHERE),
  top: key(['g', 'home'], EVERYWHERE),
  bottom: key(['G', 'end'], EVERYWHERE),
  left: key(['left', 'h'], PANES),
  right: key(['right', 'l'], PANES),
  jump: key(['1', '2', '3', '4', '5', '6', '7', '8', '9'], PANES),
  kill: key(['X'], ACTS),
  'restart-all': key(['R'], ['list', 'log', 'graph']),
  mark: key(['m'], PANES),
  clear: key(['C'], PANES),
  copy: key(['y'], PANES),
  save: key(['S'], PANES),
  pager: key(['v'], PANES),
  redraw: key(['ctrl+l'], EVERYWHERE),
  suspend: key(['ctrl+z'], EVERYWHERE),
};

export const DASHBOARD_ACTIONS = Object.keys(DASHBOARD_KEYS) as DashboardAction[];

/** One of the terminal's sixteen colours, or red, green and blue. */
export const colorPattern = /^((bright-)?(black|red|green|yellow|blue|magenta|cyan|white)|#[0-9a-fA-F]{6})$/;
