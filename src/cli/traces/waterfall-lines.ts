import { spanDuration, valueText } from '../../observe/trace-text.ts';
import { cellsOf, placeSpans, type SpanPlace } from '../../observe/waterfall.ts';
import type { Attributes, Span, Trace } from '../../programs/telemetry/api.ts';
import { clockTime } from '../../report/clock-time.ts';
import { printable } from '../../report/printable.ts';
import { widthOf } from '../../tui/text/width.ts';
import { cut, wrapHanging } from '../fit-text.ts';
import type { Paint } from '../paint.ts';

interface Shown {
  /** Columns; in a pipe without a limit. */
  readonly width: number;
  readonly paint: Paint;
  readonly withAttributes: boolean;
}

/** Bars in a pipe, and at most on a wide terminal. */
const WIDEST_BARS = 60;
const NARROWEST_BARS = 6;
const GAP = '  ';

/** A trace as lines: a head, and a line for each span with a bar for its time within the trace. */
export const waterfallLines = (trace: Trace, shown: Shown): readonly string[] => {
  const rows = trace.spans.map(rowOf);
  const columns = columnsFor(rows, shown.width);
  const places = placeSpans(trace.spans);
  return [
    printable(headOf(trace)),
    ...rows.flatMap((row, at) => [
      lineOf(row, places[at] ?? { start: 0, length: 1 }, columns, shown.paint),
      ...(shown.withAttributes ? detailsOf(row.span, shown) : failureOf(row.span, shown)),
    ]),
  ];
};

const headOf = ({ traceId, root, startTime, duration, spans, errors }: Trace): string => {
  const count = spans.length === 1 ? '1 span' : `${spans.length} spans`;
  const failed = errors === 0 ? '' : `, ${errors === 1 ? '1 error' : `${errors} errors`}`;
  return `trace ${traceId}  ${root.service}: ${root.label}  ${clockTime(startTime)}  ${spanDuration(duration)}  ${count}${failed}`;
};

interface Row {
  readonly span: Span;
  readonly service: string;
  readonly name: string;
  readonly duration: string;
}

/** Without colors, an error is told by its mark. */
const rowOf = (span: Span): Row => ({
  span,
  service: printable(span.service),
  name: `${'  '.repeat(Math.min(span.depth, 20))}${printable(span.label)}${span.status === 'error' ? ' ✗' : ''}`,
  duration: spanDuration(span.duration),
});

interface Columns {
  readonly service: number;
  readonly name: number;
  readonly duration: number;
  readonly bars: number;
}

const columnsFor = (rows: readonly Row[], width: number): Columns => {
  const widest = (read: (row: Row) => string): number =>
    Math.max(0, ...rows.map((row) => widthOf(read(row))));
  const [service, name, duration] = [
    Math.min(
      20,
      widest((row) => row.service),
    ),
    widest((row) => row.name),
    widest((row) => row.duration),
  ];
  const left = width - service - duration - 3 * GAP.length;
  const bars = Math.max(NARROWEST_BARS, Math.min(WIDEST_BARS, left - Math.min(name, Math.floor(left / 2))));
  return { service, duration, bars, name: Math.max(4, Math.min(name, left - bars)) };
};

const lineOf = (
  { span, service, name, duration }: Row,
  place: SpanPlace,
  columns: Columns,
  paint: Paint,
): string => {
  const { before, size } = cellsOf(place, columns.bars);
  const bar = '█'.repeat(size);
  const isError = span.status === 'error';
  return [
    paint(fill(service, columns.service), 'dim'),
    isError ? paint(fill(name, columns.name), 'red') : fill(name, columns.name),
    duration.padStart(columns.duration),
    `${' '.repeat(before)}${paint(bar, isError ? 'red' : 'green')}`,
  ].join(GAP);
};

const fill = (text: string, width: number): string => {
  const fitted = cut(text, width);
  return fitted + ' '.repeat(Math.max(0, width - widthOf(fitted)));
};

const failureOf = ({ status, statusMessage }: Span, { width }: Shown): readonly string[] =>
  status === 'error' && statusMessage !== '' ? detail('error', statusMessage, width) : [];

const detailsOf = (span: Span, shown: Shown): readonly string[] => [
  ...detail('span', `${span.spanId} (${span.kind})`, shown.width),
  ...failureOf(span, shown),
  ...attributeLines(span.attributes, shown.width),
  ...span.events.flatMap(({ time, name, attributes }) => [
    ...detail('event', `${name} after ${spanDuration(time - span.startTime)}`, shown.width),
    ...attributeLines(attributes, shown.width, 4),
  ]),
  ...span.links.flatMap(({ traceId, spanId }) => detail('link', `${traceId} ${spanId}`, shown.width)),
];

const attributeLines = (attributes: Attributes, width: number, indent = 2): readonly string[] =>
  Object.entries(attributes).flatMap(([key, value]) => detail(key, valueText(value), width, indent));

const detail = (key: string, value: string, width: number, indent = 2): readonly string[] =>
  wrapHanging(printable(`${key}: ${value}`), width - indent, 2).map((row) => ' '.repeat(indent) + row);
