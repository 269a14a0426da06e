import { type ReactNode, useCallback, useMemo } from 'react';
import type { LogList } from '../../../programs/telemetry/api.ts';
import { usePolled } from '../browser/hooks.ts';
import { usePage } from '../parts/context.ts';
import { colorClass } from '../parts/process-color.ts';
import { question } from '../state/question.ts';
import { type TraceLine, traceLines } from '../state/trace-lines.ts';
import { timeOf } from '../text/format.ts';
import { plainText } from '../text/spans.ts';

const POLLED_EVERY = 2_000;
const MOST_LINES = 500;

interface TraceLogsProps {
  readonly traceId: string;
  /** Name of the sidecar that has it; empty: the first. */
  readonly from: string;
  /** Its lines are marked. */
  readonly spanId: string | null;
}

/** The log lines of a trace, from telemetry and from the output of the processes. */
export const TraceLogs = ({ traceId, from, spanId }: TraceLogsProps): ReactNode => {
  const { api, pod } = usePage();
  const path = question('telemetry/logs', { trace: traceId, limit: String(MOST_LINES), from });
  const answer = usePolled(
    useCallback((signal: AbortSignal) => api.get<LogList>(path, signal), [api, path]),
    POLLED_EVERY,
  );
  // The output is searched as often as telemetry is asked, and not for every line that comes.
  const lines = useMemo(
    () =>
      traceLines(traceId, answer?.ok === true ? answer.value.logs : [], pod.logs.lines).slice(0, MOST_LINES),
    [traceId, answer, pod],
  );
  return (
    <section className="panel" aria-label="Log lines of the trace">
      <header>
        <h2>Log lines</h2>
      </header>
      {lines.length === 0 ? (
        <p>No line of this trace is known: neither a log record, nor output with its id.</p>
      ) : (
        <ol className="trace-lines">
          {lines.map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a trace have no other name.
            <Line key={at} line={line} isMarked={spanId !== null && line.spanId === spanId} />
          ))}
        </ol>
      )}
    </section>
  );
};

const Line = ({ line, isMarked }: { readonly line: TraceLine; readonly isMarked: boolean }): ReactNode => (
  <li className={isMarked ? 'marked' : ''}>
    <time>{timeOf(new Date(line.time))}</time> <span className={colorClass(line.source)}>{line.source}</span>{' '}
    {line.level !== '' && <b className={`level ${line.level.toLowerCase()}`}>{line.level} </b>}
    {plainText(line.text)}
  </li>
);
