import type { ProcessSnapshot, Usage } from '../../control/pod-client.ts';
import { groupsOf } from '../state/groups.ts';
import { age, cpu, memory } from '../text/format.ts';
import { widthOf } from '../text/width.ts';
import type { View } from './view.ts';

/** A column of figures, with a space before it. */
export interface Column {
  readonly title: string;
  readonly width: number;
  readonly cell: (process: ProcessSnapshot, view: Pick<View, 'usage' | 'now'>) => string;
}

export interface ListShape {
  /** Width of the names. */
  readonly name: number;
  readonly hasRole: boolean;
  readonly columns: readonly Column[];
}

export const STATE_WIDTH = 9;
const LONGEST_NAME = 24;
const SHORTEST_NAME = 8;
/** As much of a longer name as tells most processes apart: what else there is to tell has room before the rest of it. */
const NAME_BESIDE_OTHERS = 16;
/** Room for a port, or beside the state for a reason. */
const OTHERS = 8;
/** Marker, number and mark, with a space between them and after them. */
const START = 6;
const ROLE = 2;

const figure = (text: (usage: Usage) => string): Column['cell'] => {
  return ({ name }, { usage }) => {
    const own = usage.get(name);
    return own === undefined ? '' : text(own);
  };
};

const RESTARTS: Column = {
  title: '↻',
  width: 3,
  cell: ({ restarts }) => (restarts === 0 ? '' : String(restarts)),
};
const PORT: Column = {
  title: 'port',
  width: 6,
  cell: ({ ports }) => (ports[0] === undefined ? '' : `:${ports[0].port}`),
};
const FIGURES: readonly Column[] = [
  { title: 'cpu', width: 4, cell: figure(({ cpu: cores }) => cpu(cores)) },
  { title: 'mem', width: 4, cell: figure(({ memory: bytes }) => memory(bytes)) },
  {
    title: 'up',
    width: 5,
    cell: ({ launchedAt }, { now }) => (launchedAt === null ? '' : age(now - launchedAt)),
  },
];

/** Columns in the order in which they get room, without those that would be empty. */
const columnsOf = (processes: readonly ProcessSnapshot[]): readonly Column[] => [
  ...(processes.some(({ restarts }) => restarts > 0) ? [RESTARTS] : []),
  ...(processes.some(({ ports }) => ports.length > 0) ? [PORT] : []),
  ...FIGURES,
];

/** A name is indented by one column for each heading above it, and no label of a heading is longer than its names. */
const longestName = (processes: readonly ProcessSnapshot[]): number => {
  const widths = processes.map(({ name }) => groupsOf(name, processes).length + widthOf(name));
  return Math.min(LONGEST_NAME, Math.max(SHORTEST_NAME, ...widths));
};

/** The state has room before the rest of a long name, and so has the port; the role and other figures come after both. */
export const listShape = (processes: readonly ProcessSnapshot[], width: number): ListShape => {
  const longest = longestName(processes);
  const besideName = START + 1 + STATE_WIDTH;
  const short = Math.min(longest, Math.max(SHORTEST_NAME, width - besideName));
  const name = Math.min(short, Math.max(NAME_BESIDE_OTHERS, width - besideName - ROLE - OTHERS));
  let room = width - besideName - name;
  const hasRole = room >= ROLE;
  if (hasRole) room -= ROLE;
  const columns: Column[] = [];
  for (const column of columnsOf(processes)) {
    if (room < column.width + 1) break;
    columns.push(column);
    room -= column.width + 1;
  }
  return { name, hasRole, columns };
};

/** Width at which everything about processes in their desired state has room. */
export const wantedWidth = (processes: readonly ProcessSnapshot[]): number =>
  START +
  ROLE +
  longestName(processes) +
  1 +
  STATE_WIDTH +
  columnsOf(processes).reduce((sum, { width }) => sum + 1 + width, 0);

/** True if a process is not in its desired state, for a reason that may be long. */
export const isUneasy = ({ why, state }: ProcessSnapshot): boolean => why !== null && state !== 'ready';

/** True if a process's row has a reason in place of figures: it is not in its desired state, or waits for input. */
export const hasReason = (process: ProcessSnapshot): boolean => process.waitsForInput || isUneasy(process);
