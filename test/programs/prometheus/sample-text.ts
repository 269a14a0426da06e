import { ExpositionParser } from '../../../src/programs/exposition/exposition-parser.ts';
import { NAME } from '../../../src/programs/prometheus/store/labels.ts';
import { Store } from '../../../src/programs/prometheus/store/store.ts';

/** Samples of an OpenMetrics text in a store of ours. */
export const storeWith = (openMetrics: string): Store => {
  const store = new Store();
  const parser = new ExpositionParser('openmetrics', {
    onSample: ({ name, labels, value, timestamp }) => {
      store.open([[NAME, name], ...labels])?.append(timestamp ?? 0, value);
    },
  });
  parser.write(Buffer.from(openMetrics));
  parser.end();
  if (parser.mistakes > 0) throw new Error(JSON.stringify(parser.namedMistakes));
  return store;
};

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export const numbersFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

interface Kind {
  readonly family: string;
  readonly series: readonly string[];
  /** The next value after one, of a series by its index. */
  readonly next: (value: number, random: () => number, index: number) => number;
}

const counted = (value: number, random: () => number): number =>
  random() < 0.02 ? 0 : value + Math.floor(random() * 10) * (random() < 0.3 ? 1.5 : 1);

const KINDS: readonly Kind[] = [
  {
    family: 'http_requests counter',
    series: ['200', '500'].flatMap((code) =>
      ['web', 'api'].map((job) => `http_requests_total{job="${job}",code="${code}",instance="a:1"}`),
    ),
    next: counted,
  },
  {
    family: 'limit gauge',
    series: ['web', 'api', 'db'].map((job) => `limit{job="${job}",instance="a:1"}`),
    next: (_, random) => random() * 1e3 - 500,
  },
  {
    family: 'memory gauge',
    series: ['web', 'api'].map((job) => `memory{job="${job}"}`),
    next: (value, random) => value + 4096 * Math.floor(random() * 100 - 40),
  },
  { family: 'odd gauge', series: ['odd{of="nan"}', 'odd{of="inf"}', 'odd{of="some"}'], next: oddly },
];

function oddly(value: number, random: () => number, index: number): number {
  if (index === 0) return random() < 0.5 ? Number.NaN : value + 1;
  return index === 1 ? Number.POSITIVE_INFINITY : -1;
}

/** Series of two jobs at every 5 s, more or less, with gaps, and a histogram: an OpenMetrics text. */
export const sampleText = (seed: number, start: number, seconds: number): string => {
  const random = numbersFrom(seed);
  const times = Array.from(
    { length: seconds / 5 },
    (_, at) => start + at * 5000 + Math.floor(random() * 300),
  );
  const kinds = KINDS.flatMap(({ family, series, next }) => [
    `# TYPE ${family}`,
    ...series.flatMap((name, index) =>
      seriesLines(name, times, random, (value) => next(value, random, index)),
    ),
  ]);
  return [...kinds, ...histogramLines(times, random), '# EOF\n'].join('\n');
};

const seriesLines = (
  name: string,
  times: readonly number[],
  random: () => number,
  next: (value: number) => number,
): readonly string[] => {
  let value = Math.floor(random() * 100);
  return times.flatMap((time) => {
    value = next(value);
    return random() < 0.1 ? [] : [lineOf(name, value, time)];
  });
};

const lineOf = (name: string, value: number, time: number): string => {
  const text = Number.isNaN(value) ? 'NaN' : value === Number.POSITIVE_INFINITY ? '+Inf' : String(value);
  return `${name} ${text} ${(time / 1000).toFixed(3)}`;
};

const BOUNDS = ['0.005', '0.1', '1.0', '10.0', '+Inf'];

const histogramLines = (times: readonly number[], random: () => number): readonly string[] => {
  const counts = BOUNDS.map(() => 0);
  const byTime = times.map((time) => {
    const added = BOUNDS.map(() => Math.floor(random() * 5));
    let total = 0;
    added.forEach((each, at) => {
      total += each;
      counts[at] = (counts[at] ?? 0) + total;
    });
    return { time, counts: [...counts] };
  });
  return [
    '# TYPE duration histogram',
    ...BOUNDS.flatMap((le, at) =>
      ['web', 'api'].map((job) =>
        byTime.map(({ time, counts: now }) =>
          lineOf(`duration_bucket{job="${job}",le="${le}"}`, now[at] ?? 0, time),
        ),
      ),
    ).flat(),
    ...byTime.map(({ time, counts: now }) => lineOf('duration_count{job="web"}', now.at(-1) ?? 0, time)),
    ...byTime.map(({ time, counts: now }) => lineOf('duration_sum{job="web"}', (now.at(-1) ?? 0) / 3, time)),
  ];
};
