import { type ReactNode, useCallback } from 'react';
import { usePolled, useSignal } from '../browser/hooks.ts';
import { Absent } from '../parts/absent.tsx';
import { usePage } from '../parts/context.ts';
import { Plot } from '../parts/plot.tsx';
import { colorNumber } from '../parts/process-color.ts';
import { SidecarSelect } from '../parts/sidecar-select.tsx';
import { type Plotted, plotUsage } from '../state/plotted.ts';
import { question } from '../state/question.ts';
import { hashOf } from '../state/route.ts';
import { bytesOf, coresOf } from '../text/format.ts';
import { QueryField } from './query-field.tsx';
import { QueryPlot } from './query-plot.tsx';

const EXAMPLE = `sidecars: {
  prometheus: { use: 'prometheus' },
  monitor: { use: 'monitor' },
}`;

/** Names and descriptions of what is plotted, where there are values. */
const QUERIES = [
  [
    'Requests per second',
    'sum by (job, http_response_status_code) (rate(http_server_request_duration_seconds_count[1m]))',
  ],
  [
    'Duration of requests, 95 %, in seconds',
    'histogram_quantile(0.95, sum by (job, le) (rate(http_server_request_duration_seconds_bucket[1m])))',
  ],
  ['Restarts', 'sum by (process) (sidecarctl_process_restarts_total)'],
  ['Open descriptors', 'sum by (process) (process_open_fds{process!=""})'],
] as const;

const RANGES = ['5m', '15m', '1h', '2h'];

/** Plots: the usage that sidecarctl measures, and what the pod's prometheus has. */
export const MetricsView = ({ query }: { readonly query: URLSearchParams }): ReactNode => {
  const { api } = usePage();
  const range = query.get('range') ?? '15m';
  const own = query.get('query') ?? '';
  const from = query.get('from') ?? '';
  const show = (change: Readonly<Record<string, string>>): void => {
    location.hash = hashOf('metrics', '', { range, query: own, from, ...change });
  };
  const path = question('prometheus/label/__name__/values', { from });
  const names = usePolled(
    useCallback(
      (signal: AbortSignal) => api.get<{ readonly data: readonly string[] }>(path, signal),
      [api, path],
    ),
    15_000,
  );
  const known = names?.ok === true ? names.value.data : [];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without something to focus in it, keys could not scroll it.
    <section className="metrics" aria-label="Plots" tabIndex={0}>
      {names?.ok === true && (
        <div className="toolbar">
          <QueryField key={own} value={own} names={known} onChange={(text) => show({ query: text })} />
          <select aria-label="Range" value={range} onChange={(event) => show({ range: event.target.value })}>
            {RANGES.map((each) => (
              <option key={each} value={each}>{`last ${each.replace(/(?=[a-z])/, ' ')}`}</option>
            ))}
          </select>
          <SidecarSelect use="prometheus" value={from} onChange={(name) => show({ from: name })} />
        </div>
      )}
      <div className="plots">
        {own !== '' && names?.ok === true && (
          <QueryPlot title={own} query={own} range={range} from={from} isAsked />
        )}
        <UsagePlots />
        {names?.ok === true &&
          QUERIES.map(([title, text]) => (
            <QueryPlot key={title} title={title} query={text} range={range} from={from} />
          ))}
      </div>
      {names?.ok === false && (
        <>
          <SidecarSelect use="prometheus" value={from} onChange={(name) => show({ from: name })} />
          <Absent failure={names} example={EXAMPLE} />
        </>
      )}
    </section>
  );
};

const UsagePlots = (): ReactNode => {
  const { pod } = usePage();
  useSignal(pod.podChanged);
  const cpu = colored(plotUsage(pod.usage, (sample) => sample.cpu));
  const memory = colored(plotUsage(pod.usage, (sample) => sample.memory));
  return (
    <>
      <Plot title="CPU, of one core" {...cpu} format={coresOf} />
      <Plot title="Memory" {...memory} format={bytesOf} isBinary />
    </>
  );
};

/** A process has the same color in all views. */
const colored = ({ times, series }: Plotted): Plotted => ({
  times,
  series: series.map((one) => ({ ...one, color: colorNumber(one.name) })),
});
