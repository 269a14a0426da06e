import type { UiState } from '../state/ui-state.ts';
import { detailsPage } from './details-page.ts';
import { eventsPage } from './events-page.ts';
import { graphPage } from './graph-page.ts';
import { helpPage } from './help-page.ts';
import { metricsPage } from './metrics-page.ts';
import { palettePage } from './palette-page.ts';
import { quitPage } from './quit-page.ts';
import { tracePage } from './trace-page.ts';
import { tracesPage } from './traces-page.ts';
import type { Page, View } from './view.ts';

const PAGES: Readonly<Partial<Record<UiState['screen'], (view: View) => Page>>> = {
  details: detailsPage,
  metrics: metricsPage,
  graph: graphPage,
  events: eventsPage,
  traces: tracesPage,
  trace: tracePage,
  help: helpPage,
  quit: quitPage,
};

/** The page that has the screen, or null. */
export const pageOf = (view: View): Page | null =>
  palettePage(view) ?? PAGES[view.state.screen]?.(view) ?? null;

/** First row of a page that is in sight where there is room for `height` rows. */
export const firstRow = ({ state }: View, { rows, at }: Page, height: number): number => {
  const wanted = at === undefined ? state.scroll : at - Math.floor(height / 2);
  return Math.max(0, Math.min(wanted, rows.length - height));
};
