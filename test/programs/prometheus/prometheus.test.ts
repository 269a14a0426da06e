import { expect, test } from 'vitest';
import { prometheusApi, type Told } from '../../../src/programs/prometheus/api/prometheus-api.ts';
import { isInstalled } from '../../support/installed.ts';
import { prometheusWith } from './backfilled.ts';
import { numbersFrom, sampleText, storeWith } from './sample-text.ts';

interface Answer {
  readonly status: string;
  readonly data?: { readonly resultType: string; readonly result: unknown };
  readonly error?: string;
}

/** A whole second, in the block that Prometheus makes of two hours. */
const START = Math.floor(Date.now() / 7_200_000) * 7_200_000 - 7_200_000;
const SECONDS = 1200;

/** Each at one time and over a range. */
const QUERIES = [
  '1 + 2 * 3 ^ 2 ^ 0.5 % 4 - -1',
  '(1 > bool 2) + (2 == bool 2)',
  'limit',
  'limit{job="web"}',
  'limit{job=~"w.*|db",instance!="b"}',
  'limit{job!~"w.*"}',
  '{__name__=~"limit|memory",job="web"}',
  '{job=""}',
  'limit offset 3m',
  'limit offset -2m',
  '-limit',
  '2 * limit offset 1m',
  '-limit offset 1m',
  'limit offset 30s - limit offset 1m ^ 2',
  'limit + limit offset 1m * 2',
  '-rate(http_requests_total[1m] offset 1m) * 2',
  'memory > bool on (job) limit offset 1m',
  '-2 ^ 2',
  '(-2) ^ 2',
  '3 - -2 ^ 2 ^ 0.5',
  '2 - 3 - 4 * -limit',
  'rate(http_requests_total[1m])',
  'rate(http_requests_total[17s])',
  'rate(http_requests_total[1m] offset 90s)',
  'irate(http_requests_total[1m])',
  'increase(http_requests_total{job="web"}[5m])',
  'delta(memory[2m])',
  'rate(duration_bucket[1m])',
  'avg_over_time(limit[1m])',
  'max_over_time(limit[1m])',
  'min_over_time(limit[1m])',
  'sum_over_time(limit[1m30s])',
  'count_over_time(limit[1m])',
  'max_over_time(odd[30s])',
  'min_over_time(odd[30s])',
  'avg_over_time(odd[30s])',
  'sum_over_time(odd[30s])',
  'sum(http_requests_total)',
  'sum by (job) (rate(http_requests_total[1m]))',
  'sum without (code, instance) (http_requests_total)',
  'avg(limit)',
  'min by (job) (http_requests_total)',
  'max without () (limit)',
  'max(odd)',
  'min(odd)',
  'sum(odd)',
  'count(limit > 0)',
  'count by (nothing) (limit)',
  'topk(2, limit)',
  'topk by (job) (1, http_requests_total)',
  'topk(2, odd)',
  'topk(0, limit)',
  'sum(topk(1, limit))',
  'histogram_quantile(0.5, rate(duration_bucket[1m]))',
  'histogram_quantile(0.99, sum by (le) (rate(duration_bucket[2m])))',
  'histogram_quantile(0, duration_bucket)',
  'histogram_quantile(1, duration_bucket)',
  'histogram_quantile(2, duration_bucket)',
  'histogram_quantile(-1, duration_bucket)',
  'histogram_quantile(0.5, duration_bucket{le!="+Inf"})',
  'histogram_quantile(0.5, limit)',
  'limit * 2',
  '2 * limit',
  'limit / 0',
  'limit % 7',
  'limit > 0',
  '0 < limit',
  'limit > bool 0',
  'limit == limit',
  'limit != bool limit',
  'memory / on (job) limit',
  'memory > on (job) limit',
  'limit - ignoring (instance) memory',
  'memory >= ignoring (instance) limit',
  'rate(duration_sum[1m]) / rate(duration_count[1m])',
  'sum by (job) (http_requests_total{code="500"}) / sum by (job) (http_requests_total) * 100',
  'limit{job="web"} + limit{job="api"}',
  'limit > 0 and memory',
  'limit and on (job) http_requests_total{code="200"}',
  'limit and ignoring (instance) memory',
  'http_requests_total or limit',
  'limit > 0 or limit <= 0',
  'limit or on (job) memory',
  'memory or on () limit',
  'limit or ignoring (instance) memory * 2',
  'limit unless limit > 0',
  'limit unless on (job) memory',
  'memory unless ignoring (instance) limit{job="db"}',
  'limit and nothing_is_called_so',
  'limit or nothing_is_called_so',
  'limit unless nothing_is_called_so',
  'memory or limit and limit > 0 unless limit > 400',
  'sum(limit > 0) or sum(memory)',
  'limit{job=~"[[:alpha:]]+b|\\\\x61pi"}',
  'limit{job=~"(?P<of>w)eb"}',
  'limit{job=~"\\\\pL{2}"}',
  'nothing_is_called_so',
  'sum(nothing_is_called_so)',
  'limit{job=~"(?i:WEB)"}',
  "limit{job='web',}",
  'limit{job=`web`}',
  'limit{job="\\x77eb"}',
  '1e3 + .5 + 0x1f + Inf + NaN',
];

const MISTAKES = [
  '(limit + limit) offset 1m',
  'limit offset 1m offset 2m',
  'limit + limit[1m]',
  '-limit[1m]',
  'limit[1m',
  'rate(limit)',
  'sum(1)',
  '1 > 2',
  'limit{job="web"',
  '{job=~".*"}',
  'topk(limit, limit)',
  'sum()',
  'limit{job=~"("}',
  'limit + on (job) http_requests_total',
  'limit and 1',
  '1 or limit',
  'limit and bool limit',
  'limit{job=~"(?=w)web"}',
  'limit{job=~"(w)\\\\1"}',
  'http_requests_total + ignoring (code) limit',
  'rate({__name__=~"limit|memory",job="web"}[1m])',
  '-{__name__=~"duration_.*",job="web"}',
];

test.runIf(isInstalled('prometheus') && isInstalled('promtool'))(
  'an answer to a query is that of Prometheus, of the same samples',
  async () => {
    const text = sampleText(7, START, SECONDS);
    const [prometheus, store] = [await prometheusWith(text), storeWith(text)];
    const told: Told = { store, targets: [], interval: 5000, name: '', rules: null, version: '' };
    const both = async (path: string, parameters: Readonly<Record<string, string>>) => {
      const query = new URLSearchParams(parameters);
      const [theirs, ours] = [
        (await (await fetch(`${prometheus}${path}?${query}`)).json()) as Answer,
        prometheusApi(path, query, told, Date.now()).json as Answer,
      ];
      return { theirs: comparable(theirs), ours: comparable(ours), what: `${path} ${query}` };
    };
    const seconds = START / 1000;
    const differing: unknown[] = [];
    let filled = 0;
    for (const query of [...QUERIES, ...MISTAKES, ...randomQueries(150)]) {
      const range = { start: String(seconds - 30), end: String(seconds + SECONDS + 400), step: '7' };
      const answers = [
        await both('/api/v1/query', { query, time: String(seconds + 601.5) }),
        await both('/api/v1/query', { query, time: String(seconds + 615) }),
        await both('/api/v1/query_range', { query, ...range }),
      ];
      filled += answers.filter(({ theirs }) => JSON.stringify(theirs).includes('"metric"')).length;
      differing.push(...answers.filter(({ ours, theirs }) => !isSame(ours, theirs)));
    }
    const samples = await both('/api/v1/query', { query: 'limit[1m]', time: String(seconds + 300) });
    expect(samples.ours).toEqual(samples.theirs);
    expect(differing).toEqual([]);
    // An answer that is empty on both sides says little.
    expect(filled).toBeGreaterThan(2 * QUERIES.length);
  },
);

/** An answer with its series in an order of their own, and without the words of errors. */
const comparable = ({ status, data }: Answer): unknown => {
  if (data === undefined) return { status };
  const { resultType, result } = data;
  if (resultType === 'scalar') return { status, resultType, result };
  const series = (result as readonly { readonly metric: object }[]).map((each) => ({
    ...each,
    metric: JSON.stringify(Object.entries(each.metric).sort(([a], [b]) => (a < b ? -1 : 1))),
  }));
  return { status, resultType, result: series.toSorted((a, b) => (a.metric < b.metric ? -1 : 1)) };
};

/** Queries of operators, signs, offsets and parentheses in every order, as a seed decides. */
const randomQueries = (count: number): readonly string[] => {
  const random = numbersFrom(11);
  const one = <Of>(list: readonly Of[]): Of => list[Math.floor(random() * list.length)] as Of;
  const operand = (): string =>
    one([
      ...['2', '-3', '0.5', 'limit', 'memory', 'limit offset 40s', 'memory offset -1m', '-limit', '+2'],
      ...['sum(limit)', 'count_over_time(limit[40s])', 'rate(http_requests_total{code="200"}[1m] offset 1m)'],
    ]);
  const operator = (): string =>
    one(['+', '-', '*', '/', '%', '^', '> bool', '<= bool', '== bool', 'and', 'or', 'unless']);
  const expression = (depth: number): string => {
    if (depth === 0) return operand();
    const inner = expression(depth - 1);
    const text = `${random() < 0.3 ? `(${inner})` : inner} ${operator()} ${operand()}`;
    return random() < 0.2 ? `-${text}` : text;
  };
  return Array.from({ length: count }, () => expression(1 + Math.floor(random() * 3)));
};

/** Equal but for the last digits of numbers. */
const isSame = (ours: unknown, theirs: unknown): boolean => {
  if (typeof ours === 'string' && typeof theirs === 'string') return ours === theirs || isClose(ours, theirs);
  if (typeof ours !== 'object' || typeof theirs !== 'object' || ours === null || theirs === null)
    return ours === theirs;
  const [own, their] = [Object.entries(ours), Object.entries(theirs)];
  return (
    own.length === their.length &&
    own.every(([key, value]) => isSame(value, (theirs as Readonly<Record<string, unknown>>)[key]))
  );
};

const isClose = (ours: string, theirs: string): boolean => {
  const [a, b] = [Number(ours), Number(theirs)];
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-6);
};
