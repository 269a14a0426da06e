import { type CSSProperties, type ReactNode, useCallback, useState } from 'react';
import type { Span, Trace } from '../../../programs/telemetry/api.ts';
import { useKeys, usePolled } from '../browser/hooks.ts';
import { Absent } from '../parts/absent.tsx';
import { usePage } from '../parts/context.ts';
import { colorClass } from '../parts/process-color.ts';
import { VirtualList } from '../parts/virtual-list.tsx';
import { question } from '../state/question.ts';
import { hashOf } from '../state/route.ts';
import { durationOf } from '../text/format.ts';
import { SpanPanel } from './span-panel.tsx';
import { TELEMETRY_EXAMPLE } from './telemetry-example.ts';
import { TraceLogs } from './trace-logs.tsx';

const ROW_HEIGHT = 26;
/** Spans of a trace may come late. */
const POLLED_EVERY = 2_000;

interface TraceViewProps {
  readonly id: string;
  /** Name of the sidecar that has it; empty: the first. */
  readonly from: string;
}

/** One trace: its spans as a waterfall, the attributes of one of them, and the log lines of the trace. */
export const TraceView = ({ id, from }: TraceViewProps): ReactNode => {
  const { api } = usePage();
  const path = question(`telemetry/traces/${id}`, { from });
  const answer = usePolled(
    useCallback((signal: AbortSignal) => api.get<Trace>(path, signal), [api, path]),
    POLLED_EVERY,
  );
  const [selected, setSelected] = useState<string | null>(null);
  useKeys({
    Escape: () => {
      if (selected === null) location.hash = hashOf('traces', '', { from });
      else setSelected(null);
    },
  });
  if (answer === null) return <p className="absent">Asking for the trace…</p>;
  if (!answer.ok) return <Absent failure={answer} example={TELEMETRY_EXAMPLE} />;
  const trace = answer.value;
  const { spans } = trace;
  const index = spans.findIndex(({ spanId }) => spanId === selected);
  const span = spans[index];
  return (
    <div className="one-trace">
      <div className="toolbar">
        <a href={hashOf('traces', '', { from })} className="button">
          all traces
        </a>
        <h2>
          <span className={colorClass(trace.root.service)}>{trace.root.service}</span> {trace.root.label}
        </h2>
        <span className="count">
          {durationOf(trace.duration)} · {spans.length} {spans.length === 1 ? 'span' : 'spans'}
          {trace.errors > 0 && <span className="errors"> · {trace.errors} failed</span>}
        </span>
      </div>
      <Scale duration={trace.duration} />
      <VirtualList
        label={`Spans of trace ${id.slice(0, 8)}`}
        count={spans.length}
        rowHeight={ROW_HEIGHT}
        selected={index}
        row={(at) => spanRow(spans[at], trace)}
        onSelect={(at) => setSelected(spans[at]?.spanId ?? null)}
      />
      <div className="beside">
        {span !== undefined && <SpanPanel span={span} trace={trace} onClose={() => setSelected(null)} />}
        <TraceLogs traceId={trace.traceId} from={from} spanId={span?.spanId ?? null} />
      </div>
    </div>
  );
};

const TICKS = [0, 0.25, 0.5, 0.75, 1];

const Scale = ({ duration }: { readonly duration: number }): ReactNode => (
  <div className="scale" aria-hidden="true">
    <span />
    <span className="ticks">
      {TICKS.map((share) => (
        <span key={share} style={{ left: `${share * 100}%` }}>
          {durationOf(duration * share)}
        </span>
      ))}
    </span>
  </div>
);

const spanRow = (span: Span | undefined, { startTime, duration }: Trace): ReactNode => {
  if (span === undefined) return null;
  const whole = duration > 0 ? duration : 1;
  const from = Math.min(1, Math.max(0, (span.startTime - startTime) / whole));
  const width = Math.min(1 - from, span.duration / whole);
  return (
    <span className={`span ${span.status === 'error' ? 'failed' : ''}`}>
      <span className="what" style={{ '--depth': Math.min(span.depth, 20) } as CSSProperties}>
        {span.status === 'error' && (
          <span role="img" className="errors" aria-label="failed">
            ✗{' '}
          </span>
        )}
        {span.label} <span className={`of ${colorClass(span.service)}`}>{span.service}</span>
      </span>
      <span className="lane">
        <span
          className={`bar ${colorClass(span.service)}`}
          style={{ left: `${from * 100}%`, width: `max(2px, ${width * 100}%)` }}
        />
        <span
          className={`took ${from > 0.6 ? 'before' : ''}`}
          style={from > 0.6 ? { right: `${(1 - from) * 100}%` } : { left: `${(from + width) * 100}%` }}
        >
          {durationOf(span.duration)}
        </span>
      </span>
    </span>
  );
};
