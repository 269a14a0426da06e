import type { Timestamp } from '../control/pod-client.ts';
import { detailsPage } from './screens/details-page.ts';
import { eventsPage } from './screens/events-page.ts';
import { footer } from './screens/footer.ts';
import { graphPage } from './screens/graph-page.ts';
import { header, statusLine } from './screens/header.ts';
import { helpPage } from './screens/help-page.ts';
import { layoutOf } from './screens/layout.ts';
import { logRows, logTitle } from './screens/log-pane.ts';
import { changesAt } from './screens/next-change.ts';
import { noticeRow } from './screens/notice-row.ts';
import { listRows, listTitle } from './screens/process-list.ts';
import { quitPage } from './screens/quit-page.ts';
import type { Page, View } from './screens/view.ts';
import type { UiState } from './state/ui-state.ts';
import { filled, filledWithDots, render, type Styled, span } from './text/styled.ts';

/** A drawn dashboard. */
export interface Frame {
  /** As many rows as the terminal has, each exactly as wide, except for the last column of the last row. */
  readonly rows: readonly string[];
  /** Height of the page and number of its rows. */
  readonly page: { readonly height: number; readonly rows: number };
  /** Time at which the frame would look different without any event. */
  readonly changesAt: Timestamp;
}

export const project = (view: View): Frame => {
  const layout = layoutOf(view);
  const page = pageOf(view);
  const rows = page !== null && layout.kind === 'full' ? pageRows(view, page, layout.body) : paneRows(view);
  return {
    rows: rows.map(render),
    page: { height: layout.kind === 'full' ? Math.max(1, layout.body) : 1, rows: page?.rows.length ?? 0 },
    changesAt: changesAt(view),
  };
};

const PAGES: Readonly<Partial<Record<UiState['screen'], (view: View) => Page>>> = {
  details: detailsPage,
  graph: graphPage,
  events: eventsPage,
  help: helpPage,
  quit: quitPage,
};

const pageOf = (view: View): Page | null => PAGES[view.state.screen]?.(view) ?? null;

const pageRows = (view: View, { title, rows, at }: Page, height: number): readonly Styled[] => {
  const { columns } = view.size;
  const wanted = at === undefined ? view.state.scroll : at - Math.floor(height / 2);
  const first = Math.max(0, Math.min(wanted, rows.length - height));
  const below = rows.length - first - height;
  const more = below > 0 ? `  (${below} more below)` : '';
  const body = Array.from({ length: height }, (_, at) => filledWithDots(rows[first + at] ?? [], columns));
  return [
    filledWithDots([span(` ${title}`, view.theme.strong), span(more, view.theme.muted)], columns),
    ...body,
    ...bottomRows(view),
  ];
};

/** The keys, and a notice above them. */
const bottomRows = (view: View): readonly Styled[] => {
  const notice = noticeRow(view);
  return notice === null ? [footer(view)] : [notice, footer(view)];
};

const lineRows = (view: View): readonly Styled[] => {
  const { columns, rows } = view.size;
  const shown = [statusLine(view), noticeRow(view) ?? filled([], columns)];
  const empty = Array.from({ length: Math.max(0, rows - 2) }, () => filled([], columns));
  return [...shown, ...empty].slice(0, rows);
};

const paneRows = (view: View): readonly Styled[] => {
  const { size, state, theme } = view;
  const layout = layoutOf(view);
  const { columns } = size;
  switch (layout.kind) {
    case 'line':
      return lineRows(view);
    case 'full':
      return [logTitle(view, columns), ...logRows(view, columns, layout.body), ...bottomRows(view)];
    case 'one':
      return [
        header(view),
        ...(state.focus === 'list'
          ? [listTitle(view, columns, layout.body), ...listRows(view, columns, layout.body)]
          : [logTitle(view, columns), ...logRows(view, columns, layout.body)]),
        ...bottomRows(view),
      ];
    case 'side': {
      const left = [listTitle(view, layout.list, layout.body), ...listRows(view, layout.list, layout.body)];
      const right = [logTitle(view, layout.log), ...logRows(view, layout.log, layout.body)];
      const edge = span('│', theme.muted);
      return [
        header(view),
        ...left.map((row, at) => [...row, edge, ...(right[at] ?? [])]),
        ...bottomRows(view),
      ];
    }
    default:
      return layout satisfies never;
  }
};
