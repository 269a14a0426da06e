import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { schemeOf } from '../state/addresses.ts';
import { closedGroupOf, type Group } from '../state/groups.ts';
import { listed, listFilterOf, worstOf } from '../state/listed.ts';
import { age, count, cpu, memory } from '../text/format.ts';
import { prose } from '../text/prose.ts';
import { cut, filled, filledWithDots, type Styled, span, styledWidth } from '../text/styled.ts';
import { widthOf } from '../text/width.ts';
import { hasReason, type ListShape, listShape, STATE_WIDTH } from './list-columns.ts';
import { reasonOf } from './reason.ts';
import { MARKS, ROLES, stateStyle } from './state-mark.ts';
import { selectedProcess, type View } from './view.ts';

export const listTitle = (view: View, width: number, height: number): Styled => {
  const { name, hasRole, columns } = listShape(view.snapshot.processes, width);
  const start = `  #${hasRole ? '  ' : ''}   ${'name'.padEnd(name)} ${'state'.padEnd(STATE_WIDTH)}`;
  const rest = columns.map(({ title, width: own }) => ` ${title.padStart(own)}`).join('');
  const place = placeText(view, rowsFor(view, height));
  const room = Math.max(0, width - widthOf(place));
  return filled(
    [...filled([span(start + rest, view.theme.muted)], room), span(place, view.theme.accent)],
    width,
  );
};

/** Order, filter, and `12 of 200` when not all processes are in sight. */
const placeText = (view: View, height: number): string => {
  const { snapshot, state } = view;
  const list = listed(view);
  const filter = listFilterOf(state);
  const at = list.findIndex(({ name }) => name === state.selected) + 1;
  const parts = [
    state.order === 'start' ? '' : `by ${state.order}`,
    filter === '' ? '' : `/${filter} ${list.length} of ${snapshot.processes.length}`,
    filter === '' && list.length > height ? `${at} of ${list.length}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `  ${parts.join('  ')} `;
};

/** Rows of processes: fewer than there are if the selected one has a reason, which its row may have no room for. */
const rowsFor = (view: View, height: number): number => {
  const selected = selectedProcess(view);
  if (selected === null || !hasReason(selected)) return height;
  return height - Math.min(ROWS_FOR_REASON, Math.floor(height / 3));
};

const ROWS_FOR_REASON = 6;

/**
 * Returns exactly `height` rows: the processes around the selected one, and more about it if there is room.
 */
export const listRows = (view: View, width: number, height: number): readonly Styled[] => {
  const shape = listShape(view.snapshot.processes, width);
  const list = listed(view);
  const at = list.findIndex(({ name }) => name === view.state.selected);
  const most = rowsFor(view, height);
  const first = Math.max(0, Math.min(at - Math.floor(most / 2), list.length - most));
  const shown = list.slice(first, first + most);
  const rows = shown.map((process, index) => processRow(process, first + index, shape, view, width));
  if (rows.length === 0)
    rows.push(filled([span(' no process has these words in its name', view.theme.muted)], width));
  const about = aboutSelected(view, width, height - rows.length - 1);
  const gap = Math.max(0, height - rows.length - about.length);
  return [...rows, ...Array.from({ length: gap }, () => filled([], width)), ...about];
};

const processRow = (
  process: ProcessSnapshot,
  at: number,
  shape: ListShape,
  view: View,
  width: number,
): Styled => {
  const { theme, state, snapshot } = view;
  const group = closedGroupOf(process, snapshot.processes, state.closed);
  const isSelected = process.name === state.selected && !state.merged;
  const shown = group === null ? process.state : worstOf(group.members);
  const style = stateStyle(shown, theme);
  const start: Styled = [
    span(isSelected ? '>' : ' '),
    span(`${at < 9 ? at + 1 : ' '}`.padStart(2), theme.muted),
    span(shape.hasRole ? ` ${group === null ? ROLES[process.role].letter : '▸'} ` : ' ', theme.muted),
    span(`${MARKS[shown]} `, style),
    ...filledWithDots([span(group?.label ?? process.name)], shape.name),
    span(` ${shown.padEnd(STATE_WIDTH)}`, style),
  ];
  const rest = group === null ? processText(process, shape, view) : ` ${groupText(group, view)}`;
  const room = Math.max(0, width - styledWidth(start));
  const told = room < LEAST_TOLD ? [] : filledWithDots([span(rest, theme.muted)], room);
  const row = filled([...start, ...told], width);
  return isSelected ? barred(row, view) : row;
};

/** A few letters of a reason tell nothing. */
const LEAST_TOLD = 6;

const processText = (process: ProcessSnapshot, shape: ListShape, view: View): string =>
  hasReason(process) ? ` ${reasonOf(process, view)}` : cells(process, shape, view);

/** How many of a group are in their desired state, and why the worst is not. */
const groupText = ({ members }: Group, view: View): string => {
  const well = members.filter(({ state }) => state === 'ready' || state === 'completed').length;
  const worst = members.find((process) => process.state === worstOf(members) && hasReason(process));
  const why = worst === undefined ? '' : `; ${worst.name}: ${reasonOf(worst, view)}`;
  return `${well} of ${members.length} ready${why}`;
};

/** The bar is dim while the keys are for the log. */
const barred = (row: Styled, { theme, state }: View): Styled => {
  const bar = state.focus === 'list' ? theme.bar : theme.bar + theme.muted;
  return row.map(({ text, style }) => ({ text, style: bar + (style === theme.muted ? '' : style) }));
};

const cells = (process: ProcessSnapshot, { columns }: ListShape, view: View): string =>
  columns.map(({ cell, width }) => ` ${cell(process, view).padStart(width)}`).join('');

/** Maximum number of rows of one fact. */
const MOST_ROWS = 4;

/** Facts about the selected process that its row has no room for, in at most `height` rows. */
const aboutSelected = (view: View, width: number, height: number): readonly Styled[] => {
  const process = selectedProcess(view);
  if (process === null || height < 3) return [];
  const { theme } = view;
  const group = closedGroupOf(process, view.snapshot.processes, view.state.closed);
  const facts = [
    group === null ? '' : groupText(group, view),
    reasonOf(process, view),
    process.cause === null ? '' : `likely cause: ${process.cause}`,
    process.description,
    appText(process),
    ...process.ports.map((port) => `${port.name} ${portText(port)}`),
    ...(process.lastExit === null ? [] : [`last exit: ${process.lastExit.text}`]),
    runText(process, view),
  ].filter((fact) => fact !== '');
  const title = [span('── '), span(process.name, theme.strong), span(` ${'─'.repeat(width)}`)];
  const rows = facts.flatMap((fact) => prose(fact, width - 2, theme.muted).slice(0, MOST_ROWS));
  return [cut(title, 0, width - 1), ...rows.map((row) => [span(' '), ...row])]
    .slice(0, height)
    .map((row) => filled(row, width));
};

const runText = ({ name, pid, launchedAt, restarts }: ProcessSnapshot, { now, usage }: View): string => {
  const used = usage.get(name);
  return [
    pid === null ? '' : `pid ${pid}, up ${age(now - (launchedAt ?? now))}`,
    used === undefined ? '' : `${cpu(used.cpu)} cpu, ${memory(used.memory)}`,
    restarts === 0 ? '' : count(restarts, 'restart'),
  ]
    .filter((fact) => fact !== '')
    .join(', ');
};

/** Name of the app and instance; empty for a shared process, and if the pod has a single app. */
export const appText = ({ app, instance }: ProcessSnapshot): string =>
  app === null ? '' : `app ${app}, instance ${instance}`;

/** Address as one would open it. */
export const portText = (port: ProcessSnapshot['ports'][number]): string => {
  const { host, port: number, protocol } = port;
  if (protocol === 'udp') return `udp ${host}:${number}`;
  const scheme = schemeOf(port);
  return scheme === null ? `${host}:${number}` : `${scheme}://${host}:${number}/`;
};
