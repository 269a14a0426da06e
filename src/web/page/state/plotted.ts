import type { Series } from './series.ts';
import type { UsageHistory, UsageSample } from './usage-history.ts';

/** An answer of Prometheus' `query_range`. */
export interface RangeAnswer {
  readonly data: {
    readonly result: ReadonlyArray<{
      readonly metric: Readonly<Record<string, string>>;
      readonly values: ReadonlyArray<readonly [at: number, value: string]>;
    }>;
  };
}

/** Lines of a plot over the same times. */
export interface Plotted {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

/** Lines of the usage of all processes, by what is read of each sample. */
export const plotUsage = (usage: UsageHistory, read: (sample: UsageSample) => number): Plotted =>
  aligned(
    usage.names.map((name) => ({
      name,
      // All processes are sampled together.
      points: usage.of(name).map((sample) => [Math.round(sample.at / 1_000), read(sample)] as const),
    })),
  );

export const plotRange = ({ data }: RangeAnswer): Plotted =>
  aligned(
    data.result.map(({ metric, values }) => ({
      name: seriesName(metric),
      points: values.map(([at, value]) => [at, finite(Number(value))] as const),
    })),
  );

/** `NaN` and infinity are gaps. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** `web GET 200`: the labels' values, which are what tells the lines of one plot apart. */
export const seriesName = ({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  return [name, ...pairs].filter(Boolean).join(' ') || 'value';
};

interface Points {
  readonly name: string;
  readonly points: ReadonlyArray<readonly [at: number, value: number | null]>;
}

const aligned = (all: readonly Points[]): Plotted => {
  const times = [...new Set(all.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const series = all.map(({ name, points }) => {
    const byTime = new Map(points);
    return { name, values: times.map((at) => byTime.get(at) ?? null) };
  });
  return { times, series };
};
