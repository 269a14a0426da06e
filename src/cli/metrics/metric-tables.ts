import type { MetricSeries, SeriesLabels } from '../../observe/ask-prometheus.ts';
import { CHOSEN_METRICS } from '../../observe/chosen-metrics.ts';
import { metricText } from '../../observe/metric-text.ts';
import type { MetricHistory } from '../../observe/process-metrics.ts';
import { printable } from '../../report/printable.ts';
import { sparkline } from '../../tui/text/sparkline.ts';
import { type Column, fitTable } from '../fit-table.ts';

const SPARKS = 60;

interface OfProcess {
  readonly process: string;
  readonly metrics: readonly MetricHistory[];
}

const newest = ({ points, unit }: MetricHistory): string => metricText(points.at(-1)?.[1] ?? 0, unit);

/** The newest figures of processes, a row for each, without columns that nobody has. */
export const processTable = (all: readonly OfProcess[], width: number): readonly string[] => {
  const shown = CHOSEN_METRICS.filter(({ name }) =>
    all.some(({ metrics }) => metrics.some((metric) => metric.name === name)),
  );
  const columns: readonly Column[] = [
    { title: 'PROCESS', rank: 0 },
    ...shown.map(({ name }, index) => ({ title: name.toUpperCase(), rank: index + 1 })),
  ];
  const rows = all.map(({ process, metrics }) => ({
    cells: [
      printable(process),
      ...shown.map(({ name }) => {
        const found = metrics.find((metric) => metric.name === name);
        return found === undefined ? '-' : newest(found);
      }),
    ],
    note: '',
  }));
  return fitTable({ columns, noteTitle: '', rows }, width, (cell) => cell).map((line) => line.trimEnd());
};

const HISTORY: readonly Column[] = [
  { title: 'METRIC', rank: 0 },
  { title: 'NOW', rank: 1 },
  { title: 'MOST', rank: 2 },
];

/** The figures of one process over time. */
export const historyTable = (metrics: readonly MetricHistory[], width: number): readonly string[] => {
  const rows = metrics.map((metric) => {
    const values = metric.points.map(([, value]) => value);
    return {
      cells: [metric.name, newest(metric), metricText(Math.max(...values), metric.unit)],
      note: sparkline(values, SPARKS),
    };
  });
  return fitTable({ columns: HISTORY, noteTitle: 'OVER TIME', rows }, width, (cell) => cell);
};

/** The series of an answer: as they are now, or over time. */
export const seriesTable = (series: readonly MetricSeries[], width: number): readonly string[] => {
  const isOverTime = series.some(({ points }) => points.length > 1);
  const columns: readonly Column[] = [
    { title: 'VALUE', rank: 0 },
    ...(isOverTime ? [{ title: 'OVER TIME', rank: 1 }] : []),
  ];
  const rows = series.map(({ labels, points }) => {
    const values = points.map(([, value]) => value);
    const line = sparkline(values.filter(Number.isFinite), SPARKS);
    return {
      cells: [String(values.at(-1) ?? ''), ...(isOverTime ? [line] : [])],
      note: printable(labelsText(labels)),
    };
  });
  return fitTable({ columns, noteTitle: 'SERIES', rows }, width, (cell) => cell);
};

/** As Prometheus writes them. */
const labelsText = (labels: SeriesLabels): string => {
  const { __name__: name = '', ...rest } = labels;
  const pairs = Object.entries(rest).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 && name !== '' ? name : `${name}{${pairs.join(', ')}}`;
};
