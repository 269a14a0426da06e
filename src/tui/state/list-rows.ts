import type { PodSnapshot, ProcessSnapshot, Usage } from '../../control/pod-client.ts';
import { type Group, type Groups, groupsIn, selectedGroup } from './groups.ts';
import { listed } from './listed.ts';
import type { UiState } from './ui-state.ts';

/** A row of the list, with the number of headings that it is under. */
export type Row =
  | { readonly is: 'process'; readonly process: ProcessSnapshot; readonly depth: number }
  | { readonly is: 'heading'; readonly group: Group; readonly isOpen: boolean; readonly depth: number };

interface Listing {
  readonly state: UiState;
  readonly snapshot: PodSnapshot;
  readonly usage: ReadonlyMap<string, Usage>;
}

interface Known extends Pick<Listing, 'snapshot' | 'usage'> {
  readonly rows: readonly Row[];
}

const KNOWN = new WeakMap<UiState, Known>();

/** The rows of the list. A group stands where the first of its processes would. One picture asks several times. */
export const rowsOf = ({ state, snapshot, usage }: Listing): readonly Row[] => {
  const known = KNOWN.get(state);
  if (known?.snapshot === snapshot && known.usage === usage) return known.rows;
  const rows = rowsAt(0, listed({ state, snapshot, usage }), groupsIn(snapshot.processes), state.closed);
  KNOWN.set(state, { snapshot, usage, rows });
  return rows;
};

const rowsAt = (
  depth: number,
  processes: readonly ProcessSnapshot[],
  groups: Groups,
  closed: readonly string[],
): readonly Row[] =>
  [...Map.groupBy(processes, (process) => groups.get(process.name)?.[depth] ?? process)].flatMap(
    ([key, below]): readonly Row[] => {
      if (!('members' in key)) return [{ is: 'process', process: key, depth }];
      const isOpen = !closed.includes(key.id);
      const heading: Row = { is: 'heading', group: key, isOpen, depth };
      return isOpen ? [heading, ...rowsAt(depth + 1, below, groups, closed)] : [heading];
    },
  );

/** Processes with rows of their own, which the numbers in the list count. */
export const processesOf = (rows: readonly Row[]): readonly ProcessSnapshot[] =>
  rows.flatMap((row) => (row.is === 'process' ? [row.process] : []));

/** Place of the selected row, or -1. A process in a closed group has the row of its heading. */
export const selectedAt = (
  state: Pick<UiState, 'selected' | 'heading'>,
  rows: readonly Row[],
  processes: readonly ProcessSnapshot[],
): number => {
  const group = selectedGroup(state, processes);
  const own = rows.findIndex((row) =>
    row.is === 'heading' ? row.group === group : group === null && row.process.name === state.selected,
  );
  return own === -1 ? rows.findIndex((row) => row.is === 'heading' && hides(row, state.selected)) : own;
};

const hides = ({ isOpen, group }: Row & { is: 'heading' }, name: string | null): boolean =>
  !isOpen && group.members.some((member) => member.name === name);
