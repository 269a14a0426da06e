import { isErrorLog, type TraceLog } from '../../observe/trace-logs.ts';
import { spanDuration, valueText } from '../../observe/trace-text.ts';
import { cellsOf, placeSpans, type SpanPlace } from '../../observe/waterfall.ts';
import type { Attributes, Span, Trace } from '../../programs/telemetry/api.ts';
import { type OpenTrace, openTraceOf, selectedSpan } from '../state/traces-view.ts';
import { cleanLine } from '../text/clean-line.ts';
import { clockWithMilliseconds, count } from '../text/format.ts';
import { prose } from '../text/prose.ts';
import type { Style } from '../text/sgr.ts';
import { filledWithDots, plainOf, type Styled, span, styledWidth } from '../text/styled.ts';
import { layoutOf } from './layout.ts';
import type { Page, View } from './view.ts';

/** Columns from which on both parts have room beside each other. */
const SIDE_BY_SIDE = 100;

/** A trace as a waterfall, and beside or below it what the selected span says, and the log lines of the trace. */
export const tracePage = (view: View): Page => {
  const { traces, state, theme } = view;
  const found = openTraceOf(traces, state.traces);
  const id = state.traces.open ?? '';
  if (found === null)
    return { title: `trace ${id}`, rows: [[span(` ${traces.problem ?? '…'}`, theme.muted)]] };
  const { columns } = view.size;
  const layout = layoutOf(view);
  const height = layout.kind === 'page' ? layout.body.height : 1;
  const at = selectedSpan(found.trace.spans, state.traces);
  const parts = columns >= SIDE_BY_SIDE ? beside(columns, height) : below(columns, height, found.trace);
  const spans = waterfall(found.trace, at, parts.spans, view);
  const facts = factRows(found, at, parts.facts.width, view);
  const top = Math.max(0, Math.min(state.scroll, facts.length - parts.facts.height));
  const shown = facts.slice(top, top + parts.facts.height);
  const rows =
    columns >= SIDE_BY_SIDE
      ? joined(spans, shown, parts, view)
      : [...spans, [span('─'.repeat(columns), theme.muted)], ...shown];
  return {
    title: titleOf(found.trace),
    rows: Array.from({ length: height }, (_, index) => rows[index] ?? []),
    scrolled: { height: parts.facts.height, rows: facts.length },
  };
};

interface Box {
  readonly width: number;
  readonly height: number;
}

interface Parts {
  readonly spans: Box;
  readonly facts: Box;
}

const beside = (columns: number, height: number): Parts => {
  const width = Math.floor(columns * 0.6);
  return { spans: { width, height }, facts: { width: columns - width - 2, height } };
};

/** The waterfall has half of the rows at most. */
const below = (width: number, height: number, { spans }: Trace): Parts => {
  const rows = Math.max(1, Math.min(spans.length, Math.floor((height - 1) / 2)));
  return {
    spans: { width, height: rows },
    facts: { width: width - 1, height: Math.max(1, height - rows - 1) },
  };
};

const joined = (
  spans: readonly Styled[],
  facts: readonly Styled[],
  parts: Parts,
  { theme }: View,
): readonly Styled[] =>
  Array.from({ length: parts.spans.height }, (_, at) => [
    ...filledWithDots(spans[at] ?? [], parts.spans.width),
    span('│', theme.muted),
    ...(facts[at] ?? []),
  ]);

const titleOf = ({ traceId, root, duration, spans, errors }: Trace): string =>
  [
    `${root.service}: ${root.label}`,
    spanDuration(duration),
    count(spans.length, 'span'),
    ...(errors === 0 ? [] : [count(errors, 'error')]),
    traceId,
  ].join('   ');

/** The rows around the selected span. */
const waterfall = ({ spans }: Trace, at: number, { width, height }: Box, view: View): readonly Styled[] => {
  const first = Math.max(0, Math.min(at - Math.floor(height / 2), spans.length - height));
  const places = placeSpans(spans);
  const names = Math.floor(width / 2);
  return spans.slice(first, first + height).map((each, index) => {
    const place = places[first + index] ?? { start: 0, length: 1 };
    return spanRow(each, place, { isSelected: first + index === at, names, width }, view);
  });
};

interface SpanRow {
  readonly isSelected: boolean;
  /** Columns of the names. */
  readonly names: number;
  readonly width: number;
}

const DURATION = 9;

const spanRow = (
  { service, label, depth, duration, status }: Span,
  place: SpanPlace,
  { isSelected, names, width }: SpanRow,
  { theme }: View,
): Styled => {
  const isError = status === 'error';
  const { before, size } = cellsOf(place, Math.max(1, width - names - DURATION - 2));
  return [
    ...filledWithDots(
      [
        span(isSelected ? ' > ' : '   ', theme.accent),
        span(`${'  '.repeat(Math.min(depth, Math.floor(names / 6)))}${service} `, theme.muted),
        span(`${label}${isError ? ' ✗' : ''}`, isError ? theme.failed : isSelected ? theme.strong : ''),
      ],
      names,
    ),
    span(`${spanDuration(duration).padStart(DURATION)} `),
    span(`${' '.repeat(before)}`),
    span('█'.repeat(size), isError ? theme.failed : theme.ready),
  ];
};

/** What the selected span says, and the log lines of the trace. */
const factRows = ({ trace, logs }: OpenTrace, at: number, width: number, view: View): readonly Styled[] => {
  const selected = trace.spans[at];
  if (selected === undefined) return [];
  const { theme } = view;
  return [
    [span(` ${selected.service}: ${selected.label}`, theme.strong)],
    ...(selected.statusMessage === '' ? [] : fact('error', selected.statusMessage, width, theme.failed)),
    ...fact('kind', `${selected.kind}, ${spanDuration(selected.duration)}`, width),
    ...attributeRows(selected.attributes, width),
    ...selected.events.flatMap(({ time, name, attributes }) => [
      ...fact('event', `${name} after ${spanDuration(time - selected.startTime)}`, width, theme.waiting),
      ...attributeRows(attributes, width, '   '),
    ]),
    ...selected.links.flatMap(({ traceId, spanId }) => fact('link', `${traceId} ${spanId}`, width)),
    [],
    [span(` ${logs.length === 0 ? 'no log lines' : 'log lines of the trace'}`, theme.strong)],
    ...logs.flatMap((log) => logRows(log, width, view)),
  ];
};

const attributeRows = (attributes: Attributes, width: number, indent = ' '): readonly Styled[] =>
  Object.entries(attributes).flatMap(([key, value]) => fact(key, valueText(value), width, '', indent));

/** What services say is untrusted. */
const fact = (
  key: string,
  value: string,
  width: number,
  style: Style = '',
  indent = ' ',
): readonly Styled[] =>
  prose(safe(`${key}: ${value}`), Math.max(1, width - indent.length), style).map((row) => [
    span(indent),
    ...row,
  ]);

/** What a log line continues with stands below its time. */
const HANGING = '   ';

const logRows = (log: TraceLog, width: number, { theme }: View): readonly Styled[] => {
  const { time, source, severity, text } = log;
  const head: Styled = [span(` ${clockWithMilliseconds(time)} ${source} `, theme.muted)];
  const said = severity === '' ? safe(text) : `${severity} ${safe(text)}`;
  const room = Math.max(10, width - styledWidth(head));
  const style = isErrorLog(log) ? theme.failed : '';
  const [first = []] = prose(said, room, style);
  const more = said.slice(plainOf(first).length).trimStart();
  const rest = more === '' ? [] : prose(more, Math.max(1, width - HANGING.length), style);
  return [[...head, ...first], ...rest.map((row) => [span(HANGING), ...row])];
};

const safe = (text: string): string => plainOf(cleanLine(Buffer.from(text), false));
