import { chosenOf, matching, type PaletteEntry, paletteEntries } from '../state/palette.ts';
import { type Styled, span } from '../text/styled.ts';
import { widthOf } from '../text/width.ts';
import type { Page, View } from './view.ts';

const WIDEST_NAME = 40;
/** Share of the screen that names may take, so that something is left of the help. */
const NAME_SHARE = 0.5;

/** The actions that the typed words leave; null while the palette is closed. Rows that cannot be in sight are empty. */
export const palettePage = (view: View): Page | null => {
  const { editor } = view.state;
  if (editor?.for !== 'palette') return null;
  const entries = paletteEntries(view.state, view);
  const shown = matching(entries, editor.text);
  const { at } = chosenOf(editor, shown);
  const name = Math.min(
    WIDEST_NAME,
    Math.floor(view.size.columns * NAME_SHARE),
    Math.max(0, ...shown.map((entry) => widthOf(entry.name))),
  );
  const key = Math.max(0, ...shown.map((entry) => widthOf(entry.key)));
  const isNear = (index: number): boolean => Math.abs(index - at) <= view.size.rows;
  const rows = shown.map((entry, index) =>
    isNear(index) ? entryRow(entry, { view, name, key, isChosen: index === at }) : [],
  );
  return {
    title: `actions: ${shown.length} of ${entries.length}`,
    rows: rows.length === 0 ? [[span(' no action has these words', view.theme.muted)]] : rows,
    at,
  };
};

interface RowLook {
  readonly view: View;
  /** Widths of the columns. */
  readonly name: number;
  readonly key: number;
  readonly isChosen: boolean;
}

const entryRow = (entry: PaletteEntry, { view, name, key, isChosen }: RowLook): Styled => {
  const { theme } = view;
  const bar = isChosen ? theme.bar : '';
  return [
    span(isChosen ? '> ' : '  ', bar),
    span(padded(entry.name, name), bar),
    span(`  ${padded(entry.key, key)}`, isChosen ? '' : theme.accent),
    span(`  ${entry.help}`, theme.muted),
  ];
};

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));
