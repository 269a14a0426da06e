import { askMetricsRange, type MetricPoint, type MetricRange } from './ask-prometheus.ts';
import { CHOSEN_METRICS, type ChosenMetric } from './chosen-metrics.ts';
import type { FoundSidecar } from './find-sidecar.ts';
import type { JsonAnswer } from './get-json.ts';

/** A figure of a process over a range. */
export interface MetricHistory {
  readonly name: ChosenMetric['name'];
  readonly unit: ChosenMetric['unit'];
  /** Oldest first; there are none for a time without samples. */
  readonly points: readonly MetricPoint[];
}

/** The figures of a process that Prometheus has, in the order in which they are shown. */
export const askProcessMetrics = async (
  at: FoundSidecar,
  process: string,
  range: MetricRange,
  signal?: AbortSignal,
): Promise<JsonAnswer<readonly MetricHistory[]>> => {
  const answers = await Promise.all(
    CHOSEN_METRICS.map((metric) => askFirst(at, metric, process, range, signal)),
  );
  const histories: MetricHistory[] = [];
  for (const answer of answers) {
    if (!answer.ok) return answer;
    if (answer.value.points.length > 0) histories.push(answer.value);
  }
  return { ok: true, value: histories };
};

const askFirst = async (
  at: FoundSidecar,
  { name, unit, queries }: ChosenMetric,
  process: string,
  range: MetricRange,
  signal: AbortSignal | undefined,
): Promise<JsonAnswer<MetricHistory>> => {
  for (const query of queries(process)) {
    const answer = await askMetricsRange(at, query, range, signal);
    if (!answer.ok) return answer;
    const points = (answer.value[0]?.points ?? []).filter(([, value]) => Number.isFinite(value));
    if (points.length > 0) return { ok: true, value: { name, unit, points } };
  }
  return { ok: true, value: { name, unit, points: [] } };
};
