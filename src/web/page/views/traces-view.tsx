import { type ReactNode, useCallback, useState } from 'react';
import type { ServiceList, TraceList, TraceSummary } from '../../../programs/telemetry/api.ts';
import { useKeys, usePolled } from '../browser/hooks.ts';
import { Absent } from '../parts/absent.tsx';
import { usePage } from '../parts/context.ts';
import { colorClass } from '../parts/process-color.ts';
import { SearchField } from '../parts/search-field.tsx';
import { SidecarSelect } from '../parts/sidecar-select.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { question } from '../state/question.ts';
import { hashOf } from '../state/route.ts';
import { durationOf, timeOf } from '../text/format.ts';
import { TELEMETRY_EXAMPLE } from './telemetry-example.ts';
import { TraceView } from './trace-view.tsx';

const ROW_HEIGHT = 40;
const POLLED_EVERY = 2_000;
/** Traces that are asked for: the newest. */
const MOST_TRACES = 500;

interface Filter {
  /** Name of the sidecar that is asked; empty: the first. */
  readonly from: string;
  readonly service: string;
  readonly minDuration: string;
  readonly error: boolean;
}

export const TracesView = ({
  item,
  query,
}: {
  readonly item: string;
  readonly query: URLSearchParams;
}): ReactNode =>
  item === '' ? (
    <TraceTable query={query} />
  ) : (
    <TraceView key={item} id={item} from={query.get('from') ?? ''} />
  );

/** The newest traces, live. */
const TraceTable = ({ query }: { readonly query: URLSearchParams }): ReactNode => {
  const { api } = usePage();
  const filter = readFilter(query);
  const path = pathOf(filter);
  const answer = usePolled(
    useCallback((signal: AbortSignal) => api.get<TraceList>(path, signal), [api, path]),
    POLLED_EVERY,
  );
  const [text, setText] = useState('');
  const [selected, setSelected] = useState<string | null>(null);
  useKeys({ e: () => showFilter({ ...filter, error: !filter.error }), Escape: () => setSelected(null) });
  if (answer === null) return <p className="absent">Asking for traces…</p>;
  if (!answer.ok)
    return (
      <>
        <FromField filter={filter} />
        <Absent failure={answer} example={TELEMETRY_EXAMPLE} />
      </>
    );
  const traces = answer.value.traces.filter((trace) => mentions(trace, text));
  const open = (index: number): void => {
    const id = traces[index]?.traceId;
    if (id !== undefined) location.hash = hashOf('traces', id, { from: filter.from });
  };
  return (
    <div className="traces">
      <div className="toolbar">
        <SearchField label="Search traces" value={text} onChange={setText} />
        <FilterFields filter={filter} />
        <FromField filter={filter} />
        <span className="count">
          {traces.length} {traces.length === 1 ? 'trace' : 'traces'}
        </span>
      </div>
      {traces.length === 0 ? (
        <p className="absent">{emptyText(text, filter)}</p>
      ) : (
        <VirtualList
          label="Traces"
          count={traces.length}
          rowHeight={ROW_HEIGHT}
          selected={traces.findIndex(({ traceId }) => traceId === selected)}
          row={(index) => traceRow(traces[index])}
          onSelect={(index) => setSelected(traces[index]?.traceId ?? null)}
          onOpen={open}
        />
      )}
    </div>
  );
};

const emptyText = (text: string, filter: Filter): string =>
  text === '' && pathOf(filter) === pathOf({ ...NOTHING, from: filter.from })
    ? 'No trace has come yet. Processes send them to OTEL_EXPORTER_OTLP_ENDPOINT.'
    : 'No trace of the newest ones fits.';

const NOTHING: Filter = { from: '', service: '', minDuration: '', error: false };

const readFilter = (query: URLSearchParams): Filter => ({
  from: query.get('from') ?? '',
  service: query.get('service') ?? '',
  minDuration: query.get('min') ?? '',
  error: query.get('error') === '1',
});

const showFilter = ({ from, service, minDuration, error }: Filter): void => {
  location.hash = hashOf('traces', '', { from, service, min: minDuration, error: error ? '1' : '' });
};

const pathOf = ({ error, ...filter }: Filter): string =>
  question('telemetry/traces', { limit: String(MOST_TRACES), ...filter, error: error ? '1' : '' });

const FromField = ({ filter }: { readonly filter: Filter }): ReactNode => (
  <SidecarSelect
    use="telemetry"
    value={filter.from}
    onChange={(from) => showFilter({ ...filter, from, service: '' })}
  />
);

const mentions = ({ root, traceId, services }: TraceSummary, text: string): boolean =>
  text === '' ||
  [root.service, root.label, traceId, ...services].join(' ').toLowerCase().includes(text.toLowerCase());

const DURATIONS = ['10ms', '100ms', '1s', '10s'];

const FilterFields = ({ filter }: { readonly filter: Filter }): ReactNode => {
  const { api } = usePage();
  const path = question('telemetry/services', { from: filter.from });
  const answer = usePolled(
    useCallback((signal: AbortSignal) => api.get<ServiceList>(path, signal), [api, path]),
    5 * POLLED_EVERY,
  );
  const known = answer?.ok === true ? answer.value.services.map(({ name }) => name) : [];
  const services = [...new Set([...known, filter.service])].filter(Boolean).sort();
  return (
    <>
      <select
        aria-label="Service"
        value={filter.service}
        onChange={(event) => showFilter({ ...filter, service: event.target.value })}
      >
        <option value="">all services</option>
        {services.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <select
        aria-label="Least duration"
        value={filter.minDuration}
        onChange={(event) => showFilter({ ...filter, minDuration: event.target.value })}
      >
        <option value="">any duration</option>
        {DURATIONS.map((duration) => (
          <option key={duration} value={duration}>{`≥ ${duration.replace(/(?=[a-z])/, ' ')}`}</option>
        ))}
      </select>
      <button
        type="button"
        aria-pressed={filter.error}
        onClick={() => showFilter({ ...filter, error: !filter.error })}
      >
        errors only
      </button>
    </>
  );
};

const traceRow = (trace: TraceSummary | undefined): ReactNode => {
  if (trace === undefined) return null;
  const { root, startTime, duration, spans, errors, services } = trace;
  return (
    <span className={`trace ${errors > 0 ? 'failed' : ''}`}>
      <span className="what">
        <span className={colorClass(root.service)}>{root.service}</span> {root.label}
      </span>
      <span className="duration">{durationOf(duration)}</span>
      <span className="more">
        <time>{timeOf(new Date(startTime))}</time> · {spans} {spans === 1 ? 'span' : 'spans'}
        {services.length > 1 && ` · ${services.length} services`}
        {errors > 0 && <span className="errors"> · {errors === 1 ? '1 error' : `${errors} errors`}</span>}
      </span>
    </span>
  );
};
