import { titleOfLog } from '../../model/own-command.ts';
import { keyLabel, keyOf } from '../state/key-table.ts';
import { charactersOf } from '../state/line-editor.ts';
import { chosenOf, matching, paletteEntries } from '../state/palette.ts';
import { meantBy, processOf } from '../state/reduce-whom.ts';
import type { Choice, Editor, PaletteEditor } from '../state/ui-state.ts';
import { isUseful, placeOf } from '../state/usable.ts';
import { cut, filled, filledWithDots, linked, type Styled, span, styledWidth } from '../text/styled.ts';
import { layoutOf } from './layout.ts';
import type { View } from './view.ts';

/** Shows a question or the line being typed; otherwise the keys that are useful here and now. */
export const footer = (view: View): Styled => {
  const { state, size } = view;
  const width = size.columns;
  if (state.input !== null) return filledWithDots(inputRow(view, state.input.process), width);
  if (state.editor !== null) return filled(editorRow(view), width);
  if (state.question !== null) return filledWithDots(questionRow(view, state.question.text), width);
  if (state.choice !== null) return filledWithDots(choiceRow(view, state.choice), width);
  return filled(keysNow(view), width);
};

/** Where there is no room for the keys behind the question, the one that means yes comes first. */
const questionRow = ({ theme, size }: View, text: string): Styled => {
  const question = span(` ${text} `, theme.failed);
  const whole = [question, span('y yes  any other key no')];
  return styledWidth(whole) <= size.columns ? whole : [span(' y yes:'), question];
};

/** The key that leaves comes first: on a narrow screen it is all that can be read. */
const inputRow = ({ theme, keys }: View, process: string): Styled => [
  span(' '),
  span(keyLabel(keyOf(keys, 'leave-input') ?? ''), theme.accent),
  span(` leaves ${titleOfLog(process)}, which gets all keys`, theme.bar),
];

/** Key whose label is in a column. */
export const keyAt = (view: View, column: number): string | undefined =>
  labelsNow(view).find(({ from, to }) => column >= from && column < to)?.key;

const choiceRow = ({ theme }: View, { addresses }: Choice): Styled => [
  span(' open: '),
  ...addresses
    .slice(0, 9)
    .flatMap(({ name, url }, at) => [
      span(`${at + 1}`, theme.accent),
      ...linked([span(` ${name} ${url}  `)], url, url),
    ]),
  span('any other key: none', theme.muted),
];

const EDITED = {
  search: 'find',
  filter: 'filter',
  list: 'show processes',
  traces: 'show traces',
  start: 'start which process',
  stop: 'stop which process',
  restart: 'restart which process',
  kill: 'kill which process',
  'open-url': 'open which process',
  palette: 'action',
  input: 'to the stdin of',
} as const;

const labelOf = (editor: Editor): string =>
  editor.for === 'input' ? `${EDITED.input} ${editor.process}` : EDITED[editor.for];

const editorRow = (view: View): Styled => {
  const { state, theme, size } = view;
  const { editor, notice } = state;
  if (editor === null) return [];
  const label = span(` ${labelOf(editor)}: `, theme.accent);
  const characters = charactersOf(editor.text);
  const typed = [
    span(characters.slice(0, editor.cursor).join('')),
    span(characters[editor.cursor] ?? ' ', '\u001b[7m'),
    span(characters.slice(editor.cursor + 1).join('')),
  ];
  const hint = span(
    `   ${notice ?? `${meantText(view, editor)}${keysOf(editor)}`}`,
    notice === null ? theme.muted : theme.failed,
  );
  const room = size.columns - label.text.length;
  // The end of the typed text stays visible.
  const before = styledWidth(typed.slice(0, 2));
  return [label, ...cut([...typed, hint], Math.max(0, before - room), room)];
};

const NAMES_NOTHING: ReadonlyArray<Editor['for']> = ['search', 'filter', 'list', 'traces', 'input'];

/** The process that the typed words mean, if they say for whom a request is. */
const meantText = (view: View, editor: Editor): string => {
  if (editor.for === 'palette') return actionText(view, editor);
  if (NAMES_NOTHING.includes(editor.for)) return '';
  const meant = meantBy(editor.text, view);
  return meant === undefined ? '' : `→ ${meant.name}   `;
};

/** Where there is no room for the page of the palette. */
const actionText = (view: View, editor: PaletteEditor): string => {
  if (layoutOf(view).kind !== 'line') return '';
  const { entry } = chosenOf(editor, matching(paletteEntries(view.state, view), editor.text));
  return entry === undefined ? '' : `→ ${entry.name}   `;
};

const keysOf = (editor: Editor): string => {
  if (editor.for === 'palette') return 'enter, esc, ↑, ↓';
  if (editor.for === 'input') return 'enter sends, ^D ends its input, esc leaves';
  return editor.for === 'search' || editor.for === 'filter' ? 'enter, esc, ↑' : 'enter, esc';
};

interface Label {
  readonly key: string;
  readonly short: string;
  /** First column, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

const keysNow = (view: View): Styled => [
  span(' '),
  ...labelsNow(view).flatMap(({ key, short }) => [
    span(keyLabel(key), view.theme.accent),
    span(` ${short}  `, view.theme.muted),
  ]),
];

/** Labels of the keys that are useful here and now, as many as fit. */
const labelsNow = (view: View): readonly Label[] => {
  const { state, keys, size, snapshot } = view;
  const place = placeOf(state);
  const process = snapshot.processes.find(({ name }) => name === processOf(state)) ?? null;
  const about = { process, snapshot };
  const labels: Label[] = [];
  for (const { action, short, keys: own, places } of keys) {
    if (short === undefined || !places.includes(place) || !isUseful(state, action, about)) continue;
    const [key = ''] = own;
    const from = labels.at(-1)?.to ?? 1;
    const to = from + styledWidth([span(`${keyLabel(key)} ${short}  `)]);
    if (to <= size.columns) labels.push({ key, short, from, to });
  }
  return labels;
};
