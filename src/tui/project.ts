import type { Timestamp } from '../control/pod-client.ts';
import { footer } from './screens/footer.ts';
import { header, statusLine } from './screens/header.ts';
import { type Area, belowTitle, type Layout, type LogPane, layoutOf, type Panes } from './screens/layout.ts';
import { logRows, logTitle } from './screens/log-pane.ts';
import { changesAt } from './screens/next-change.ts';
import { noticeRow } from './screens/notice-row.ts';
import { firstRow, pageOf } from './screens/page.ts';
import { palettePage } from './screens/palette-page.ts';
import { listRows, listTitle } from './screens/process-list.ts';
import { cursorOf, screenRows } from './screens/screen-pane.ts';
import type { Page, View } from './screens/view.ts';
import type { Cell } from './state/ui-state.ts';
import { filledWithDots, render, type Styled, span } from './text/styled.ts';

/** A drawn dashboard. */
export interface Frame {
  /** As many rows as the terminal has, each exactly as wide, except for the last column of the last row. */
  readonly rows: readonly string[];
  /** Cell of the cursor; null: it is hidden. */
  readonly cursor: Cell | null;
  /** Height of the page and number of its rows. */
  readonly page: { readonly height: number; readonly rows: number };
  /** Time at which the frame would look different without any event. */
  readonly changesAt: Timestamp;
}

export const project = (view: View): Frame => {
  const layout = layoutOf(view);
  const page = pageOf(view);
  const body = layout.kind === 'page' ? layout.body.height : 1;
  return {
    rows: rowsOf(view, layout, page).map((row) => render(row, view.links)),
    cursor: cursorOf(view, layout),
    page: page?.scrolled ?? { height: Math.max(1, body), rows: page?.rows.length ?? 0 },
    changesAt: changesAt(view),
  };
};

const rowsOf = (view: View, layout: Layout, page: Page | null): readonly Styled[] => {
  switch (layout.kind) {
    case 'line':
      return lineRows(view);
    case 'page':
      return page === null ? [] : pageRows(view, page, layout.body.height);
    case 'panes':
      return paneRows(view, layout);
    default:
      return layout satisfies never;
  }
};

const pageRows = (view: View, page: Page, height: number): readonly Styled[] => {
  const { columns } = view.size;
  const { title, rows } = page;
  const below = rows.length - firstRow(view, page, height) - height;
  const more = below > 0 ? `  (${below} more below)` : '';
  return [
    filledWithDots([span(` ${title}`, view.theme.strong), span(more, view.theme.muted)], columns),
    ...visibleRows(view, page, height).map((row) => filledWithDots(row, columns)),
    ...bottomRows(view),
  ];
};

/** Exactly `height` rows of a page. */
const visibleRows = (view: View, page: Page, height: number): readonly Styled[] => {
  const first = firstRow(view, page, height);
  return Array.from({ length: height }, (_, at) => page.rows[first + at] ?? []);
};

/** The keys, and a notice above them. */
const bottomRows = (view: View): readonly Styled[] => {
  const notice = noticeRow(view);
  return notice === null ? [footer(view)] : [notice, footer(view)];
};

const lineRows = (view: View): readonly Styled[] => {
  const { columns, rows } = view.size;
  const shown = isAsking(view) ? askingRows(view) : [statusLine(view), noticeRow(view) ?? []];
  const empty = Array.from({ length: Math.max(0, rows - shown.length) }, () => []);
  return [...shown, ...empty].slice(0, rows).map((row) => filledWithDots(row, columns));
};

/** True if a key now answers a question, or is typed. */
const isAsking = ({ state: { editor, question, choice, input } }: View): boolean =>
  editor !== null || question !== null || choice !== null || input !== null;

/** What is typed or asked comes first: there may be no other row. */
const askingRows = (view: View): readonly Styled[] => {
  const page = palettePage(view);
  return [footer(view), ...(page === null ? [] : visibleRows(view, page, view.size.rows - 1))];
};

const paneRows = (view: View, panes: Panes): readonly Styled[] => {
  const { list, logs } = panes;
  const drawn = [
    ...(list === null ? [] : [drawList(view, list)]),
    ...logs.map((pane) => drawLog(view, pane, panes)),
  ];
  const isBelowHeader = drawn.every(({ area }) => area.row > 0);
  return [...(isBelowHeader ? [header(view)] : []), ...beside(drawn, view), ...bottomRows(view)];
};

interface Drawn {
  readonly area: Area;
  /** As many as the area has, each as wide. */
  readonly rows: readonly Styled[];
}

const drawList = (view: View, area: Area): Drawn => {
  const { width, height } = belowTitle(area);
  return { area, rows: [listTitle(view, width, height), ...listRows(view, width, height)] };
};

const drawLog = (view: View, { source, area }: LogPane, { logs, leftOut }: Panes): Drawn => {
  const own = { ...view, ...view.others.get(source) };
  const { width } = belowTitle(area);
  const isBelow = logs.some((other) => other.area.row < area.row);
  const isLast = logs.at(-1)?.source === source;
  const title = logTitle(own, width, { isBelow, leftOut: isLast ? leftOut : 0 });
  return { area, rows: [title, ...contentRows(own, source, belowTitle(area))] };
};

/** The screen of a process, as far as it has been drawn, or lines. */
const contentRows = (view: View, source: string, { width, height }: Area): readonly Styled[] => {
  const picture = view.screens.get(source) ?? null;
  return picture === null ? logRows(view, width, height) : screenRows(picture, width, height);
};

/** Whole rows of the screen, with an edge between what is side by side. */
const beside = (drawn: readonly Drawn[], { theme }: View): readonly Styled[] => {
  const ends = drawn.map(({ area }) => area.row + area.height);
  const first = Math.min(...drawn.map(({ area }) => area.row));
  const edge = span('│', theme.muted);
  return Array.from({ length: Math.max(...ends) - first }, (_, at) =>
    drawn
      .map(({ area, rows }) => rows[first + at - area.row])
      .filter((row) => row !== undefined)
      .flatMap((row, column) => (column === 0 ? row : [edge, ...row])),
  );
};
