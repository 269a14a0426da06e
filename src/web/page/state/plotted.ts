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

export const plotRange = ({ data: { result } }: RangeAnswer): Plotted => {
  const names = seriesNames(result.map(({ metric }) => metric));
  return aligned(
    result.map(({ values }, index) => ({
      name: names[index] ?? '',
      points: values.map(([at, value]) => [at, finite(Number(value))] as const),
    })),
  );
};

/** `NaN` and infinity are gaps. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

type Labels = Readonly<Record<string, string>>;

/** Names that tell the series of one plot apart: without labels that are the same in all of them. */
export const seriesNames = (all: readonly Labels[]): readonly string[] => {
  const [first = {}] = all;
  const isShared = (label: string): boolean => all.every((labels) => labels[label] === first[label]);
  return all.map((labels) => {
    const told = Object.entries(labels).filter(([label]) => all.length === 1 || !isShared(label));
    return (
      told.map(([label, value]) => (label === '__name__' ? value : `${label}=${value}`)).join(' ') || 'value'
    );
  });
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
