import { spanDuration } from '../../observe/trace-text.ts';
import type { TraceSummary } from '../../programs/telemetry/api.ts';
import { askedSidecar, hasOtherSidecar } from '../state/asked-sidecar.ts';
import { selectedTrace, shownTraces } from '../state/traces-view.ts';
import { clockWithMilliseconds, count } from '../text/format.ts';
import { prose } from '../text/prose.ts';
import { type Styled, span } from '../text/styled.ts';
import type { Page, View } from './view.ts';

const HEADING = '   start         duration   spans  errors  trace';
const NARROW_HEADING = '   start         duration  errors  trace';

/** Below as many columns, names need the room of the spans' number. */
const NARROW = 70;

const isNarrow = ({ size }: View): boolean => size.columns < NARROW;

/** The traces of the telemetry sidecar, newest first. */
export const tracesPage = (view: View): Page => {
  const { traces, state, theme, size } = view;
  const shown = shownTraces(traces, state.traces);
  if (traces.problem !== null || shown.length === 0) {
    const rows = prose(emptyText(view), Math.max(1, size.columns - 2), theme.muted);
    return { title: titleOf(view, shown.length), rows: rows.map((row) => [span(' '), ...row]) };
  }
  const at = selectedTrace(shown, state.traces);
  return {
    title: titleOf(view, shown.length),
    rows: [
      [span(isNarrow(view) ? NARROW_HEADING : HEADING, theme.muted)],
      ...shown.map((trace, index) => rowOf(trace, index === at, view)),
    ],
    at: at + 1,
  };
};

const titleOf = ({ state, snapshot, traces: { list } }: View, shown: number): string => {
  const { traces } = state;
  const from = hasOtherSidecar(state, snapshot) ? `, from ${askedSidecar(state, snapshot, 'telemetry')}` : '';
  const what = [
    traces.errorsOnly ? 'with an error' : '',
    traces.filter === '' ? '' : `with "${traces.filter}"`,
  ];
  const filtered = what.filter((text) => text !== '').join(' and ');
  if (list === null) return `traces${from}`;
  return filtered === ''
    ? `${count(list.length, 'trace')}, newest first${from}`
    : `${count(shown, 'trace')} ${filtered}, newest first${from}`;
};

const emptyText = ({ traces: { problem, list } }: View): string => {
  if (problem !== null) return problem;
  if (list === null) return '…';
  return list.length === 0
    ? 'none yet: traces come from an ambassador or an egress, and from apps with OpenTelemetry'
    : 'no trace has these words';
};

const rowOf = (trace: TraceSummary, isSelected: boolean, view: View): Styled => {
  const { theme } = view;
  const { startTime, duration, spans, errors, root, services } = trace;
  const others = services.filter((service) => service !== root.service);
  return [
    span(isSelected ? ' > ' : '   ', theme.accent),
    span(`${clockWithMilliseconds(startTime)}  `, theme.muted),
    span(spanDuration(duration).padStart(8)),
    span(isNarrow(view) ? '' : String(spans).padStart(8)),
    span(errors === 0 ? '       -' : String(errors).padStart(8), errors === 0 ? theme.muted : theme.failed),
    span(`  ${root.service} `, theme.strong),
    span(root.label),
    span(others.length === 0 ? '' : `  ${others.join(' ')}`, theme.muted),
  ];
};
