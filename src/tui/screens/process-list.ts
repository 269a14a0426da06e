import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { age, cpu, memory } from '../text/format.ts';
import { prose } from '../text/prose.ts';
import { cut, filled, filledWithDots, type Styled, span, styledWidth } from '../text/styled.ts';
import { MARKS, ROLES, stateStyle } from './state-mark.ts';
import { nameStyle, selectedProcess, type View } from './view.ts';

/** A column that is shown if it fits, with a space before it. */
interface Column {
  readonly title: string;
  readonly width: number;
  readonly cell: (process: ProcessSnapshot, view: View) => string;
}

const LONGEST_NAME = 24;
const STATE_WIDTH = 9;
/** Marker, number, role and mark, each with its space, and a space on both sides of the state. */
const FIXED = 8;

/** Columns in the order in which they get room. */
const COLUMNS: readonly Column[] = [
  { title: 'cpu', width: 4, cell: ({ name }, { usage }) => cpuOf(usage.get(name)?.cpu) },
  { title: 'mem', width: 4, cell: ({ name }, { usage }) => memoryOf(usage.get(name)?.memory) },
  {
    title: 'up',
    width: 5,
    cell: ({ launchedAt }, { now }) => (launchedAt === null ? '' : age(now - launchedAt)),
  },
  { title: '↻', width: 3, cell: ({ restarts }) => (restarts === 0 ? '' : String(restarts)) },
  { title: 'port', width: 6, cell: ({ ports }) => (ports[0] === undefined ? '' : `:${ports[0].port}`) },
];
const ROLE_WORD_WIDTH = 7;

const cpuOf = (cores: number | undefined): string => (cores === undefined ? '' : cpu(cores));
const memoryOf = (bytes: number | undefined): string => (bytes === undefined ? '' : memory(bytes));

interface Widths {
  readonly name: number;
  readonly role: number;
  readonly columns: readonly Column[];
}

const widthsFor = ({ snapshot }: View, width: number): Widths => {
  const longest = Math.max(4, ...snapshot.processes.map(({ name }) => name.length));
  const name = Math.min(longest, LONGEST_NAME, Math.max(4, width - FIXED - STATE_WIDTH - 1));
  let room = width - FIXED - name - STATE_WIDTH - 1;
  const columns: Column[] = [];
  for (const column of COLUMNS) {
    if (room < column.width + 1) break;
    columns.push(column);
    room -= column.width + 1;
  }
  return { name, columns, role: room >= ROLE_WORD_WIDTH ? ROLE_WORD_WIDTH : 1 };
};

export const listTitle = (view: View, width: number): Styled => {
  const { name, role, columns } = widthsFor(view, width);
  const title = ` ${' #'} ${(role === 1 ? '' : 'role').padEnd(role)}   ${'name'.padEnd(name)} ${'state'.padEnd(STATE_WIDTH)}`;
  const rest = columns
    .map(({ title: text, width: columnWidth }) => ` ${text.padStart(columnWidth)}`)
    .join('');
  return filled([span(title + rest, view.theme.muted)], width);
};

/**
 * Returns exactly `height` rows: the processes around the selected one, in start order, and more about it if there is
 * room.
 */
export const listRows = (view: View, width: number, height: number): readonly Styled[] => {
  const { processes } = view.snapshot;
  const widths = widthsFor(view, width);
  const at = processes.findIndex(({ name }) => name === view.state.selected);
  const first = Math.max(0, Math.min(at - Math.floor(height / 2), processes.length - height));
  const shown = processes.slice(first, first + height);
  const rows = shown.map((process, index) => processRow(process, first + index, widths, view, width));
  const about = aboutSelected(view, width, height - rows.length - 1);
  const gap = Math.max(0, height - rows.length - about.length);
  return [...rows, ...Array.from({ length: gap }, () => filled([], width)), ...about];
};

const processRow = (
  process: ProcessSnapshot,
  at: number,
  widths: Widths,
  view: View,
  width: number,
): Styled => {
  const { theme, state } = view;
  const isSelected = process.name === state.selected && !state.merged;
  const style = stateStyle(process.state, theme);
  const role = ROLES[process.role];
  const start: Styled = [
    span(isSelected ? '>' : ' ', theme.accent),
    span(`${at < 9 ? at + 1 : ' '}`.padStart(2), theme.muted),
    span(` ${(widths.role === 1 ? role.letter : role.word).padEnd(widths.role)} `, theme.muted),
    span(MARKS[process.state], style),
    span(' '),
    ...filledWithDots(
      [
        span(
          process.name,
          isSelected ? theme.strong + nameStyle(view, process.name) : nameStyle(view, process.name),
        ),
      ],
      widths.name,
    ),
    span(` ${process.state.padEnd(STATE_WIDTH)}`, style),
  ];
  const room = width - styledWidth(start);
  const rest = isWorthWhy(process) ? ` ${process.why}` : cells(process, widths, view);
  return filled([...start, ...filledWithDots([span(rest, theme.muted)], room)], width);
};

/** A process in its desired state shows figures; any other shows a reason. */
const isWorthWhy = ({ why, state }: ProcessSnapshot): boolean => why !== null && state !== 'ready';

const cells = (process: ProcessSnapshot, { columns }: Widths, view: View): string =>
  columns.map(({ cell, width }) => ` ${cell(process, view).padStart(width)}`).join('');

/** Facts about the selected process that its row has no room for, in at most `height` rows. */
const aboutSelected = (view: View, width: number, height: number): readonly Styled[] => {
  const process = selectedProcess(view);
  if (process === null || height < 3) return [];
  const { theme } = view;
  const facts = [
    process.description,
    appText(process),
    ...(process.why === null ? [] : [process.why]),
    ...process.ports.map((port) => `${port.name} ${portText(port)}`),
    ...(process.lastExit === null ? [] : [`last exit: ${process.lastExit.text}`]),
    ...(process.pid === null
      ? []
      : [`pid ${process.pid}, up ${age(view.now - (process.launchedAt ?? view.now))}`]),
  ].filter((fact) => fact !== '');
  const title = [
    span('── '),
    span(process.name, nameStyle(view, process.name)),
    span(` ${'─'.repeat(width)}`),
  ];
  const rows = facts.flatMap((fact) => prose(fact, width - 2, theme.muted).slice(0, 2));
  return [cut(title, 0, width - 1), ...rows.map((row) => [span(' '), ...row])]
    .slice(0, height)
    .map((row) => filled(row, width));
};

/** Name of the app and instance; empty for a shared process, and if the pod has a single app. */
export const appText = ({ app, instance }: ProcessSnapshot): string =>
  app === null ? '' : `app ${app}, instance ${instance}`;

/** Address as one would open it: a port with `http` in its name is taken for a web server. */
export const portText = ({ name, host, port, protocol }: ProcessSnapshot['ports'][number]): string => {
  if (protocol === 'udp') return `udp ${host}:${port}`;
  const scheme = /https/i.test(name) ? 'https://' : /http|web/i.test(name) ? 'http://' : '';
  return `${scheme}${host}:${port}${scheme === '' ? '' : '/'}`;
};
