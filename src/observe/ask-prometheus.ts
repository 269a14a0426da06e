import { getJson, type JsonAnswer, type JsonFailure } from './get-json.ts';

interface At {
  readonly host: string;
  readonly port: number;
}

export type SeriesLabels = Readonly<Record<string, string>>;

/** A time in milliseconds since 1970, and the value then. */
export type MetricPoint = readonly [number, number];

/** A series of an answer, with its points, oldest first. */
export interface MetricSeries {
  /** With `__name__`, unless the query has taken it away. */
  readonly labels: SeriesLabels;
  readonly points: readonly MetricPoint[];
}

/** From one time to another, in milliseconds, with a step between two points. */
export interface MetricRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** The series that a query has now. A number is one without labels. */
export const askMetrics = async (
  at: At,
  query: string,
  signal?: AbortSignal,
): Promise<JsonAnswer<readonly MetricSeries[]>> => seriesIn(await ask(at, 'query', { query }, signal));

/** The series that a query has over a range. */
export const askMetricsRange = async (
  at: At,
  query: string,
  { start, end, step }: MetricRange,
  signal?: AbortSignal,
): Promise<JsonAnswer<readonly MetricSeries[]>> => {
  const parameters = { query, start: seconds(start), end: seconds(end), step: seconds(step) };
  return seriesIn(await ask(at, 'query_range', parameters, signal));
};

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

const ask = (
  at: At,
  path: string,
  parameters: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<JsonAnswer<Answer>> =>
  getJson<Answer>(
    at,
    `/api/v1/${path}?${new URLSearchParams(parameters)}`,
    signal === undefined ? {} : { signal },
  );

type WrittenPoint = readonly [number, string];

interface WrittenSeries {
  readonly metric: SeriesLabels;
  readonly value?: WrittenPoint;
  readonly values?: readonly WrittenPoint[];
}

interface Answer {
  readonly data?: { readonly resultType: string; readonly result: unknown };
}

const NOT_PROMETHEUS: JsonFailure = { kind: 'not-json' };

const seriesIn = (answer: JsonAnswer<Answer>): JsonAnswer<readonly MetricSeries[]> => {
  if (!answer.ok) return answer;
  const { data } = answer.value;
  if (data === undefined) return { ok: false, failure: NOT_PROMETHEUS };
  if (data.resultType === 'scalar')
    return { ok: true, value: [{ labels: {}, points: [pointOf(data.result as WrittenPoint)] }] };
  const series = data.result as readonly WrittenSeries[];
  return { ok: true, value: series.map(readSeries) };
};

const readSeries = ({ metric, value, values }: WrittenSeries): MetricSeries => ({
  labels: metric,
  points: (value === undefined ? (values ?? []) : [value]).map(pointOf),
});

const pointOf = ([time, value]: WrittenPoint): MetricPoint => [Math.round(time * 1000), numberIn(value)];

const numberIn = (text: string): number => {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
};
