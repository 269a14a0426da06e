import type {
  CommandSnapshot,
  ExitSnapshot,
  ProbeDetails,
  ProcessDetails,
  ProcessSnapshot,
  TreeEntry,
} from '../../control/pod-client.ts';
import { originText } from '../../model/origin-text.ts';
import { keyLabel, keyOf } from '../state/key-table.ts';
import { cleanLine } from '../text/clean-line.ts';
import { age, clockWithSeconds, count, cpu, memory, seconds } from '../text/format.ts';
import { prose } from '../text/prose.ts';
import type { Style } from '../text/sgr.ts';
import { sparkline } from '../text/sparkline.ts';
import { plainOf, type Styled, span, styledWidth } from '../text/styled.ts';
import { portRows } from './port-rows.ts';
import { appText } from './process-list.ts';
import { MARKS, ROLES, stateStyle } from './state-mark.ts';
import { type Page, selectedProcess, type View } from './view.ts';

const LABEL_WIDTH = 13;
const INDENT = '   ';

/** Shows all facts about a process. */
export const detailsPage = (view: View): Page => {
  const process = selectedProcess(view);
  const title = process === null ? 'details' : `${process.name}: details`;
  const { details } = view;
  if (process === null || details?.name !== process.name) return { title, rows: [[span(' …')]] };
  const sections = [
    now(view),
    list(view, 'why', [
      ...details.explanation,
      ...statusSentences(process),
      ...inputSentences(view, process),
    ]),
    usageRows(view),
    [...list(view, 'command', [details.command]), ...list(view, 'folder', [details.cwd])],
    labeled(view, 'ports', portRows(process, valueWidth(view))),
    list(
      view,
      'files',
      process.files.map(({ path, secret }) => `${path}${secret ? '  secret' : ''}`),
    ),
    list(
      view,
      'depends on',
      process.dependsOn.map(({ process: name, condition }) => `${name} ${condition}`),
    ),
    list(view, 'processes', treeText(details.tree)),
    list(view, 'probes', details.probes.flatMap(probeText)),
    list(view, 'exits', details.exits.map(exitText)),
    list(view, 'commands', process.commands.map(ownCommandText)),
    list(view, 'log file', process.logFile === null ? [] : [process.logFile]),
    environment(view, details),
  ];
  return { title, rows: sections.filter((rows) => rows.length > 0).flatMap((rows) => [...rows, []]) };
};

const statusSentences = ({ statusText }: ProcessSnapshot): readonly string[] =>
  statusText === null ? [] : [`It says: ${statusText}`];

const inputSentences = ({ keys }: View, { waitsForInput }: ProcessSnapshot): readonly string[] => {
  const key = keyOf(keys, 'input');
  if (!waitsForInput) return [];
  return [
    key === undefined
      ? 'It waits for input.'
      : `It waits for input: ${keyLabel(key)} in its log types into it.`,
  ];
};

const now = (view: View): readonly Styled[] => {
  const process = selectedProcess(view);
  if (process === null) return [];
  const usage = view.usage.get(process.name);
  const facts = [
    ROLES[process.role].word,
    appText(process),
    process.origin === null ? '' : originText(process.origin),
    process.pid === null ? '' : `pid ${process.pid}`,
    process.launchedAt === null ? '' : `up ${age(view.now - process.launchedAt)}`,
    count(process.restarts, 'restart'),
    usage === undefined
      ? ''
      : `${cpu(usage.cpu)} cpu, ${memory(usage.memory)} in ${count(usage.processes, 'process', 'processes')}`,
  ].filter((fact) => fact !== '');
  const style = stateStyle(process.state, view.theme);
  const title = [
    span(` ${MARKS[process.state]} `, style),
    span(process.name, view.theme.strong),
    span(` ${process.state}`, style),
  ];
  const width = Math.max(1, view.size.columns - INDENT.length);
  const below = (text: string, look: Style = ''): readonly Styled[] =>
    prose(text, width, look).map((row) => [span(INDENT), ...row]);
  const told = facts.join('   ');
  const isShort = styledWidth(title) + INDENT.length + told.length <= view.size.columns;
  return [
    ...(isShort ? [[...title, span(INDENT + told)]] : [title, ...below(told)]),
    ...(process.description === '' ? [] : below(process.description, view.theme.muted)),
  ];
};

/** The last minute of CPU and memory, with the newest and the highest value of each. */
const usageRows = (view: View): readonly Styled[] => {
  const { pastUsage } = view;
  if (pastUsage === null) return [];
  const rows = [
    ['cpu', pastUsage.cpu, cpu],
    ['memory', pastUsage.memory, memory],
  ] as const;
  return rows.flatMap(([label, values, text]) => list(view, label, [usageText(view, values, text)]));
};

const usageText = ({ size }: View, values: readonly number[], text: (value: number) => string): string => {
  const figures = `  ${text(values.at(-1) ?? 0)}, ${text(Math.max(...values))} at most in the last minute`;
  return sparkline(values, Math.max(1, size.columns - LABEL_WIDTH - 1 - figures.length)) + figures;
};

/** Rows under a label at the left, wrapped; none for an empty list. */
const list = (view: View, label: string, texts: readonly string[]): readonly Styled[] => {
  // A process's name for itself is as untrusted as its output.
  const clean = texts.map((text) => plainOf(cleanLine(Buffer.from(text), false)));
  return labeled(
    view,
    label,
    clean.flatMap((text) => prose(text, valueWidth(view))),
  );
};

const valueWidth = ({ size }: View): number => Math.max(1, size.columns - LABEL_WIDTH - 1);

const labeled = ({ theme }: View, label: string, rows: readonly Styled[]): readonly Styled[] =>
  rows.map((row, index) => [span(` ${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}`, theme.muted), ...row]);

const ownCommandText = ({ name, command, description, pid, lastExit }: CommandSnapshot): string => {
  const now = pid === null ? lastExit?.text : `running, pid ${pid}`;
  const about = description === '' ? command : `${command}  ${description}`;
  return `${name}: ${about}${now === undefined ? '' : `  (${now})`}`;
};

const treeText = (tree: readonly TreeEntry[]): readonly string[] => {
  const depths = new Map<number, number>();
  return tree.map(({ pid, parentPid, command }) => {
    const depth = (depths.get(parentPid) ?? -1) + 1;
    depths.set(pid, depth);
    return `${'  '.repeat(depth)}${pid} ${command}`;
  });
};

const probeText = ({ probe, target, ok, history }: ProbeDetails): readonly string[] => [
  `${probe}: ${target}: ${ok === null ? 'no result yet' : ok ? 'passing' : 'failing'}`,
  ...history.map(
    ({ at, ok: was, message }) => `  ${clockWithSeconds(at)} ${was ? 'passed' : `failed: ${message}`}`,
  ),
];

const exitText = ({ at, text, ranFor }: ExitSnapshot): string =>
  `${clockWithSeconds(at)} ${text} after ${seconds(ranFor)}`;

const HIDDEN = '••••••';

/** Values may be secrets, and screens are shared: values are shown only on request. */
const environment = (view: View, { env }: ProcessDetails): readonly Styled[] => {
  const { envShown } = view.state;
  const rows = env.map(
    ({ name, value, providedBy }) =>
      `${name}=${envShown ? value : HIDDEN}${providedBy === undefined ? '' : `  from ${providedBy}`}`,
  );
  return list(view, 'environment', envShown ? rows : [`${env.length} variables, values hidden`, ...rows]);
};
