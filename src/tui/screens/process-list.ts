import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { selectedGroup } from '../state/groups.ts';
import { processesOf, type Row, rowsOf, selectedAt } from '../state/list-rows.ts';
import { listed, listFilterOf, worstOf } from '../state/listed.ts';
import { age, count, cpu, memory } from '../text/format.ts';
import { prose } from '../text/prose.ts';
import { cut, filled, filledWithDots, type Styled, span, styledWidth } from '../text/styled.ts';
import { widthOf } from '../text/width.ts';
import { hasReason, type ListShape, listShape, STATE_WIDTH } from './list-columns.ts';
import { groupFacts, groupText } from './list-group.ts';
import { portRows, withPortLink } from './port-rows.ts';
import { reasonOf } from './reason.ts';
import { markOf, ROLES, stateStyle } from './state-mark.ts';
import { selectedProcess, type View } from './view.ts';

export const listTitle = (view: View, width: number, height: number): Styled => {
  const { name, hasRole, columns } = listShape(view.snapshot.processes, width);
  const start = `  #${hasRole ? '  ' : ''}   ${'name'.padEnd(name)} ${'state'.padEnd(STATE_WIDTH)}`;
  const rest = columns.map(({ title, width: own }) => ` ${title.padStart(own)}`).join('');
  const place = placeText(view, rowsFor(view, height));
  const room = Math.max(0, width - widthOf(place));
  const titles = wholeWords(start + rest, room);
  return filled([...filled([span(titles, view.theme.muted)], room), span(place, view.theme.accent)], width);
};

/** The words that have room: part of a title tells nothing. */
const wholeWords = (text: string, room: number): string =>
  /\S/.test(text[room] ?? ' ') ? text.slice(0, room).replace(/\S+$/, '') : text;

/** Order, filter, and `12 of 200` when not all rows are in sight. */
const placeText = (view: View, height: number): string => {
  const { snapshot, state } = view;
  const rows = rowsOf(view);
  const filter = listFilterOf(state);
  const at = selectedAt(state, rows, snapshot.processes) + 1;
  const parts = [
    state.order === 'start' ? '' : `by ${state.order}`,
    filter === '' ? '' : `/${filter} ${listed(view).length} of ${snapshot.processes.length}`,
    filter === '' && rows.length > height ? `${at} of ${rows.length}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `  ${parts.join('  ')} `;
};

/** Rows of the list: fewer than there are if the selected one has a reason, which it may have no room for. */
const rowsFor = (view: View, height: number): number =>
  selectedProcesses(view).some(hasReason)
    ? height - Math.min(ROWS_FOR_REASON, Math.floor(height / 3))
    : height;

const selectedProcesses = (view: View): readonly ProcessSnapshot[] => {
  const process = selectedProcess(view);
  return selectedGroup(view.state, view.snapshot.processes)?.members ?? (process === null ? [] : [process]);
};

const ROWS_FOR_REASON = 6;

/** The rows of the list that are in sight: those around the selected one. */
export const listWindow = (view: View, height: number) => {
  const list = rowsOf(view);
  const at = selectedAt(view.state, list, view.snapshot.processes);
  const most = rowsFor(view, height);
  const first = Math.max(0, Math.min(at - Math.floor(most / 2), list.length - most));
  return { list, at, first, shown: list.slice(first, first + most) };
};

/**
 * Returns exactly `height` rows: the processes around the selected one, and more about it if there is room.
 */
export const listRows = (view: View, width: number, height: number): readonly Styled[] => {
  const shape = listShape(view.snapshot.processes, width);
  const { list, at, first, shown } = listWindow(view, height);
  const numbered = processesOf(list).slice(0, 9);
  const rows = shown.map((row, index) => {
    const drawn = filled(
      row.is === 'heading'
        ? headingRow(row, shape, view, width)
        : processRow(row, numbered.indexOf(row.process) + 1, shape, view, width),
      width,
    );
    return first + index === at && !view.state.merged ? barred(drawn, view) : drawn;
  });
  if (rows.length === 0)
    rows.push(filled([span(' no process has these words in its name', view.theme.muted)], width));
  const about = aboutSelected(view, width, height - rows.length - 1);
  const gap = Math.max(0, height - rows.length - about.length);
  return [...rows, ...Array.from({ length: gap }, () => filled([], width)), ...about];
};

const processRow = (
  { process, depth }: Row & { is: 'process' },
  number: number,
  shape: ListShape,
  view: View,
  width: number,
): Styled => {
  const { state, name, role, waitsForInput: asks } = process;
  const about = {
    state,
    asks,
    name,
    depth,
    sign: number === 0 ? '' : String(number),
    role: ROLES[role].letter,
  };
  const start = rowStart(about, shape, view);
  if (!hasReason(process))
    return withPortLink(
      withRest(start, restOf(process, shape, view, width - styledWidth(start)), view, width),
      process,
    );
  return withRest(startBeside(start, width), ` ${reasonOf(process, view)}`, view, width);
};

/** What a process says that it does has the room of the figures if there is not enough beside them. */
const restOf = (process: ProcessSnapshot, shape: ListShape, view: View, room: number): string => {
  const figures = cells(process, shape, view);
  const { statusText } = process;
  if (statusText === null) return figures;
  const isRoomy = room - figures.length >= LEAST_REASON + 1;
  return isRoomy ? `${figures}  ${statusText}` : ` ${statusText}`;
};

/** Least room for a reason. */
const LEAST_REASON = 12;

/** A reason has the room of the state's word, which the mark stands for, if neither would have enough otherwise. */
const startBeside = (start: Styled, width: number): Styled => {
  const room = width - styledWidth(start);
  const isTaken = room < LEAST_REASON && room + STATE_WIDTH + 1 >= LEAST_REASON;
  return isTaken ? start.slice(0, -1) : start;
};

/** A heading has no number: it is no process. */
const headingRow = (
  { group, isOpen, depth }: Row & { is: 'heading' },
  shape: ListShape,
  view: View,
  width: number,
): Styled => {
  const state = worstOf(group.members);
  const asks = !isOpen && group.members.some(({ waitsForInput }) => waitsForInput);
  const about = { state, asks, name: group.label, depth, sign: isOpen ? '▾' : '▸', role: ' ' };
  return withRest(rowStart(about, shape, view), ` ${groupText(group, view)}`, view, width);
};

interface About {
  readonly state: ProcessSnapshot['state'];
  readonly asks: boolean;
  readonly name: string;
  readonly depth: number;
  readonly sign: string;
  readonly role: string;
}

const rowStart = (
  { state, asks, name, depth, sign, role }: About,
  shape: ListShape,
  { theme }: View,
): Styled => {
  const style = stateStyle(state, theme);
  return [
    span(' '),
    span(sign.padStart(2), theme.muted),
    span(shape.hasRole ? ` ${role} ` : ' ', theme.muted),
    span(`${markOf(state, asks)} `, asks ? theme.waiting : style),
    ...filledWithDots([span(`${' '.repeat(depth)}${name}`)], shape.name),
    span(` ${state.padEnd(STATE_WIDTH)}`, style),
  ];
};

const withRest = (start: Styled, rest: string, { theme }: View, width: number): Styled => {
  const room = Math.max(0, width - styledWidth(start));
  return room < LEAST_TOLD ? start : [...start, ...filledWithDots([span(rest, theme.muted)], room)];
};

/** A few letters of a reason tell nothing. */
const LEAST_TOLD = 6;

/** The bar is dim while the keys are for the log. */
const barred = ([, ...row]: Styled, { theme, state }: View): Styled => {
  const bar = state.focus === 'list' ? theme.bar : theme.bar + theme.muted;
  return [span('>'), ...row].map((part) => ({
    ...part,
    style: bar + (part.style === theme.muted ? '' : part.style),
  }));
};

const cells = (process: ProcessSnapshot, { columns }: ListShape, view: View): string =>
  columns.map(({ cell, width }) => ` ${cell(process, view).padStart(width)}`).join('');

/** Maximum number of rows of one fact. */
const MOST_ROWS = 4;

/** Facts about the selected process or group that its row has no room for, in at most `height` rows. */
const aboutSelected = (view: View, width: number, height: number): readonly Styled[] => {
  const process = selectedProcess(view);
  if (process === null || height < 3) return [];
  const group = selectedGroup(view.state, view.snapshot.processes);
  const { theme } = view;
  const title = [
    span('── '),
    span(group?.label ?? process.name, theme.strong),
    span(` ${'─'.repeat(width)}`),
  ];
  const rows =
    group === null
      ? processFacts(process, view, width - 2)
      : factRows(groupFacts(group, view), view, width - 2);
  return [cut(title, 0, width - 1), ...rows.map((row) => [span(' '), ...row])]
    .slice(0, height)
    .map((row) => filled(row, width));
};

const processFacts = (process: ProcessSnapshot, view: View, width: number): readonly Styled[] => {
  const { cause, description, lastExit, commands, statusText } = process;
  const likely = cause === null ? '' : `likely cause: ${cause}`;
  const exit = lastExit === null ? '' : `last exit: ${lastExit.text}`;
  return [
    ...factRows(
      [reasonOf(process, view), statusText ?? '', likely, description, appText(process)],
      view,
      width,
    ),
    ...portRows(process, width, view.theme.muted),
    ...factRows([exit, runText(process, view), ...commands.map(runningText)], view, width),
  ];
};

const runningText = ({ name, pid }: ProcessSnapshot['commands'][number]): string =>
  pid === null ? '' : `${name} is running (pid ${pid})`;

const factRows = (facts: readonly string[], { theme }: View, width: number): readonly Styled[] =>
  facts.filter((fact) => fact !== '').flatMap((fact) => prose(fact, width, theme.muted).slice(0, MOST_ROWS));

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
