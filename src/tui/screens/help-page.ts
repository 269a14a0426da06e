import { type KeyEntry, keyLabel } from '../state/key-table.ts';
import { type Styled, span } from '../text/styled.ts';
import { widthOf } from '../text/width.ts';
import type { Page, View } from './view.ts';

const GROUPS: ReadonlyArray<KeyEntry['group']> = ['Move', 'Processes', 'Log', 'Traces', 'Screens and pod'];

export const helpPage = ({ keys, theme }: View): Page => {
  const width = Math.max(...keys.map((entry) => widthOf(labelOf(entry))));
  const rows = GROUPS.flatMap((group): readonly Styled[] => [
    [span(` ${group}`, theme.strong)],
    ...keys
      .filter((entry) => entry.group === group)
      .map((entry) => [
        span(`   ${labelOf(entry)}${' '.repeat(width - widthOf(labelOf(entry)))}`, theme.accent),
        span(`   ${entry.help}`),
      ]),
    [],
  ]);
  return { title: 'keys', rows };
};

/** Writes `1 … 9` for a range of keys. */
const labelOf = ({ keys }: KeyEntry): string => {
  const labels = keys.map(keyLabel);
  return labels.length > 3 ? `${labels[0]} … ${labels.at(-1)}` : labels.join(' ');
};
