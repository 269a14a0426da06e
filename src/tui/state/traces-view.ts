import type { TraceLog } from '../../observe/trace-logs.ts';
import type { Span, Trace, TraceSummary } from '../../programs/telemetry/api.ts';
import type { TracesState } from './ui-state.ts';

/** What is known of traces. */
export interface TracesView {
  /** Why they cannot be asked for, as a sentence; null: they can. */
  readonly problem: string | null;
  /** Newest first; null until they have arrived. */
  readonly list: readonly TraceSummary[] | null;
  /** The open trace; null until it has arrived. */
  readonly open: OpenTrace | null;
}

export interface OpenTrace {
  readonly trace: Trace;
  /** Oldest first. */
  readonly logs: readonly TraceLog[];
}

export const NO_TRACES: TracesView = { problem: null, list: null, open: null };

/** The traces that the filter leaves. */
export const shownTraces = (
  { list }: TracesView,
  { filter, errorsOnly }: TracesState,
): readonly TraceSummary[] => {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return (list ?? []).filter((trace) => {
    const text = textOf(trace);
    return (!errorsOnly || trace.errors > 0) && words.every((word) => text.includes(word));
  });
};

const textOf = ({ traceId, root, services }: TraceSummary): string =>
  [traceId, root.service, root.label, ...services].join(' ').toLowerCase();

/** Index of the selected one; 0 if it is not there. */
export const selectedTrace = (shown: readonly TraceSummary[], { selected }: TracesState): number =>
  Math.max(
    0,
    shown.findIndex(({ traceId }) => traceId === selected),
  );

/** The open trace, if it is the one that is asked for. */
export const openTraceOf = ({ open }: TracesView, traces: TracesState): OpenTrace | null =>
  open?.trace.traceId === traces.open ? open : null;

export const selectedSpan = (spans: readonly Span[], { span }: TracesState): number =>
  Math.max(
    0,
    spans.findIndex(({ spanId }) => spanId === span),
  );
