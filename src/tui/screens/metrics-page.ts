import type { ChosenMetric } from '../../observe/chosen-metrics.ts';
import { metricText } from '../../observe/metric-text.ts';
import type { MetricHistory } from '../../observe/process-metrics.ts';
import { askedSidecar, hasOtherSidecar } from '../state/asked-sidecar.ts';
import { prose } from '../text/prose.ts';
import { sparkline } from '../text/sparkline.ts';
import { type Styled, span } from '../text/styled.ts';
import { type Page, selectedProcess, type View } from './view.ts';

const LABEL_WIDTH = 13;

/** Widest figures: `999 MiB, 999 MiB at most`. */
const FIGURES_WIDTH = 26;

/** Shows the figures of a process over time, and where more would come from. */
export const metricsPage = (view: View): Page => {
  const process = selectedProcess(view);
  const title = process === null ? 'metrics' : `${process.name}: metrics`;
  if (process === null) return { title, rows: [[span(' …')]] };
  const { histories, problem } = ofProcess(view, process.name);
  const asked = histories ?? [];
  const own = ownHistories(view).filter(({ name }) => asked.every((other) => other.name !== name));
  return {
    title,
    rows: [
      ...section(view, own, 'the last minute, as the dashboard has it'),
      ...section(view, asked, `the last 15 minutes, as ${sourceOf(view)} has them`),
      ...advice(view, histories, problem),
    ],
  };
};

const sourceOf = ({ state, snapshot }: View): string =>
  hasOtherSidecar(state, snapshot)
    ? (askedSidecar(state, snapshot, 'prometheus') ?? '')
    : 'the prometheus sidecar';

/** Those of another process are still there for a moment. */
const ofProcess = ({ metrics }: View, name: string): Pick<View['metrics'], 'histories' | 'problem'> =>
  metrics.process === name ? metrics : { histories: null, problem: null };

/** What the dashboard samples itself. */
const ownHistories = ({ pastUsage }: View): readonly MetricHistory[] => {
  if (pastUsage === null) return [];
  const history = (
    name: ChosenMetric['name'],
    unit: ChosenMetric['unit'],
    values: readonly number[],
  ): MetricHistory => ({ name, unit, points: values.map((value, second) => [second * 1000, value]) });
  return [history('cpu', 'cores', pastUsage.cpu), history('memory', 'bytes', pastUsage.memory)];
};

const section = (view: View, histories: readonly MetricHistory[], heading: string): readonly Styled[] =>
  histories.length === 0
    ? []
    : [[span(` ${heading}`, view.theme.muted)], ...histories.map((each) => historyRow(view, each)), []];

const historyRow = ({ size, theme }: View, { name, unit, points }: MetricHistory): Styled => {
  const values = points.map(([, value]) => value);
  const figures = `${metricText(values.at(-1) ?? 0, unit)}, ${metricText(Math.max(...values), unit)} at most`;
  const width = Math.max(1, size.columns - 2 - LABEL_WIDTH - FIGURES_WIDTH);
  const drawn = sparkline(values, width);
  return [
    span(` ${name.padEnd(LABEL_WIDTH)}`, theme.muted),
    span(drawn.padStart(Math.min(width, 90)), theme.accent),
    span(`  ${figures}`),
  ];
};

const NEEDS: ReadonlyArray<readonly [ChosenMetric['name'], string]> = [
  ['restarts', "CPU, memory, descriptors and restarts come from a monitor: watch: { use: 'monitor' }"],
  ['requests', 'requests, errors and durations come from an ambassador in front of it, or from telemetry'],
];

/** What to add to the config, to see more. */
const advice = (
  view: View,
  histories: View['metrics']['histories'],
  problem: string | null,
): readonly Styled[] => {
  const missing = NEEDS.filter(([name]) => (histories ?? []).every((each) => each.name !== name));
  const texts = problem === null ? (histories === null ? [] : missing.map(([, text]) => text)) : [problem];
  return texts.flatMap((text) =>
    prose(text, Math.max(1, view.size.columns - 2), view.theme.muted).map((row) => [span(' '), ...row]),
  );
};
