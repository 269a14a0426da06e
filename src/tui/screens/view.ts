import type {
  PodSnapshot,
  ProcessDetails,
  ProcessSnapshot,
  Timestamp,
  Usage,
} from '../../control/pod-client.ts';
import { commandOfLog } from '../../model/own-command.ts';
import type { Picture } from '../emulator/picture.ts';
import type { LineRows } from '../log/line-rows.ts';
import type { KeyEntry } from '../state/key-table.ts';
import type { ShownLog } from '../state/log-model.ts';
import type { MetricsView } from '../state/metrics-view.ts';
import type { TracesView } from '../state/traces-view.ts';
import type { UiState } from '../state/ui-state.ts';
import type { Style } from '../text/sgr.ts';
import type { Styled } from '../text/styled.ts';
import type { Theme } from '../theme.ts';
import type { PastUsage } from '../usage-history.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What a log is drawn from. */
export interface PaneView {
  /** The state with the look of this log. */
  readonly state: UiState;
  readonly log: ShownLog;
  readonly lines: LineRows;
}

/** The data that a frame is drawn from, with the log that the keys are for. */
export interface View extends PaneView {
  /** Other logs on the screen, by their sources. */
  readonly others: ReadonlyMap<string, PaneView>;
  /** Pictures of the screens that panes show, by process; null: nothing has been drawn yet. */
  readonly screens: ReadonlyMap<string, Picture | null>;
  readonly snapshot: PodSnapshot;
  readonly usage: ReadonlyMap<string, Usage>;
  /** Newest samples of the selected process; null before the first. */
  readonly pastUsage: PastUsage | null;
  readonly linesPerSecond: number;
  /** Details of the selected process; null until they have arrived. */
  readonly details: ProcessDetails | null;
  readonly metrics: MetricsView;
  readonly size: Size;
  readonly keys: readonly KeyEntry[];
  readonly theme: Theme;
  /** True if the terminal takes links (OSC 8). */
  readonly links: boolean;
  readonly traces: TracesView;
  readonly now: Timestamp;
}

/** The data that the screen is laid out with. */
export type LaidView = Omit<View, 'log' | 'lines' | 'others' | 'screens'>;

/** A page on a screen of its own: any number of rows, of any width. */
export interface Page {
  readonly title: string;
  readonly rows: readonly Styled[];
  /** Row that stays in sight; a page without one is scrolled. */
  readonly at?: number;
  /** A part that is scrolled, of a page that always fits. */
  readonly scrolled?: { readonly height: number; readonly rows: number };
}

export const selectedProcess = ({ snapshot, state }: View): ProcessSnapshot | null =>
  snapshot.processes.find(({ name }) => name === state.selected) ?? null;

export const nameStyle = ({ snapshot, theme }: Pick<View, 'snapshot' | 'theme'>, process: string): Style => {
  const own = commandOfLog(process)?.process ?? process;
  const at = snapshot.processes.findIndex(({ name }) => name === own);
  return theme.names[Math.max(0, at) % theme.names.length] ?? '';
};
