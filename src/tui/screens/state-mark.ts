import type { ProcessSnapshot } from '../../control/pod-client.ts';
import type { Style } from '../text/sgr.ts';
import type { Theme } from '../theme.ts';

/** A state has a word, a mark and a color: any one of them is enough. */
export const MARKS: Readonly<Record<ProcessSnapshot['state'], string>> = {
  pending: '○',
  starting: '◔',
  running: '◑',
  ready: '●',
  backoff: '↻',
  stopping: '◌',
  completed: '✓',
  failed: '✗',
  stopped: '■',
};

/** In place of the state's mark while it waits for input. */
const ASKS = '?';

export const markOf = (state: ProcessSnapshot['state'], asks: boolean): string =>
  asks ? ASKS : MARKS[state];

export const stateStyle = (state: ProcessSnapshot['state'], theme: Theme): Style => {
  switch (state) {
    case 'ready':
    case 'completed':
      return theme.ready;
    case 'failed':
    case 'backoff':
      return theme.failed;
    case 'stopped':
      return theme.muted;
    default:
      return theme.waiting;
  }
};

export const ROLES: Readonly<
  Record<ProcessSnapshot['role'], { readonly letter: string; readonly word: string }>
> = {
  init: { letter: 'i', word: 'init' },
  sidecar: { letter: 's', word: 'sidecar' },
  primary: { letter: 'P', word: 'primary' },
};
