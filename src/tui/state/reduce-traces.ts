import { charactersOf, edit } from './line-editor.ts';
import { openTraceOf, selectedSpan, selectedTrace, shownTraces, type TracesView } from './traces-view.ts';
import type { TracesEditor, TracesState, UiState } from './ui-state.ts';

const withTraces = (state: UiState, change: Partial<TracesState>): UiState => ({
  ...state,
  traces: { ...state.traces, ...change },
});

/** Moves among traces or among the spans of the open one; null on other screens. */
export const moveInTraces = (state: UiState, by: number, view: TracesView): UiState | null => {
  if (state.screen === 'traces') {
    const shown = shownTraces(view, state.traces);
    return selectTrace(state, selectedTrace(shown, state.traces) + by, view);
  }
  return state.screen === 'trace' ? moveAmongSpans(state, by, view) : null;
};

/** Selects a trace by its place in the list, or the one at the end that is nearer. */
export const selectTrace = (state: UiState, at: number, view: TracesView): UiState => {
  const shown = shownTraces(view, state.traces);
  const selected = shown[Math.max(0, Math.min(at, shown.length - 1))]?.traceId ?? null;
  return withTraces(state, { selected });
};

/** What is beside the waterfall is of another span then, and begins anew. */
const moveAmongSpans = (state: UiState, by: number, view: TracesView): UiState => {
  const spans = openTraceOf(view, state.traces)?.trace.spans ?? [];
  const at = selectedSpan(spans, state.traces) + by;
  const span = spans[Math.max(0, Math.min(at, spans.length - 1))]?.spanId ?? null;
  return { ...withTraces(state, { span }), scroll: 0 };
};

export const openTrace = (state: UiState, view: TracesView): UiState => {
  const shown = shownTraces(view, state.traces);
  const { traceId } = shown[selectedTrace(shown, state.traces)] ?? {};
  if (traceId === undefined) return { ...state, notice: 'there is no trace to open' };
  return {
    ...withTraces(state, { selected: traceId, open: traceId, span: null }),
    ...{ screen: 'trace', behind: [...state.behind, state.screen], scroll: 0 },
  };
};

export const toggleErrors = (state: UiState): UiState =>
  withTraces(state, { errorsOnly: !state.traces.errorsOnly });

export const editTraces = (state: UiState): UiState => {
  const { filter: text } = state.traces;
  return { ...state, editor: { for: 'traces', text, cursor: charactersOf(text).length } };
};

/** The filter counts with each key. Arrows go through what it leaves. */
export const typeInTraces = (
  state: UiState,
  editor: TracesEditor,
  key: string,
  view: TracesView,
): UiState => {
  switch (key) {
    case 'escape':
    case 'ctrl+c':
      return withTraces({ ...state, editor: null }, { filter: '' });
    case 'enter':
      return { ...state, editor: null };
    case 'up':
    case 'down':
      return moveInTraces(state, key === 'up' ? -1 : 1, view) ?? state;
    default: {
      const next = { ...editor, ...edit(editor, key) };
      return withTraces({ ...state, editor: next }, { filter: next.text });
    }
  }
};
